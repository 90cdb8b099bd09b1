"""Turn rows into views for one reader: what is above the reader's clearance never leaves this room."""
