"""Commands about who reported: seal, rotate, export, erase."""
