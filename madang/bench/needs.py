"""What a scenario needs beyond Madang itself."""

from __future__ import annotations


class Unmet(Exception):
    """It is not there; the text says what to install. The run says so in a line, and goes on."""
