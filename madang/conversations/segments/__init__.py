"""Segments: saved conditions over customers, and who fulfils them now.

``fields.py`` says what may be asked, ``actions/`` saves and keeps membership, ``queries.py`` is what others may read.
"""
