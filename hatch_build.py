"""What is made, not written: browser files of npm's packages, joined scripts, compiled translations."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
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
JOINING = ["--bundle", "--splitting", "--format=esm", "--target=es2022", "--minify", "--charset=utf8"]
JOINING += ["--legal-comments=none", "--log-level=warning"]
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


def join_scripts(root: Path) -> None:
    """Write the modules a page loads into one file and what pages share: a first visit asks for two, not ninety.

    The desk serves them for as long as they were made of the scripts that are there (madang/desk/assets.py).
    """
    static = root / VENDOR.parent
    draft = static / "built.new"
    shutil.rmtree(draft, ignore_errors=True)
    programs = sorted((root / "node_modules").glob("@esbuild/*/bin/esbuild"))
    if not programs:
        sys.stderr.write("There is no esbuild for this machine: browsers load each script by itself.\n")
        return
    places = [f"--outbase={static / 'js'}", f"--outdir={draft / 'js'}", "--chunk-names=shared/[name]-[hash]"]
    # The desk shares nothing with other pages, whose needs would cut its first load into pieces that pack worse.
    entries = _entries(static)
    desk = [one for one in entries if one.endswith("/js/desk.js") or "/js/later/" in one]
    for some in (desk, [one for one in entries if one not in desk]):
        subprocess.run([str(programs[0]), *some, *JOINING, *places], check=True)
    (draft / "of").write_text(_digest(static))
    shutil.rmtree(static / "built", ignore_errors=True)
    draft.rename(static / "built")


def _entries(static: Path) -> list[str]:
    """The scripts that pages name."""
    pages = (static.parent / "templates").rglob("*.html")
    named = {name for page in pages for name in re.findall(r"static\('(js/[^']+)'\)", page.read_text("utf-8"))}
    return [str(static / name) for name in sorted(named)]


def _digest(static: Path) -> str:
    """What the scripts of the desk are, in one word; madang/desk/assets.py counts it the same way."""
    whole = hashlib.sha256()
    for path in sorted((static / "js").rglob("*.js")):
        whole.update(path.relative_to(static).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return whole.hexdigest()


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
            join_scripts(root)
        if not (root / VENDOR).is_dir():
            raise SystemExit("The browser files are missing. Run bin/setup first, then build.")
        if self.target_name == "wheel":  # the settings open these pages; the pictures beside them stay here
            build_data["force_include"] |= {str(one): f"madang/docs/{one.name}" for one in root.glob("docs/*.md")}


VERBS = {"browser-files": copy_browser_files, "scripts": join_scripts, "translations": compile_translations}

if __name__ == "__main__":
    VERBS[sys.argv[1]](Path(__file__).parent)
