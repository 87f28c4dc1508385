"""The icons of the desk as one SVG: the lucide drawings our templates name, and every connector's own mark.

`python -m madang.desk.sprite FILE` writes it, to look at.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from madang.channels.registry import every

FOLDER = Path(__file__).parent
LUCIDE = FOLDER / "static" / "vendor" / "lucide"
MARK = FOLDER / "static" / "mark" / "madang.svg"  # Madang's own; bin/mark makes its other forms of it

# Names that templates make out of data, so that no `icon('…')` names them.
COMPUTED = frozenset(
    {
        "alarm-clock",
        "at-sign",
        "badge-check",
        "bell",
        "check",
        "check-check",
        "circle-alert",
        "circle-check",
        "circle-question-mark",
        "ban",
        "clock",
        "corner-up-right",
        "link",
        "cookie",
        "file",
        "file-image",
        "file-text",
        "file-video",
        "inbox",
        "megaphone",
        "merge",
        "message-square",
        "notebook-pen",
        "reply",
        "shopping-bag",
        "sparkles",
        "star",
        "sticky-note",
        "store",
        "undo-2",
        "eraser",
        "eye",
        "flag",
        *("heading", "message-circle-question", "message-square", "square-check"),  # items of guides
        "list-checks",
        "list-plus",
        "rotate-ccw",
        "tag",
        "user-round",
        "info",
        "mail",
        "moon",
        "phone",
        "sun",
        "sun-moon",
        "triangle-alert",
        *("bold", "italic", "link", "list", "list-ordered", "text-quote", "code", "type"),  # the composer's tools
        *("archive", "cable", "circle-dot", "filter", "hourglass", "languages", "pencil", "target"),  # what lists are
        *("text", "users-round"),  # filtered by
        *("list-plus", "layout-template", "qr-code", "calendar-clock", "pencil-line"),
    }
)
_NAMED = re.compile(r"\b(?:icon|empty)\(\s*'([a-z][a-z0-9-]*)'|\bicon=\"([a-z0-9-]+)\"")
_MORE = re.compile(r"<\s*(?:script|foreignObject|style|image)|\son\w+\s*=|href", re.IGNORECASE)
_FILL = 'fill="currentColor" stroke="none"'
_STROKE = 'fill="none" stroke="currentColor" stroke-linecap="round" stroke-linejoin="round"'


def used(folder: Path = FOLDER) -> set[str]:
    """The icons our templates and screens name."""
    names = set(COMPUTED)
    for path in [*folder.rglob("*.html"), *folder.rglob("*.py")]:
        for found in _NAMED.finditer(path.read_text("utf-8")):
            names.add(next(filter(None, found.groups())))
    return {name for name in names if not name.startswith("ch-")}


def symbol(name: str, drawing: str, look: str = _STROKE) -> str:
    """One SVG file as a <symbol>; raises ValueError for a drawing that could do more than be drawn."""
    drawing = re.sub(r"<!--.*?-->", "", drawing, flags=re.S)
    inner = re.search(r"<svg[^>]*>(.*)</svg>", drawing, re.S)
    box = re.search(r'viewBox="([-\d. ]+)"', drawing)
    if inner is None or box is None or _MORE.search(drawing):
        raise ValueError(f"the icon {name} is not a plain drawing")
    lines = re.sub(r"\s+", " ", inner[1]).replace("> <", "><").strip()
    return f'<symbol id="{name}" viewBox="{box[1]}" {look}>{lines}</symbol>'


def sprite(names: Iterable[str], marks: Mapping[str, str], folder: Path = LUCIDE) -> str:
    """All of them in one file. ``marks`` are drawings by connector; their ids begin with ``ch-``."""
    parts = [symbol(name, (folder / f"{name}.svg").read_text("utf-8")) for name in sorted(names)]
    parts += [symbol(f"ch-{name}", drawing) for name, drawing in marks.items()]
    parts.append(symbol("madang", MARK.read_text("utf-8"), _FILL))
    return '<svg xmlns="http://www.w3.org/2000/svg">' + "".join(parts) + "</svg>"


def build() -> bytes:
    """The sprite of this installation. FileNotFoundError names an icon that lucide does not have."""
    return sprite(used(), {name: one.icon for name, one in every().items()}).encode()


if __name__ == "__main__":
    Path(sys.argv[1]).write_bytes(build())
