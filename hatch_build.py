"""What is made, not written: browser files of npm's packages, compiled translations. For bin/setup and the wheel."""

from __future__ import annotations

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
}


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
    shutil.rmtree(root / VENDOR, ignore_errors=True)
    draft.rename(root / VENDOR)


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
