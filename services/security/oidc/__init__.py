"""Sign-in by an office's own provider (OpenID Connect)."""
