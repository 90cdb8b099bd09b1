"""Say what the pages of the admin, the figures and the guides say. Pure."""
