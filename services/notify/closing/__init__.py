"""Tell whoever is on the way, or was asked, that an incident was closed; and that it is open again."""
