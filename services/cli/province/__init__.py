"""The commands of the line between districts and their province."""
