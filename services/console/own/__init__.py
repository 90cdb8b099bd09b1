"""One's own ways to be reached, on the desk."""
