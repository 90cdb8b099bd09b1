"""Commands of the office's own work."""
