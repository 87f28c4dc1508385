"""Where a run keeps its data: a directory of its own, marked, so that nobody's real data is ever touched."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from madang.lib.postgres_home import find_home

MARK = "madang-bench"  # the file that says whose directory it is


class NotOurs(Exception):
    """The directory was not made by a benchmark."""


class Place:
    """A directory that goes when the run ends, unless it is to be kept."""

    def __init__(self, path: Path | None = None, *, keep: bool = False) -> None:
        self.kept = keep or path is not None
        self.path = _old(path) if path is not None else _new()

    def directory(self, name: str) -> Path:
        """A data directory in it, made when it is not there. Others may pass: PostgreSQL never runs as root."""
        made = self.path / name
        made.mkdir(mode=0o711, exist_ok=True)
        return made

    def end(self) -> None:
        """Remove it, and what a database of root's keeps elsewhere."""
        if self.kept:
            return
        for data in self.path.iterdir():
            if data.is_dir() and (home := find_home(data)) is not None:
                shutil.rmtree(home.path, ignore_errors=True)
        shutil.rmtree(self.path, ignore_errors=True)


def _new() -> Path:
    made = Path(tempfile.mkdtemp(prefix="madang-bench-"))
    made.chmod(0o711)
    (made / MARK).touch()
    return made


def _old(path: Path) -> Path:
    if not (path / MARK).exists():
        raise NotOurs(f"{path} was not made by `madang bench --keep`, so nothing is written there.")
    return path.absolute()
