"""The desk's own files, read once, compressed once, and named by what they are so that browsers may keep them.

Every address carries one digest of them all: `/static/<digest>/css/desk.css`. Relative imports between scripts
therefore stay true, and a new version of anything is a new address for everything.
"""

from __future__ import annotations

import gzip
import hashlib
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from madang.desk import sprite

FOLDER = Path(__file__).parent / "static"
MIMES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".json": "application/json",
    ".webmanifest": "application/manifest+json",
}
_SPARE = re.compile(r"/\*.*?\*/|^[ \t]+", re.S | re.M)  # comments and indents: a tenth of the bytes on the wire
_IMPORT = re.compile(r'^@import "([\w.-]+)" layer\((\w+)\);$', re.M)


@dataclass(frozen=True, slots=True)
class Asset:
    """One file, plain and compressed."""

    mime: str
    content: bytes
    gzipped: bytes


class Assets:
    """All files by their path under static/."""

    def __init__(self, contents: dict[str, bytes]) -> None:
        self.files = {
            path: Asset(MIMES[Path(path).suffix], content, gzip.compress(content, 9, mtime=0))
            for path, content in contents.items()
        }
        whole = hashlib.sha256()
        for path in sorted(contents):
            whole.update(path.encode() + b"\0" + hashlib.sha256(contents[path]).digest())
        self.version = whole.hexdigest()[:12]

    def url(self, path: str) -> str:
        """The address of a file; raises KeyError for one that there is not."""
        if path not in self.files:
            raise KeyError(f"there is no static file {path}")
        return f"/static/{self.version}/{path}"

    def scripts(self) -> list[str]:
        """The addresses of the modules the desk loads, to be fetched before they are asked for."""
        return [self.url(path) for path in sorted(self.files) if path.startswith(("js/desk/", "js/parts/"))]


def joined(css: Path) -> str:
    """A stylesheet with the files it imports written into their layers: one request instead of thirty."""

    def written(found: re.Match[str]) -> str:
        return f"@layer {found[2]} {{\n{(css.parent / found[1]).read_text('utf-8')}}}"

    return _SPARE.sub("", _IMPORT.sub(written, css.read_text("utf-8")))


def read(folder: Path = FOLDER) -> dict[str, bytes]:
    """The files of the folder as they are served."""
    found = {"css/desk.css": joined(folder / "css" / "desk.css").encode(), "icons.svg": sprite.build()}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.suffix in MIMES and not name.startswith(("css/", "vendor/lucide/")):
            found[name] = path.read_bytes()
    return found


@cache
def assets() -> Assets:
    """The files of this installation, read at first use."""
    return Assets(read())
