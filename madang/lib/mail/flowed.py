"""format=flowed (RFC 3676): lines that only a program broke are joined again."""

from __future__ import annotations

import re

QUOTE = re.compile(r">*")


def unflow(text: str, delete_space: bool) -> str:
    """``text`` with its soft line breaks taken out. ``delete_space`` is DelSp=yes."""
    out: list[str] = []
    open_depth: int | None = None
    for line in text.split("\n"):
        marks = QUOTE.match(line)
        depth = marks.end() if marks else 0
        body = line[depth:]
        body = body[1:] if body.startswith(" ") else body
        soft = body.endswith(" ") and body != "-- "
        shown = body[:-1] if soft and delete_space else body
        if open_depth == depth and body != "-- ":
            out[-1] += shown
        else:
            out.append(">" * depth + " " * bool(depth) + shown)
        open_depth = depth if soft else None
    return "\n".join(out)
