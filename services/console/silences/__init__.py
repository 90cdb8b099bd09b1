"""Silences on the desk: what is left out, why and until when."""
