"""The first page of who oversees: what needs a person now, the map, and who is silent."""
