"""Let Prometheus look: how much is open, owed, late and lost, as numbers only (docs/rules.md 17)."""
