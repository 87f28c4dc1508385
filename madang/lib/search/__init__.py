"""Text into search tokens, and questions into what the index understands: Korean, English, and what must be exact.

``tokeniser.tokeniser()`` is the way in: ``forms(texts)`` for the index, ``question(text)`` for what somebody asks,
``tokens(texts)`` for the places to mark. ``people`` does the same for names and addresses.
"""
