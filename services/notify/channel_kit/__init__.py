"""What channels are built from."""
