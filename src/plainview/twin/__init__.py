"""A small physical scene that knows the truth."""
