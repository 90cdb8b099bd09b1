"""Read workbooks and the rows of tables, wherever they are handed in: bounded, nothing computed. Pure."""
