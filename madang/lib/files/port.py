"""What a store of files can do. A file's name is the SHA-256 of its bytes: twice is once, and nothing ever changes."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator

CHUNK = 256 * 1024  # bytes that go through a thread at once
NAME = re.compile(r"[0-9a-f]{64}")
PROBE = b"Madang was here.\n"


class FilesError(Exception):
    """A store that did not do as it was asked; the message is for people and holds no credentials."""


class Missing(FilesError):
    """The store works, and has no such file."""


class Unavailable(FilesError):
    """The store cannot be used now. ``refused``: it answered, and said no; only a person can mend that."""

    def __init__(self, message: str, *, refused: bool = False) -> None:
        super().__init__(message)
        self.refused = refused


class TooLarge(Exception):
    """The stream went over its limit (bytes); nothing was kept."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"larger than {limit} bytes")
        self.limit = limit


class Files(ABC):
    """Immutable files, outside the web root.

    Every verb raises :class:`Unavailable` when the store cannot be used, and ValueError for a name that is no digest.
    """

    where: str  # in words for people: a path, or the address of a bucket

    @abstractmethod
    async def put(self, content: bytes) -> str:
        """Keep ``content`` and return its name. Durable when it returns."""

    @abstractmethod
    async def put_stream(self, parts: AsyncIterator[bytes], limit: int) -> tuple[str, int]:
        """Keep a stream of at most ``limit`` bytes without holding it in memory: (name, size).

        Nobody sees a file that broke off in the middle. Raises :class:`TooLarge`.
        """

    @abstractmethod
    def stream(self, sha256: str, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """Its bytes from ``start`` to before ``end``, in parts of at most 1 MiB. Raises :class:`Missing`."""

    @abstractmethod
    async def size(self, sha256: str) -> int:
        """How many bytes it has. Raises :class:`Missing`."""

    @abstractmethod
    def names(self) -> AsyncIterator[str]:
        """Every file's name, in no order."""

    async def read(self, sha256: str) -> bytes:
        """The whole file. For what is small by rule, or what a protocol needs in one piece. Raises :class:`Missing`."""
        return b"".join([part async for part in self.stream(sha256)])

    async def head(self, sha256: str, most: int = 4096) -> bytes:
        """Its first bytes, by which one tells what it is. Raises :class:`Missing`."""
        return b"".join([part async for part in self.stream(sha256, 0, most)])

    async def has(self, sha256: str) -> bool:
        """Whether it is there."""
        try:
            await self.size(sha256)
        except Missing:
            return False
        return True

    async def check(self) -> str:
        """Write a small file, read it back, and say in a sentence that this works. Raises :class:`Unavailable`."""
        if await self.read(await self.put(PROBE)) != PROBE:
            raise Unavailable(f"{self.where} gives back other bytes than it was given.", refused=True)
        return f"Files are kept in {self.where}; writing and reading work."

    @abstractmethod
    async def tidy(self) -> None:
        """Remove what killed processes left half written."""


def checked(sha256: str) -> str:
    """The name, when it is one; raises ValueError."""
    if not NAME.fullmatch(sha256):
        raise ValueError("not a file name")
    return sha256


def unusable(folder: object, error: OSError) -> Unavailable:
    """What the system says of a directory, in words."""
    return Unavailable(f"The directory {folder} cannot be used: {error.strerror or error}.")
