"""This machine: its settings, its disks, its file store."""

from __future__ import annotations

import asyncio
import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from madang.doctor.findings import Finding, note, problem, size, well
from madang.ground import Ground
from madang.lib.files import FilesError
from madang.lib.postgres_home import find_home
from madang.settings import Settings

ROOM = 2 * 2**30  # bytes that should be free; PostgreSQL stops when there are none
TIGHT = 2**29
PATIENCE = 20.0  # seconds for the file store


def settings(given: Settings) -> Iterator[Finding]:
    """What was set, and what follows from it."""
    yield well("settings", f"data in {given.data}; public address {given.public_url}")
    host = urlsplit(given.public_url).hostname or ""
    if host in {"localhost", "::1"} or host.startswith("127."):
        told = "Set MADANG_PUBLIC_URL to the address people reach the desk at, before you invite anybody."
        yield note("settings", "Links in mails lead to this machine only.", told)
    elif urlsplit(given.public_url).scheme == "http":
        told = "Put a reverse proxy with a certificate in front, and set MADANG_PUBLIC_URL to https://…"
        yield problem("settings", "The desk is reached without encryption: passwords and cookies can be read.", told)
    yield from _key(given.data / "secret.key")


def _key(file: Path) -> Iterator[Finding]:
    if not file.exists():
        return
    if (mode := stat.S_IMODE(file.stat().st_mode)) & 0o077:
        yield problem("settings", f"Others on this machine can read {file} ({mode:o}).", f"chmod 600 {file}")


def disks(given: Settings) -> Iterator[Finding]:
    """Room for what comes. The embedded database may lie elsewhere than the data directory."""
    places = {"data directory": given.data}
    home = None if given.database_url else find_home(given.data)
    if home is not None and home.path.exists() and _device(home.path) != _device(given.data):
        places["database"] = home.path
    for name, path in places.items():
        free = shutil.disk_usage(path).free
        said = f"{size(free)} free for the {name}, {path}"
        if free >= ROOM:
            yield well("disk", said)
        elif free >= TIGHT:
            yield note("disk", said, "Make room soon: a full disk stops the database.")
        else:
            yield problem("disk", said, "Make room now: a full disk stops the database. Nothing accepted is lost.")


def _device(path: Path) -> int:
    return os.stat(path).st_dev


async def files(ground: Ground) -> Finding:
    """Whether attachments can be written and read."""
    try:
        async with asyncio.timeout(PATIENCE):
            return well("files", await ground.files.check())
    except (FilesError, OSError, TimeoutError) as error:
        told = (
            "See MADANG_FILES_URL and its keys, or the rights on the data directory; `madang files check` tries again."
        )
        return problem("files", f"The file store does not work: {error or type(error).__name__}", told)
