"""What is measured of the customers' data. docs/data-quality.md says what each means.

``counts`` of a snapshot: ``customers``, each of :class:`Measure` by its name, ``merged``, and ``has``: by field, how
many have something in it; a field of the company's own is ``fields.`` and its name.
"""

from __future__ import annotations

from enum import IntEnum


class Measure(IntEnum):
    """A problem somebody may have; marks are kept of each."""

    UNREACHABLE = 1  # no proven address to which a channel in use can write
    UNPROVEN = 2  # nothing proven but a browser
    STALE = 3  # nothing heard for months, or an address returned what we wrote and nothing was heard since
    CONFLICTING = 4  # an open question of a conflict, or a field on which sources disagree
    DUPLICATE = 5  # an open question whether she is somebody else


PROBLEMS: dict[str, Measure] = {one.name.lower(): one for one in Measure}
MERGED = "merged"  # by now one with somebody else, within DAYS
DAYS = 30
TREND = 90  # days
CUSTOM = "fields."
PLAIN = ("name", "company", "region", "language", "timezone", "prefers")
ADDRESSES = ("email", "phone")  # proven or said
STANDARD = ("name", *ADDRESSES, *PLAIN[1:])
