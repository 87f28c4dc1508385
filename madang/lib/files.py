"""Files by content: a file's name is the SHA-256 of its bytes, so that a repeat costs nothing."""

from __future__ import annotations

import asyncio
import hashlib
import os
import re
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

CHUNK = 256 * 1024
_NAME = re.compile(r"[0-9a-f]{64}")


class TooLarge(Exception):
    """The stream went over its limit (bytes); nothing was kept."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"larger than {limit} bytes")
        self.limit = limit


class Files:
    """A folder of immutable files, outside the web root."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, sha256: str) -> Path:
        """Where the file lies; raises ValueError for a name that is no digest."""
        if not _NAME.fullmatch(sha256):
            raise ValueError("not a file name")
        return self.folder / sha256[:2] / sha256

    async def put(self, content: bytes) -> str:
        """Keep ``content`` and return its name. Durable when it returns."""
        return await asyncio.to_thread(self._put, content)

    def _put(self, content: bytes) -> str:
        name = hashlib.sha256(content).hexdigest()
        if not self.path(name).exists():
            handle, temporary = self._temporary()
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            self._settle(temporary, name)
        return name

    async def put_stream(self, parts: AsyncIterator[bytes], limit: int) -> tuple[str, int]:
        """Keep a stream of at most ``limit`` bytes without holding it in memory: (name, size)."""
        digest, size = hashlib.sha256(), 0
        handle, temporary = self._temporary()
        try:
            with os.fdopen(handle, "wb") as file:
                async for part in parts:
                    size += len(part)
                    if size > limit:
                        raise TooLarge(limit)
                    digest.update(part)
                    await asyncio.to_thread(file.write, part)
                file.flush()
                await asyncio.to_thread(os.fsync, file.fileno())
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        await asyncio.to_thread(self._settle, temporary, digest.hexdigest())
        return digest.hexdigest(), size

    def _temporary(self) -> tuple[int, Path]:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, name = tempfile.mkstemp(dir=self.folder, prefix="part-")
        return handle, Path(name)

    def _settle(self, temporary: Path, name: str) -> None:
        path = self.path(name)
        if not path.parent.is_dir():
            path.parent.mkdir(exist_ok=True, mode=0o700)
            _keep_names(self.folder)
        temporary.replace(path)
        _keep_names(path.parent)

    async def read(self, sha256: str) -> bytes:
        """The whole file. For what is small by rule."""
        return await asyncio.to_thread(self.path(sha256).read_bytes)

    async def stream(self, sha256: str) -> AsyncIterator[bytes]:
        """The file in parts of at most 256 KiB."""
        with self.path(sha256).open("rb") as file:
            while part := await asyncio.to_thread(file.read, CHUNK):
                yield part


def _keep_names(folder: Path) -> None:
    """A file is durable only when its name in the folder is."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
