"""The office's own work: figures, information notes, asks, meetings, the public forum, the register of ormas."""
