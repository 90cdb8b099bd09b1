"""Decisions that take two people, or a reason that is written down."""
