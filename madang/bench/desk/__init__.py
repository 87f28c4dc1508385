"""The desk in a real browser: what is measured, and how it is driven."""
