"""Madang: one customer, one conversation, one voice."""

__version__ = "0.1.0"
