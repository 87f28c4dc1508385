"""Files in an S3-compatible store. What comes in is digested on this machine's disk first and uploaded under its name.

So nothing half or unproven is ever in the bucket, nothing has to be renamed there, and the rights to read, write and
list are enough. What goes out is read a part at a time: no request outlives the pace of a slow reader.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import re
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path
from typing import IO

import obstore
from obstore.exceptions import BaseError, PermissionDeniedError, UnauthenticatedError
from obstore.store import S3Store

from madang.lib.files.directory import Directory
from madang.lib.files.port import NAME, Files, Missing, Unavailable, checked, unusable
from madang.lib.files.remote import Remote
from madang.lib.files.spool import spool

PART = 1 << 20  # bytes of a download in memory
PIECE = 5 << 20  # bytes of an upload in memory, several times: the smallest part S3 allows
UPLOADS = 4  # at once; the others wait on the disk
PATIENCE = timedelta(seconds=30)  # for one part
RETRIES = 4

_CODE = re.compile(r"<Code>(\w+)</Code>")
_STATUS = re.compile(r"status code: (\d{3})")
_KIND = re.compile(r"HttpError \{\s+kind: (\w+)")
_SYSTEM = re.compile(r'message: "([\w ]+)"')


class S3(Files):
    """A bucket; keys are laid out as in the directory, so either can be copied to the other."""

    def __init__(self, remote: Remote, folder: Path, patience: timedelta = PATIENCE) -> None:
        self.where = str(remote)
        self.remote = remote
        self._folder = folder
        self._store = _store(remote, patience)
        self._away = Away()
        self._uploads = asyncio.Semaphore(UPLOADS)

    async def put(self, content: bytes) -> str:
        name = hashlib.sha256(content).hexdigest()
        await self._upload(name, content)
        return name

    async def put_stream(self, parts: AsyncIterator[bytes], limit: int) -> tuple[str, int]:
        with _nameless(self._folder) as file:
            name, size = await spool(parts, file, self._folder, limit)
            file.seek(0)
            await self._upload(name, file)
        return name, size

    async def _upload(self, name: str, content: bytes | IO[bytes]) -> None:
        if await self.has(name):
            return
        async with self._uploads:
            with self._telling():
                await obstore.put_async(self._store, _key(name), content, chunk_size=PIECE, max_concurrency=1)

    async def stream(self, sha256: str, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        while end is None or start < end:
            part, size = await self._part(sha256, start, start + PART if end is None else min(start + PART, end))
            start, end = start + len(part), size if end is None else min(end, size)
            if part:
                yield part

    async def _part(self, sha256: str, start: int, end: int) -> tuple[bytes, int]:
        """At most these bytes, and how many the file has; none, and 0, behind its end."""
        with self._telling():
            try:
                found = await obstore.get_async(self._store, _key(sha256), options={"range": (start, end)})
                return bytes(await found.bytes_async()), found.meta["size"]
            except BaseError as error:
                if _found(_STATUS, error) == "416":
                    return b"", 0
                raise

    async def size(self, sha256: str) -> int:
        return (await self._part(sha256, 0, 1))[1]  # a HEAD would be refused without a reason

    async def names(self) -> AsyncIterator[str]:
        with self._telling():
            async for page in obstore.list(self._store):
                for one in page:
                    name = one["path"].rpartition("/")[2]
                    if NAME.fullmatch(name):
                        yield name

    async def tidy(self) -> None:
        await Directory(self._folder).tidy()  # it was the store once, perhaps

    @contextlib.contextmanager
    def _telling(self) -> Iterator[None]:
        """The library's errors in words of ours: its own hold whole answers of the store."""
        self._away.still()
        try:
            yield
            self._away.over()
        except FileNotFoundError as error:
            if _found(_CODE, error) == "NoSuchBucket":
                raise self._refused(error) from None
            self._away.over()
            raise Missing(f"There is no such file in {self.where}.") from None
        except (PermissionDeniedError, UnauthenticatedError) as error:
            raise self._refused(error) from None
        except BaseError as error:
            raise self._away.begin(Unavailable(f"The file store {self.where} {_why(error)}.")) from None
        except OSError as error:
            raise unusable(self._folder, error) from None

    def _refused(self, error: Exception) -> Unavailable:
        code = _found(_CODE, error)
        if code == "NoSuchBucket":
            said = f"There is no bucket {self.remote.bucket} at the file store {self.where}. Create it, or correct"
            return Unavailable(f"{said} MADANG_FILES_URL.", refused=True)
        return Unavailable(
            f"The file store {self.where} refuses our key{f' ({code})' if code else ''}. Check MADANG_FILES_KEY and "
            "MADANG_FILES_SECRET, and that the key may read, write and list there.",
            refused=True,
        )


class Away:
    """Whoever comes while the store is known to be away is told at once, instead of waiting for it too."""

    def __init__(self) -> None:
        self._pause, self._until = 0.0, 0.0
        self._said = ""

    def still(self) -> None:
        """Raises what was said, until it is time to look again."""
        if time.monotonic() < self._until:
            raise Unavailable(self._said)

    def begin(self, error: Unavailable) -> Unavailable:
        """It does not answer. Each time in a row the pause is longer: 1 s, 2 s, … half a minute."""
        self._pause = min(max(1.0, self._pause * 2), 30.0)
        self._until, self._said = time.monotonic() + self._pause, str(error)
        return error

    def over(self) -> None:
        """It answers."""
        self._pause = self._until = 0.0


def _store(remote: Remote, patience: timedelta) -> S3Store:
    """Everything said outright: what AWS_* variables say else would apply."""
    given: dict[str, object] = {"region": remote.region, "virtual_hosted_style_request": not remote.path_style}
    if remote.endpoint:
        given["endpoint"] = remote.address
    if remote.key:
        given |= {"access_key_id": remote.key, "secret_access_key": remote.secret}
    return S3Store(
        remote.bucket,
        prefix=remote.prefix or None,
        config=given,  # type: ignore[arg-type]
        client_options={
            "allow_http": remote.endpoint.startswith("http://"),
            "connect_timeout": min(patience, timedelta(seconds=5)),
            "timeout": patience,
        },
        retry_config={
            "max_retries": RETRIES,
            "retry_timeout": patience * 0.6,
            "backoff": {
                "init_backoff": timedelta(milliseconds=100),
                "max_backoff": timedelta(seconds=3),
                "base": 2,
            },
        },
    )


@contextlib.contextmanager
def _nameless(folder: Path) -> Iterator[IO[bytes]]:
    """A file that nobody sees and that is gone with the process."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        made = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - closed below
    except OSError as error:
        raise unusable(folder, error) from None
    with made:
        yield made


def _key(sha256: str) -> str:
    return f"{checked(sha256)[:2]}/{sha256}"


def _found(what: re.Pattern[str], error: Exception) -> str:
    found = what.search(str(error))
    return found[1] if found else ""


def _why(error: Exception) -> str:
    """What is the matter, in the end of a sentence."""
    status, kind = _found(_STATUS, error), _found(_KIND, error)
    if status:
        code = _found(_CODE, error)
        return f"answers {status}{f' ({code})' if code else ''}"
    if kind == "Timeout":
        return "does not answer in time"
    reason = _found(_SYSTEM, error) or ("no such host" if "dns error" in str(error) else "")
    return f"cannot be reached{f': {reason}' if reason else ''}"
