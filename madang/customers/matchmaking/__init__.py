"""Everybody compared with everybody, in a process of its own: read, learned from, suggested.

``starting`` is the worker's part and light; ``run`` loads Splink and DuckDB, and belongs to ``madang match`` alone.
"""
