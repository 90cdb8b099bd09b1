"""Say where a report happened, from its words, the fields of the form and the reporter's position."""
