"""Offer `kentongan watch`: early warning over a table, or over what the store holds."""
