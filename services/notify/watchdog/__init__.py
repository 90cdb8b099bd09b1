"""Self checks."""
