"""HTTP helpers shared by all services."""
