"""What a connector says of its set-up form: the fields, what is wrong in them, and what is left to do afterwards."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a set-up form. Texts are English msgids of the connector's locale folder."""

    name: str
    label: str
    kind: Literal["text", "email", "secret", "number", "choice", "switch", "url", "lines"] = "text"
    help: str = ""
    required: bool = True
    default: str = ""
    choices: tuple[tuple[str, str], ...] = ()  # (value, label)
    show_if: tuple[str, str] | None = None  # (field, value): shown and required only then
    placeholder: str = ""
    advanced: bool = False  # nobody needs it at first: shown folded away
    fresh: Callable[[], str] | None = None  # makes a secret of our own, when none is given; shown to the admin


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do after the set-up. Texts are English msgids of the connector's locale folder.

    ``value`` is what to copy or open; ``{host}`` (our public address), ``{key}`` and settings by name are filled in.
    """

    label: str
    value: str = ""
    kind: Literal["copy", "open", "text"] = "copy"
    help: str = ""


class SetupError(Exception):
    """What is wrong with a set-up, in plain words. ``field`` names the form field, '' the whole form."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.field = field
