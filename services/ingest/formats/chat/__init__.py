"""Chats as their applications export or paste them."""
