"""Keep the words of early warning."""
