"""format=flowed (RFC 3676): lines that only a program broke are joined again."""

from __future__ import annotations


def unflow(text: str, delete_space: bool) -> str:
    """``text`` with its soft line breaks taken out. ``delete_space`` is DelSp=yes."""
    paragraphs: list[list[str]] = []
    open_depth: int | None = None
    for line in text.split("\n"):
        unquoted = line.lstrip(">")
        depth = len(line) - len(unquoted)
        body = unquoted.removeprefix(" ")
        soft = body.endswith(" ") and body != "-- "
        shown = body[:-1] if soft and delete_space else body
        if open_depth == depth and body != "-- ":
            paragraphs[-1].append(shown)
        else:
            paragraphs.append([">" * depth + " " * bool(depth), shown])
        open_depth = depth if soft else None
    return "\n".join("".join(pieces) for pieces in paragraphs)
