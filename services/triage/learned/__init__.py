"""Learned second reader."""
