"""Measure the pure parts, each by itself, in one process: no time is demanded of any (docs/operations.md says how)."""
