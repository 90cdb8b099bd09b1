"""Read settings and set up logging."""
