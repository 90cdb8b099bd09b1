"""Identity, keys, sessions, redaction."""
