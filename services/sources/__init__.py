"""Keep who reported: encrypted under keys that can be erased, opened with a reason, exported and erased on request."""
