"""Read what people do: the deeds of a report as tuples, what is none of anybody's, and what each means. Pure."""
