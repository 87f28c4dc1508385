"""How good the customers' data is: what is missing, stale, in conflict or double, counted by the workers each day."""
