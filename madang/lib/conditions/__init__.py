"""The one condition language: what is asked of a row and of what happened to it, for segments, views, rules, reports.

A condition is a small JSON tree. It is always either true or false, never unknown: nothing passes a test of a value
that is not known, except ``unknown`` itself and the tests that say "not" (``is_not``, ``none_of``, ``has_not``,
``not_within``), which are exactly the opposite of their counterparts. An empty text counts as not known.

| file | knows |
|---|---|
| ``tree.py`` | the nodes |
| ``vocabulary.py`` | what may be asked: fields with their types, declared by rooms |
| ``reading.py`` ``values.py`` | from JSON to nodes, with errors that name the place; and back |
| ``calendar.py`` | what "in the last 7 days" means: midnights of a named zone |
| ``sql.py`` ``predicates.py`` | nodes as a WHERE clause |
| ``judging.py`` | the same judged in Python |
| ``turning.py`` | when time alone may change the verdict |
"""
