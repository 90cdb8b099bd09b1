"""Plan alerts and escalation."""
