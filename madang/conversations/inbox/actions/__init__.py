"""The verbs of the inbox: each takes one conversation or many, in one transaction, with an event for each changed."""
