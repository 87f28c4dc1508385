"""Which customers may be one person: learned from all of them, said with its reasons. Pure, without tables of its own.

- ``record`` makes what is known of a person comparable; ``blocking`` finds who is looked at together.
- ``comparisons`` declares once what is compared; ``scoring`` weighs two records in plain Python, ``everyone`` does the
  same for all at once with Splink on DuckDB; both agree.
- ``training`` learns the weights, ``weights`` keeps them, ``thresholds`` says from which chance on to ask.

``crowd``, ``training``, ``everyone`` and ``refining`` load Splink and DuckDB: only a process of their own may.
"""
