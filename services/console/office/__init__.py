"""Pages of the office's own work: notes, asks, meetings, reports upward, ormas, and what the public sees of it."""
