"""A second clip of the same set."""
