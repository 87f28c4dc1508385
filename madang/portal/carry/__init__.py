"""A link of an agent's: the doors by which she can go on in the same conversation."""
