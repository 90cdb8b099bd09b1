"""Text normalisation and tokens."""
