"""Tell institutions, over channels, and chase the lead until a person has answered."""
