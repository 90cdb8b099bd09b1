"""See an unusual rise in sparse counts of incidents and say in words how unusual it is; the standard library only."""
