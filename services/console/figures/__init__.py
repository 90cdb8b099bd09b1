"""Figures: how many reports and incidents, and how fast who answers."""
