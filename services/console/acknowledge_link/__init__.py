"""Page behind a message link."""
