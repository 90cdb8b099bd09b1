"""What the office's own work is made of: what the district file says of it, and what is kept."""
