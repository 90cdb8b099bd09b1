"""The desk: what people see of incidents and what they do about them, as pages and as JSON."""
