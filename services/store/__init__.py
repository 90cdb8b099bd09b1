"""Database access: sessions, transactions, audit log."""
