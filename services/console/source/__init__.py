"""Open who reported: with a reason, a right and a line in the log."""
