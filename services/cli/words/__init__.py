"""Words of a command line: numbers within bounds, codes that the district knows."""
