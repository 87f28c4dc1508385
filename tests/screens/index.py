"""The page that leads to every picture: docs/screens/README.md, written anew with the pictures."""

from __future__ import annotations

from pathlib import Path

from tests.screens.camera import LOOKS
from tests.screens.table import SCREENS

HEAD = """# Pictures of every screen

Made by `bin/screenshots`, which writes this page too. It starts a demo whose customers hold still, waits until its
history is told, and takes a picture of every row of [`tests/screens/table.py`](../../tests/screens/table.py) in eight
looks: Korean and English, light and dark, 1440 and 390 px wide.

```
bin/screenshots                              everything
bin/screenshots --only settings,ledger       screens whose name contains one of these
bin/screenshots --look en-dark --to FOLDER   some looks, somewhere else
```

The pictures are WebP, 10 to 50 kB each. Times, ports and keys that are drawn by lot are made alike, so a picture
changes when its screen does. A screen that fails is tried twice, the others go on, and the command ends with what
failed; a page that is wider than its window is such a fault. A page template of the desk or the portal that is in no
row fails `bin/check` (`screens`); one that nothing leads to says why in `UNSHOWN`.
"""


def write(folder: Path) -> None:
    """Into the folder of the pictures; a look that has no picture of a screen stays empty."""
    lines = [HEAD, "| screen | " + " | ".join(look.folder for look in LOOKS) + " |", "|---" * (len(LOOKS) + 1) + "|"]
    for screen in SCREENS:
        paths = [f"{look.folder}/{screen.name}.webp" for look in LOOKS]
        cells = [f"[see]({path})" if (folder / path).exists() else "" for path in paths]
        lines.append(f"| {screen.name} | {' | '.join(cells)} |")
    (folder / "README.md").write_text("\n".join(lines) + "\n", "utf-8")
