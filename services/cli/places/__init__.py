"""Places of the district: official boundaries taken in from a file."""
