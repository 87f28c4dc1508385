"""Which doors lead to a customer now, which is tried after which, and how she comes from one to another."""
