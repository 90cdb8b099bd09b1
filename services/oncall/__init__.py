"""On-call rosters, shifts and contact methods."""
