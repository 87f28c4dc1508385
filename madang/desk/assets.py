"""The desk's own files, read once, compressed once, and named by what they are so that browsers may keep them.

Every address carries one digest of them all: `/static/<digest>/css/desk.css`. Relative imports between scripts
therefore stay true, and a new version of anything is a new address for everything. Set-up joins the scripts into few
files (`hatch_build.py`); those are served for as long as they were made of the scripts that are there, else each one.
"""

from __future__ import annotations

import gzip
import hashlib
import posixpath
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
SHEETS = ("css/desk.css", "css/pages.css")  # for every page; for those beside the desk
_SPARE = re.compile(r"/\*.*?\*/|^[ \t]+", re.S | re.M)  # comments and indents: a tenth of the bytes on the wire
_AIR = re.compile(r"\s*([{};])\s*|(?<=,)\s+")  # and what is between signs: no string of ours has them
_NEEDS = re.compile(r"""\b(?:from|import)\s*["'](\.{1,2}/[^"']+)["']""")
_COLON = re.compile(r"(?<=[{;])([\w-]+): +")
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
        return [self.url(path) for path in sorted(self.needs("js/desk.js"))]

    def needs(self, script: str) -> set[str]:
        """Which modules a script cannot begin without, and theirs."""
        found: set[str] = set()
        ahead = [script]
        while ahead:
            path = ahead.pop()
            targets = (str(given) for given in _NEEDS.findall(self.files[path].content.decode()))
            new = {posixpath.normpath(posixpath.join(posixpath.dirname(path), one)) for one in targets} - found
            found |= new
            ahead += new
        return found


def joined(css: Path) -> str:
    """A stylesheet with the files it imports written into their layers: one request instead of thirty."""

    def written(found: re.Match[str]) -> str:
        return f"@layer {found[2]} {{\n{(css.parent / found[1]).read_text('utf-8')}}}"

    whole = _SPARE.sub("", _IMPORT.sub(written, css.read_text("utf-8")))
    return _COLON.sub(r"\1:", _AIR.sub(lambda found: found[1] or "", whole))


def read(folder: Path = FOLDER) -> dict[str, bytes]:
    """The files of the folder as they are served."""
    found = {name: joined(folder / name).encode() for name in SHEETS} | {"icons.svg": sprite.build()}
    built = folder / "built"
    joins = _made_of(built) == digest(folder)
    left = ("css/", "vendor/lucide/", "built/", *(("js/",) if joins else ()))
    found |= _under(folder, left)
    return found | _under(built, ()) if joins else found


def _under(folder: Path, left: tuple[str, ...]) -> dict[str, bytes]:
    paths = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if path.suffix in MIMES}
    return {name: path.read_bytes() for name, path in paths.items() if not name.startswith(left)}


def _made_of(built: Path) -> str:
    """Out of which scripts the joined ones were made, '' when there are none."""
    try:
        return (built / "of").read_text()
    except FileNotFoundError:
        return ""


def digest(folder: Path) -> str:
    """What the scripts below a folder are, in one word."""
    whole = hashlib.sha256()
    for path in sorted((folder / "js").rglob("*.js")):
        whole.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return whole.hexdigest()


@cache
def assets() -> Assets:
    """The files of this installation, read at first use."""
    return Assets(read())
