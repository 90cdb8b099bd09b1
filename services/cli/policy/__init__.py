"""Commands for policy."""
