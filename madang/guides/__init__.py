"""Guides: what to say and to ask, by topic and channel, beside the conversation; ticked as one goes."""
