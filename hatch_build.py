"""What is made, not written: browser files of npm's packages, compiled translations. For bin/setup and the wheel."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

VENDOR = Path("madang/desk/static/vendor")
BROWSER_FILES = {
    "htmx.org/dist/htmx.esm.min.js": "htmx.esm.min.js",
    "htmx.org/LICENSE": "htmx.LICENSE",
    "lucide-static/icons": "lucide",
    "lucide-static/LICENSE": "lucide.LICENSE",
    "emojibase-data/LICENSE": "emoji.LICENSE",
}
EMOJI = "emojibase-data"
TOO_NEW = 16  # of Emoji's versions: half of the phones draw a box for what came with it or later


def copy_browser_files(root: Path) -> None:
    """Copy the few files browsers load out of node_modules/. Whole or not at all: a start may be under way."""
    draft = root / VENDOR.with_name("vendor.new")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    for source, target in BROWSER_FILES.items():
        path = root / "node_modules" / source
        if path.is_dir():
            shutil.copytree(path, draft / target)
        else:
            shutil.copyfile(path, draft / target)
    (draft / "emoji.json").write_text(emoji(root / "node_modules" / EMOJI), encoding="utf-8")
    shutil.rmtree(root / VENDOR, ignore_errors=True)
    draft.rename(root / VENDOR)


def emoji(package: Path) -> str:
    """What the picker loads when it is opened: [group, emoji, Korean words, English words, 1 where it has tones]."""
    korean, english = (json.loads((package / one / "data.json").read_text("utf-8")) for one in ("ko", "en"))
    names = {one["hexcode"]: f"{one['label']} {' '.join(one.get('tags', ()))}" for one in korean}
    rows = [
        [one["group"], one["emoji"], names.get(one["hexcode"], ""), f"{one['label']} {' '.join(one.get('tags', ()))}"]
        + ([1] if len(one.get("skins", ())) == 5 else [])
        for one in sorted((one for one in english if "group" in one), key=lambda one: one["order"])
        if one["group"] != 2 and one["version"] < TOO_NEW
    ]
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":"))


def compile_translations(root: Path) -> None:
    """A .mo beside every .po."""
    for source in sorted((root / "madang").rglob("*.po")):
        with open(source, "rb") as file:
            catalog = read_po(file)
        with open(source.with_suffix(".mo"), "wb") as file:
            write_mo(file, catalog)


class Hook(BuildHookInterface[Any]):
    """Hatchling's build hook: a wheel without what browsers load would install and not work."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        root = Path(self.root)
        if version == "editable":
            return
        compile_translations(root)
        if (root / "node_modules").is_dir():
            copy_browser_files(root)
        if not (root / VENDOR).is_dir():
            raise SystemExit("The browser files are missing. Run bin/setup first, then build.")


if __name__ == "__main__":
    {"browser-files": copy_browser_files, "translations": compile_translations}[sys.argv[1]](Path(__file__).parent)
