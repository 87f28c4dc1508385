"""A connector's set-up form as the settings show it: what was typed, what is kept, what is wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from madang.channels.connector import Field, Step
from madang.lib.language import gettext


@dataclass(frozen=True, slots=True)
class Shown:
    """One field with what stands in it. ``kept``: a secret is there already; it is never shown again."""

    field: Field
    value: str
    kept: bool
    error: str

    @property
    def show_if(self) -> str:
        """``name=value`` of the field it depends on, ''."""
        return "=".join(self.field.show_if) if self.field.show_if else ""

    @property
    def on(self) -> bool:
        """Whether a switch is on."""
        return self.value in {"on", "true", "1", "yes"}

    @property
    def required(self) -> bool:
        """Whether the browser should insist."""
        return self.field.required and not self.kept


def shown(
    fields: Sequence[Field],
    settings: Mapping[str, Any] | None = None,
    typed: Mapping[str, str] | None = None,
    kept: frozenset[str] = frozenset(),
    problem: tuple[str, str] = ("", ""),
    *,
    emptied: bool = False,
) -> list[Shown]:
    """The fields with what was typed last, else what is set, else their defaults. ``problem``: (field, words).

    ``emptied``: the page is a new one, in which the secrets that were typed stand no more; it says so at each.
    """
    lost = typed if emptied and problem[1] and typed else {}
    return [
        Shown(
            field=field,
            value="" if field.kind == "secret" else _value(field, settings, typed),
            kept=field.name in kept,
            error=problem[1] if problem[0] == field.name else _again(field, lost),
        )
        for field in fields
    ]


def _again(field: Field, typed: Mapping[str, str]) -> str:
    typed_one = field.kind == "secret" and typed.get(field.name, "").strip()
    return gettext("Enter this again: what is secret is not sent back to a page.") if typed_one else ""


def _value(field: Field, settings: Mapping[str, Any] | None, typed: Mapping[str, str] | None) -> str:
    if typed is not None:
        return typed.get(field.name, "")
    value = settings.get(field.name, field.default) if settings is not None else field.default
    if isinstance(value, list):
        return "\n".join(map(str, value))
    if isinstance(value, bool):
        return "on" if value else ""
    return str(value)


def filled(steps: Sequence[Step], host: str, key: str, settings: Mapping[str, Any]) -> list[tuple[Step, str]]:
    """What is left to do, with this channel's own addresses in it."""
    known = {name: str(value) for name, value in settings.items()} | {"host": host, "key": key}
    return [(step, _fill(step.value, known)) for step in steps]


def _fill(text: str, known: Mapping[str, str]) -> str:
    """Only plain {names}: format() would let a text walk through objects."""
    for name, value in known.items():
        text = text.replace("{" + name + "}", value)
    return text
