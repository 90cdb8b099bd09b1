"""Extract facts from text."""
