"""Siladeni, both ways: take its files in, and give status and answers back."""
