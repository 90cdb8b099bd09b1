"""Queue and send deliveries."""
