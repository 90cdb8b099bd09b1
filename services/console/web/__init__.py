"""Pages, sessions and forms."""
