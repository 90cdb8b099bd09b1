"""The district's rules: load, route, prove, version."""
