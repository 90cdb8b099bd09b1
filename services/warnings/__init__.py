"""Warn from the store's own incidents: find what is unusual, raise it on the way that incidents take, end it."""
