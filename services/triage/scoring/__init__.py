"""Severity and confidence."""
