"""Lists of JSON: one object a line, an array, or an array inside the answer of an API, read piece by piece.

Objects become columns: ``properties.email``. Lists of plain values are joined by commas, other lists are left out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from madang.customers.imports.reading.delimited import encoding_of
from madang.customers.imports.reading.table import MOST_COLUMNS, Rows, Table, Unreadable, bounded
from madang.lib.language import marked as _

LOOKED = 200  # records by which the columns are told
PIECE = 256 << 10
DEEPEST = 4
_HEAD = re.compile(r'\s*(?:\{.{0,2000}?"\w{1,40}"\s*:\s*)?\[', re.DOTALL)
_BETWEEN = re.compile(r"[\s,]*")


def open_list(path: Path) -> Table:
    """The records of a JSON file; raises Unreadable."""
    columns = list(dict.fromkeys(name for record in islice(_records(path), LOOKED) for name in record))
    if not columns:
        raise Unreadable(_("There is no list of people in this JSON file."))
    if len(columns) > MOST_COLUMNS:
        raise Unreadable(_("This has more than 300 columns. Leave out those that are not about customers."))
    return Table("json", "", columns, lambda: bounded(_rows(path, columns), len(columns)))


def _rows(path: Path, columns: list[str]) -> Rows:
    for number, record in enumerate(_records(path), 1):
        yield number, [record.get(name, "") for name in columns]


def _records(path: Path) -> Iterator[dict[str, str]]:
    try:
        for one in _objects(path):
            yield dict(_flat(one))
    except RecursionError:
        raise Unreadable(_("This JSON file is nested too deeply.")) from None


def _objects(path: Path) -> Iterator[dict[str, Any]]:
    decoder, held = json.JSONDecoder(), ""
    with path.open(encoding=encoding_of(path), errors="replace") as file:
        held = file.read(PIECE)
        inside = _HEAD.match(held)
        in_array = bool(inside) and not _is_line(decoder, held)
        if inside and in_array:
            held = held[inside.end() :]
        while True:
            held = held[_BETWEEN.match(held).end() :]  # type: ignore[union-attr]
            if held[:1] == "]":
                return
            try:
                one, end = decoder.raw_decode(held)
            except json.JSONDecodeError:
                more = file.read(PIECE)
                if not more and not held.strip() and not in_array:
                    return
                if not more or len(held) > 8 * PIECE:
                    raise Unreadable(_("This JSON file breaks off, or is not right, at one of its records.")) from None
                held += more
                continue
            held = held[end:]
            if isinstance(one, dict):
                yield one


def _is_line(decoder: json.JSONDecoder, text: str) -> bool:
    """Whether the first line is a whole object: then each line is one."""
    line = text.lstrip().partition("\n")[0]
    try:
        one, _end = decoder.raw_decode(line)
    except json.JSONDecodeError:
        return False
    return isinstance(one, dict) and not any(
        (isinstance(value, list) and value and isinstance(value[0], dict) and name in ("data", "payload", "results"))
        or name in ("users", "contacts")
        for name, value in one.items()
    )


def _flat(value: dict[str, Any], before: str = "", depth: int = 0) -> Iterator[tuple[str, str]]:
    for name, one in value.items():
        path = f"{before}{name}"[:100]
        if isinstance(one, dict):
            if depth < DEEPEST:
                yield from _flat(one, f"{path}.", depth + 1)
        elif isinstance(one, list):
            plain = [_text(item) for item in one if isinstance(item, str | int | float)]
            yield path, ",".join(plain)
        else:
            yield path, _text(one)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value).encode("utf-8", "replace").decode()  # JSON can spell half characters
