"""What a district decides, part by part; schemas/district.py puts the parts together."""
