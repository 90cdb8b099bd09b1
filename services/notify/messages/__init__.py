"""Message texts."""
