"""Say what is happening: the deeds of a text vote for one form."""
