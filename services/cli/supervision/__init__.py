"""Watch over the processes of one machine: only the standard library is imported, for it stays as long as they run.

start_checks.py alone is for the services themselves, and loads what they load.
"""
