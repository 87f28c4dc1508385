"""Alerts: who is told, by mail and by webhook, when a channel stops or falls behind, and when that is over."""
