"""Time the steps on a report's way: how long it waits before each, and how long each takes."""
