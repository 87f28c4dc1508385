"""Search: what was said, and by whom, found again.

``reactions`` fill the index after commit, from the event log; ``backfill`` fills it with what was there before.
``queries`` is what others may ask. docs/search.md has the rules and the figures.
"""
