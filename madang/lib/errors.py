"""What a verb or a query answers when it cannot do as it was asked. Every door turns these into its own words."""

from __future__ import annotations


class NotFound(LookupError):
    """It does not exist, or not for whoever asks: nobody can tell the two apart. Answered 404."""

    def __init__(self, message: str = "There is nothing here.") -> None:
        super().__init__(message)
        self.message = message


class Refused(Exception):
    """Bad input. ``message`` says what is wrong and what to do, ``field`` which input ('' the whole). Answered 400."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.field = field
