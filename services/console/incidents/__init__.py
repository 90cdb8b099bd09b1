"""Incidents on the console."""
