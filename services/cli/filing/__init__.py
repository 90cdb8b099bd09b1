"""`kentongan file`: read a file, show what would be filed, send it, say what became of every row."""
