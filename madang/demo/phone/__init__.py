"""The demo's phone: one page where a newcomer is a customer and writes through every simulated door."""
