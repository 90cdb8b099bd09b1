"""The page of an officer who was woken: what, where, since when, what is asked of us, one button."""
