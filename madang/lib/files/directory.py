"""Files in a directory: written beside, made durable, then given their name."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import os
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import IO, Any

from madang.lib.files.port import CHUNK, NAME, Files, Missing, checked, unusable
from madang.lib.files.spool import spool

HALF = "part-"
ABANDONED = 24 * 3600  # seconds after which nobody can be writing a half file any more


class Directory(Files):
    """A folder; a subfolder for each first byte of a name."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.where = str(folder)

    def path(self, sha256: str) -> Path:
        """Where the file lies; raises ValueError for a name that is no digest."""
        return self.folder / checked(sha256)[:2] / sha256

    async def put(self, content: bytes) -> str:
        return await asyncio.to_thread(self._put, content)

    def _put(self, content: bytes) -> str:
        name = hashlib.sha256(content).hexdigest()
        if not self.path(name).exists():
            with self._telling(), self._half() as (file, temporary):
                file.write(content)
                self._settle(file, temporary, name)
        return name

    async def put_stream(self, parts: AsyncIterator[bytes], limit: int) -> tuple[str, int]:
        with self._half() as (file, temporary):
            name, size = await spool(parts, file, self.folder, limit)
            with self._telling():
                await asyncio.to_thread(self._settle, file, temporary, name)
        return name, size

    @contextlib.contextmanager
    def _half(self) -> Iterator[tuple[IO[bytes], Path]]:
        """A file that has no name yet; gone at the end unless it was settled."""
        with self._telling():
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle, name = tempfile.mkstemp(dir=self.folder, prefix=HALF)
        temporary = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                yield file, temporary
        finally:
            temporary.unlink(missing_ok=True)

    def _settle(self, file: IO[bytes], temporary: Path, name: str) -> None:
        file.flush()
        os.fsync(file.fileno())
        path = self.path(name)
        if not path.parent.is_dir():
            path.parent.mkdir(exist_ok=True, mode=0o700)
            _keep_names(self.folder)
        temporary.replace(path)
        _keep_names(path.parent)

    async def stream(self, sha256: str, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        with self._telling(), await _opened(self.path(sha256)) as file:
            file.seek(start)
            while end is None or start < end:
                part = await asyncio.to_thread(file.read, CHUNK if end is None else min(CHUNK, end - start))
                if not part:
                    return
                start += len(part)
                yield part

    async def size(self, sha256: str) -> int:
        with self._telling():
            return (await asyncio.to_thread(self.path(sha256).stat)).st_size

    async def names(self) -> AsyncIterator[str]:
        for number in range(256):
            for name in await asyncio.to_thread(_listed, self.folder / f"{number:02x}"):
                if NAME.fullmatch(name):
                    yield name

    async def tidy(self) -> None:
        await asyncio.to_thread(self._tidy)

    def _tidy(self) -> None:
        for half in self.folder.glob(f"{HALF}*"):
            with contextlib.suppress(FileNotFoundError):  # another worker was quicker
                if time.time() - half.stat().st_mtime > ABANDONED:
                    half.unlink()

    @contextlib.contextmanager
    def _telling(self) -> Iterator[None]:
        """The system's errors in words."""
        try:
            yield
        except FileNotFoundError as error:
            raise Missing(f"There is no such file in {self.where}.") from error
        except OSError as error:
            raise unusable(self.folder, error) from error


def _listed(folder: Path) -> list[str]:
    try:
        return os.listdir(folder)
    except FileNotFoundError:
        return []


def _keep_names(folder: Path) -> None:
    """A file is durable only when its name in the folder is."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


async def _opened(path: Path) -> IO[bytes]:
    """The file, open. Who is cancelled meanwhile leaves none open behind."""
    opening = asyncio.get_running_loop().run_in_executor(None, path.open, "rb")
    try:
        return await asyncio.shield(opening)
    except asyncio.CancelledError:
        opening.add_done_callback(_close)
        raise


def _close(opening: asyncio.Future[Any]) -> None:
    if not opening.cancelled() and opening.exception() is None:
        opening.result().close()
