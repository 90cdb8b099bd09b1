"""What is kept: the tables. Rows are built from messages that were validated at the door; tables validate nothing.

Times are aware and stored as UTC. Every state change writes its `Journal` line in the same transaction, which
services/store/transaction.py ensures. Levels are integers, so that SQL may compare them; other states are short words.
"""
