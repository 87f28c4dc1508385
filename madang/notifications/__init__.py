"""What colleagues are told of, where, and when not: one thing, once."""
