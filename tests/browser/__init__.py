"""The story of a desk, in a real browser, over real servers on loopback."""
