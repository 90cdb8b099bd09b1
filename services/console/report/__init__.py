"""The page to report on, what is read from a pasted message, and how far a report has come."""
