"""Files in an S3-compatible store: a real one, that refuses, dies in the middle, is slow, and comes back."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import os
import socket
import tempfile
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from madang.lib.files import Files, Missing, Remote, TooLarge, Unavailable, open_files
from madang.lib.files.s3 import S3
from madang.tests.object_store import OWNER, READER, Between, ObjectStore, serving

slow = pytest.mark.slow
SHORT = timedelta(seconds=2)
BIG = os.urandom(1 << 20) * 12 + b"the end"  # three parts of an upload, thirteen of a download


@pytest.fixture(scope="module")
def server() -> Iterator[ObjectStore]:
    with tempfile.TemporaryDirectory(prefix="madang-s3-", ignore_cleanup_errors=True) as folder:
        yield from serving(Path(folder))


@pytest.fixture
def store(server: ObjectStore, tmp_path: Path) -> Iterator[ObjectStore]:
    """The server, alive."""
    yield server
    if server.process is None:
        server.start()


@pytest.fixture
def files(store: ObjectStore, tmp_path: Path) -> Files:
    return S3(store.remote(prefix="house/files"), tmp_path / "files", SHORT)


async def parts(content: bytes, of: int = 64 << 10) -> AsyncIterator[bytes]:
    for start in range(0, len(content), of):
        yield content[start : start + of]


async def gather(came: list[bytes], stream: AsyncIterator[bytes]) -> None:
    async for part in stream:
        came.append(part)  # noqa: PERF401 - what came before it broke counts


def name_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@slow
@pytest.mark.parametrize("content", [b"", b"1", "한국어".encode(), BIG], ids=["nothing", "a byte", "words", "big"])
async def test_a_file_comes_back_as_it_went(files: Files, content: bytes) -> None:
    assert await files.put_stream(parts(content), 1 << 30) == (name_of(content), len(content))
    assert await files.put(content) == name_of(content)
    assert await files.read(name_of(content)) == content
    assert await files.size(name_of(content)) == len(content)
    assert await files.head(name_of(content), 3) == content[:3]


@slow
@pytest.mark.parametrize(
    ("start", "end"),
    [(0, 1), (5, 5), (1 << 20, (1 << 20) + 1), ((1 << 20) - 1, (1 << 21) + 1), (len(BIG) - 3, None), (len(BIG), None)],
)
async def test_any_part_of_it(files: Files, start: int, end: int | None) -> None:
    await files.put(BIG)
    assert b"".join([part async for part in files.stream(name_of(BIG), start, end)]) == BIG[start:end]


@slow
async def test_what_is_not_there_is_missing(files: Files) -> None:
    with pytest.raises(Missing):
        await files.read(name_of(b"never put"))
    assert not await files.has(name_of(b"never put"))
    with pytest.raises(ValueError, match="not a file name"):
        await files.read("../../etc/passwd")


@slow
async def test_every_file_is_listed_once(files: Files) -> None:
    kept = {await files.put(content) for content in (b"a", b"b", b"a")}
    listed = [name async for name in files.names()]
    assert kept <= set(listed)
    assert len(listed) == len(set(listed))


@slow
async def test_too_much_is_refused_and_nothing_of_it_kept(files: Files) -> None:
    with pytest.raises(TooLarge):
        await files.put_stream(parts(BIG), 1 << 20)
    assert not await files.has(name_of(BIG[: 1 << 20]))


@slow
async def test_who_breaks_off_leaves_nothing(files: Files, tmp_path: Path) -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield BIG
        raise ConnectionResetError("the browser has left")

    with pytest.raises(ConnectionResetError):
        await files.put_stream(broken(), 1 << 30)
    assert list((tmp_path / "files").iterdir()) == []


REFUSALS = [
    (("NOBODY", "whatever"), "madang-files", "refuses our key (InvalidAccessKeyId)"),
    ((OWNER[0], "another-secret"), "madang-files", "refuses our key (SignatureDoesNotMatch)"),
    (READER, "madang-files", "refuses our key (AccessDenied)"),
]


@slow
@pytest.mark.parametrize(("key", "bucket", "said"), REFUSALS, ids=["no such key", "a wrong secret", "may only read"])
async def test_a_refusal_is_told_in_plain_words_without_the_key(
    store: ObjectStore, tmp_path: Path, key: tuple[str, str], bucket: str, said: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    files = S3(store.remote(key, bucket=bucket, prefix="fresh"), tmp_path, SHORT)
    with pytest.raises(Unavailable) as told:
        await files.check()
    assert said in str(told.value)
    assert told.value.refused
    everything = f"{told.value} {told.value.__cause__} {caplog.text} {files!r} {store.remote(key)!r}"
    assert key[0] not in everything
    assert key[1] not in everything


@slow
async def test_a_bucket_that_is_not_there(store: ObjectStore, tmp_path: Path) -> None:
    files = S3(store.remote(bucket="nowhere"), tmp_path, SHORT)
    with pytest.raises(Unavailable, match="There is no bucket nowhere") as told:
        await files.read(name_of(b"x"))  # not Missing: nobody may believe the file lost
    assert told.value.refused


@slow
async def test_it_says_that_it_works(files: Files) -> None:
    assert "writing and reading work" in await files.check()
    assert "s3://madang-files/house/files at http://127.0.0.1:" in await files.check()


@slow
async def test_the_server_dies_in_the_middle_of_an_upload(store: ObjectStore, tmp_path: Path) -> None:
    """Nothing half is ever seen, and the same upload works when it is back."""
    content = os.urandom(1 << 20) * 14
    async with Between(store.port) as wire:
        files = S3(store.remote(port=wire.port), tmp_path, SHORT)
        wire.after(8 << 20, store.kill)
        with pytest.raises(Unavailable) as told:
            await files.put_stream(parts(content), 1 << 30)
        assert not told.value.refused
        store.start()
        assert not await files.has(name_of(content))
        assert name_of(content) not in [name async for name in files.names()]
        await files.put_stream(parts(content), 1 << 30)
        assert name_of(await files.read(name_of(content))) == name_of(content)


@slow
async def test_the_server_dies_in_the_middle_of_a_download(store: ObjectStore, tmp_path: Path) -> None:
    """Whoever reads hears of it: the parts do not just end."""
    async with Between(store.port) as wire:
        files = S3(store.remote(port=wire.port), tmp_path, SHORT)
        await files.put(BIG)
        wire.after(5 << 20, store.kill)
        came: list[bytes] = []
        with pytest.raises(Unavailable):
            await gather(came, files.stream(name_of(BIG)))
        assert 0 < sum(map(len, came)) < len(BIG)
        store.start()
        assert await files.read(name_of(BIG)) == BIG


@slow
async def test_a_wire_that_breaks_once_is_not_noticed(store: ObjectStore, tmp_path: Path) -> None:
    async with Between(store.port) as wire:
        files = S3(store.remote(port=wire.port), tmp_path, SHORT)
        await files.put(BIG)
        wire.after(3 << 20, wire.cut)
        assert await files.read(name_of(BIG)) == BIG


async def test_a_server_that_never_answers_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent, tempfile.TemporaryDirectory() as folder:
        remote = Remote("bucket", endpoint=f"http://127.0.0.1:{silent.getsockname()[1]}", key="a", secret="b")
        files = S3(remote, Path(folder), timedelta(seconds=0.2))
        with pytest.raises(Unavailable, match="does not answer in time"):
            async with asyncio.timeout(5):
                await files.read(name_of(b"x"))
        with pytest.raises(Unavailable, match="does not answer in time"):  # the next one need not wait too
            async with asyncio.timeout(0.1):
                await files.read(name_of(b"y"))


async def test_a_server_that_is_not_there_is_told(tmp_path: Path) -> None:
    remote = Remote("bucket", endpoint="http://127.0.0.1:1", key="a", secret="b")
    with pytest.raises(Unavailable, match=r"s3://bucket at \S+ cannot be reached: Connection refused") as told:
        await S3(remote, tmp_path, SHORT).check()
    assert not told.value.refused


def test_the_bucket_stands_in_the_host_where_the_store_wants_it() -> None:
    there = Remote("pictures", endpoint="https://s3.example.com", path_style=False)
    assert there.address == "https://pictures.s3.example.com"
    assert isinstance(open_files(Path("/nowhere"), there), S3)
