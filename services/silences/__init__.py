"""Silences: rules, storage and matching."""
