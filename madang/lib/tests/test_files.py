"""Files in a directory, and files on their way out by HTTP, whole and in parts."""

from __future__ import annotations

import asyncio
import hashlib
import os
import tracemalloc
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from madang.ground import files_of
from madang.lib import downloads
from madang.lib.errors import NotFound
from madang.lib.files import Missing, TooLarge, Unavailable, open_files
from madang.lib.files.directory import Directory
from madang.lib.files.remote import parse
from madang.lib.files.s3 import S3
from madang.settings import SettingsError, load

WORDS = "마당은 모두의 것".encode()
TAG = hashlib.sha256(WORDS).hexdigest()


@pytest.fixture
def files(tmp_path: Path) -> Directory:
    return Directory(tmp_path / "files")


async def parts(*content: bytes) -> AsyncIterator[bytes]:
    for part in content:
        yield part


async def test_twice_is_once(files: Directory) -> None:
    name = await files.put(WORDS)
    assert await files.put_stream(parts(WORDS[:5], WORDS[5:]), 100) == (name, len(WORDS))
    assert [one async for one in files.names()] == [name]
    assert await files.read(name) == WORDS


async def test_many_at_once_are_one(files: Directory) -> None:
    names = await asyncio.gather(*(files.put_stream(parts(WORDS), 100) for _ in range(20)))
    assert set(names) == {(TAG, len(WORDS))}
    assert await files.read(TAG) == WORDS
    assert not list(files.folder.glob("part-*"))


async def test_what_is_too_large_or_breaks_off_leaves_nothing(files: Directory) -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield WORDS
        raise FileNotFoundError("the connector's own trouble")

    with pytest.raises(TooLarge):
        await files.put_stream(parts(WORDS, WORDS), len(WORDS))
    with pytest.raises(FileNotFoundError):  # not "missing": it is not the store that said so
        await files.put_stream(broken(), 100)
    assert list(files.folder.iterdir()) == []


async def test_what_a_killed_process_left_is_removed_after_a_day(files: Directory) -> None:
    await files.put(WORDS)
    old, young = files.folder / "part-old", files.folder / "part-young"
    for half in (old, young):
        half.write_bytes(b"half")
    os.utime(old, (0, 0))
    await files.tidy()
    assert not old.exists()
    assert young.exists()
    assert await files.read(TAG) == WORDS


async def test_a_directory_that_cannot_be_used_says_so(tmp_path: Path) -> None:
    (tmp_path / "files").write_text("in the way")
    with pytest.raises(Unavailable, match="cannot be used"):
        await open_files(tmp_path / "files").check()


async def test_a_full_disk_keeps_nothing_half(tmp_path: Path) -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("needs /dev/full")
    from madang.lib.files.spool import spool

    with full.open("wb", buffering=0) as device, pytest.raises(Unavailable, match="No space left"):
        await spool(parts(WORDS), device, tmp_path, 100)


async def test_nothing_there_is_missing(files: Directory) -> None:
    with pytest.raises(Missing):
        await files.read(TAG)
    assert not await files.has(TAG)


async def test_memory_does_not_grow_with_the_file(files: Directory) -> None:
    """64 MB in and out; what is held stays within a few parts."""
    part = os.urandom(64 << 10)

    async def large() -> AsyncIterator[bytes]:
        for _ in range(1024):
            yield bytes(part)

    tracemalloc.start()
    try:
        name, size = await files.put_stream(large(), 1 << 30)
        async for _ in (await downloads.download(files, name, size, {})).parts:
            pass
        held = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert size == 64 << 20
    assert held < 4 << 20


ASKED = [
    ({}, 200, WORDS),
    ({"range": "bytes=0-3"}, 206, WORDS[:4]),
    ({"range": "bytes=4-"}, 206, WORDS[4:]),
    ({"range": "bytes=-5"}, 206, WORDS[-5:]),
    ({"range": "bytes=-500"}, 206, WORDS),
    ({"range": "bytes=3-9999"}, 206, WORDS[3:]),
    ({"range": f"bytes={len(WORDS)}-"}, 416, b""),
    ({"range": "bytes=-0"}, 416, b""),
    ({"range": "bytes=5-2"}, 200, WORDS),
    ({"range": "bytes=0-1,3-4"}, 200, WORDS),
    ({"range": "lines=1-2"}, 200, WORDS),
    ({"range": "bytes=-"}, 200, WORDS),
    ({"range": "bytes=" + "9" * 400 + "-"}, 200, WORDS),
    ({"range": "bytes=0-3", "if-range": f'"{TAG}"'}, 206, WORDS[:4]),
    ({"range": "bytes=0-3", "if-range": '"another"'}, 200, WORDS),
    ({"if-none-match": f'"{TAG}"'}, 304, b""),
]


@pytest.mark.parametrize(("asked", "status", "body"), ASKED)
async def test_parts_as_http_asks_for_them(files: Directory, asked: dict[str, str], status: int, body: bytes) -> None:
    await files.put(WORDS)
    found = await downloads.download(files, TAG, len(WORDS), asked)
    assert (found.status, b"".join([part async for part in found.parts])) == (status, body)
    assert found.headers["Accept-Ranges"] == "bytes"
    if status in (200, 206):
        assert found.headers["Content-Length"] == str(len(body))
    if status == 206:
        start = WORDS.index(body)
        assert found.headers["Content-Range"] == f"bytes {start}-{start + len(body) - 1}/{len(WORDS)}"
    if status == 416:
        assert found.headers["Content-Range"] == f"bytes */{len(WORDS)}"


async def test_a_file_that_was_lost_is_not_found_before_anything_is_answered(files: Directory) -> None:
    with pytest.raises(NotFound):
        await downloads.download(files, TAG, len(WORDS), {})


async def test_an_empty_file_is_answered_empty(files: Directory) -> None:
    found = await downloads.download(files, await files.put(b""), 0, {})
    assert (found.status, [part async for part in found.parts]) == (200, [b""])


@pytest.mark.parametrize(
    ("url", "read"),
    [("s3://files", ("files", "")), ("s3://ha-neul/a/b/", ("ha-neul", "a/b")), ("s3://1.2.3/x", ("1.2.3", "x"))],
)
def test_a_store_is_named_by_its_address(url: str, read: tuple[str, str]) -> None:
    assert parse(url) == read


ODD = ["http://files", "s3://", "s3://A", "s3://files/../other", "s3://key:secret@files", "s3://files?x=1", "files"]


@pytest.mark.parametrize("url", ODD)
def test_an_odd_address_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="give s3://bucket/prefix"):
        parse(url)


def test_a_key_alone_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="MADANG_FILES_SECRET belong together"):
        load({"MADANG_FILES_URL": "s3://files", "MADANG_FILES_KEY": "k"}, data=tmp_path)


def test_the_secret_comes_by_file_and_is_never_shown(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("very-secret\n")
    given = {
        "MADANG_FILES_URL": "s3://files/house/",
        "MADANG_FILES_ENDPOINT": "http://minio:9000/",
        "MADANG_FILES_KEY": "key-id",
        "MADANG_FILES_SECRET_FILE": str(tmp_path / "secret"),
    }
    settings = load(given, data=tmp_path / "data")
    store = files_of(settings)
    assert isinstance(store, S3)
    remote = store.remote
    assert (remote.secret, remote.path_style, str(remote)) == (
        "very-secret",
        True,
        "s3://files/house at http://minio:9000",
    )
    assert "very-secret" not in f"{settings!r} {remote!r}"
    child = files_of(load(settings.environment({}), data=tmp_path / "data"))
    assert isinstance(child, S3)
    assert child.remote == remote
