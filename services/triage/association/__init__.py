"""Which words go together, and how much each sign weighs."""
