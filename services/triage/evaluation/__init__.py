"""Evaluate triage against labels."""
