"""Inbound replies and receipts."""
