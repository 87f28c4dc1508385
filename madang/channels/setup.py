"""A set-up form filled in: split into settings and secrets, each field checked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from madang.channels.connector import Field, SetupError

DIGITS = 15  # of a number in a form; Python refuses to read thousands of them


def fill(
    fields: tuple[Field, ...], given: Mapping[str, str], kept: Mapping[str, str] | None = None
) -> tuple[dict[str, Any], dict[str, str]]:
    """(settings, secrets) out of a form's texts.

    An empty secret keeps the one in ``kept``; where there is none, a field that can (``fresh``) makes one.
    Raises :class:`SetupError` naming the first field that is wrong. What the form does not know is left out.
    """
    settings: dict[str, Any] = {}
    secrets: dict[str, str] = {}
    for field in fields:
        raw = str(given.get(field.name, "")).strip()
        if field.show_if is not None and str(settings.get(field.show_if[0], "")) != field.show_if[1]:
            continue
        if field.kind == "secret":
            value = raw or (kept or {}).get(field.name, "") or (field.fresh() if field.fresh else "")
            _required(field, value)
            secrets[field.name] = value
            continue
        value = raw if field.name in given or field.kind == "switch" else field.default
        _required(field, value)
        settings[field.name] = _typed(field, value)
    return settings, secrets


def defaults(fields: tuple[Field, ...]) -> dict[str, Any]:
    """The settings of an empty form, as far as the fields have defaults."""
    return {field.name: _typed(field, field.default) for field in fields if field.default}


def _required(field: Field, value: str) -> None:
    if field.required and not value and field.kind != "switch":
        raise SetupError("Please fill this in.", field.name)


def _typed(field: Field, value: str) -> Any:
    if field.kind == "number" and value:
        if not value.isdecimal() or len(value) > DIGITS:
            raise SetupError("Please give a whole number.", field.name)
        return int(value)
    if field.kind == "switch":
        return value in {"on", "true", "1", "yes"}
    if field.kind == "choice" and value not in {choice for choice, _ in field.choices}:
        raise SetupError("Please choose one of the list.", field.name)
    if field.kind == "lines":
        return [line.strip() for line in value.splitlines() if line.strip()]
    return value
