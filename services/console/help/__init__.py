"""Help: a one-page guide for each role, and what the words of the house mean."""
