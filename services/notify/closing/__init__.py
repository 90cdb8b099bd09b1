"""Tell whoever is on the way, or was asked, of a closing, that it is open again, or that a colleague took it back."""
