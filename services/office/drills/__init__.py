"""Drills (latihan): one is begun, watched, ended and read again, by a command or from a page."""
