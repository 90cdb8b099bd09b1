"""The verbs of the house: one folder per service, and the floor they share beside them."""
