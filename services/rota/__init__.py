"""Know who is on duty: people and their addresses, shifts and absences, the holes between them."""
