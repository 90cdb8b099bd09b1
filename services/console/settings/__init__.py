"""The office's settings: the first day, people and addresses, invitations, keys, the proof of the rules."""
