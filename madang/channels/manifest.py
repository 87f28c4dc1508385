"""What a connector's folder says of itself (manifest.toml)."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Literal

import msgspec


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"class_path": "class"}):
    """``class_path`` is ``module:Class`` inside the folder. ``title`` and ``summary`` are English msgids."""

    name: str
    title: str
    summary: str
    receives: Literal["hook", "poll", "session", "none"]
    class_path: str
    provides: tuple[str, ...] = ()
    docs: str = ""
    hue: int = 270  # of the channel's mark
    order: int = 100  # in menus
    group: Literal["", "messenger", "text", "web", "shop"] = ""  # in the gallery; '' goes by the kind of address


def read(folder: Path) -> Manifest:
    """Read ``folder/manifest.toml``; raises ValueError naming the file and what is wrong with it."""
    path = folder / "manifest.toml"
    try:
        made = msgspec.convert(tomllib.loads(path.read_text("utf-8")), Manifest)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise ValueError(f"{path}: {error}") from error
    if made.name != folder.name:
        raise ValueError(f"{path}: name is {made.name!r}, the folder is {folder.name!r}")
    return made
