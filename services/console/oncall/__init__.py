"""On-call pages."""
