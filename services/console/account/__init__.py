"""Own contact methods."""
