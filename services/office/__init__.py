"""Serve the people who run an installation: one file per command."""
