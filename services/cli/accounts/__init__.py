"""Accounts of people: lock, sessions, addresses, second factor, invitations."""
