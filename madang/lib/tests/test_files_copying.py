"""Moving to another store: all of it, proven, as often as it takes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from madang.lib.files import Unavailable
from madang.lib.files.copying import copy
from madang.lib.files.directory import Directory


@pytest.fixture
def old(tmp_path: Path) -> Directory:
    return Directory(tmp_path / "old")


@pytest.fixture
def new(tmp_path: Path) -> Directory:
    return Directory(tmp_path / "new")


async def fill(files: Directory, count: int) -> set[str]:
    return {await files.put(f"file {number}".encode()) for number in range(count)}


async def names(files: Directory) -> set[str]:
    return {name async for name in files.names()}


async def test_everything_arrives_and_a_second_run_has_nothing_to_do(old: Directory, new: Directory) -> None:
    kept = await fill(old, 50)
    first, second = await copy(old, new), await copy(old, new, verify=True)
    assert (first.copied, first.already, first.broken) == (50, 0, {})
    assert (second.copied, second.already, second.bytes) == (0, 50, 0)
    assert await names(new) == kept


class Failing(Directory):
    """A store that is away after so many files."""

    kept = 0

    async def put_stream(self, parts: AsyncIterator[bytes], limit: int) -> tuple[str, int]:
        if self.kept >= 3:
            raise Unavailable("The file store s3://x does not answer in time.")
        found = await super().put_stream(parts, limit)
        self.kept += 1
        return found


async def test_after_a_break_it_goes_on_where_it_was(old: Directory, new: Directory) -> None:
    kept = await fill(old, 50)
    with pytest.raises(ExceptionGroup) as broke:
        await copy(old, Failing(new.folder))
    assert broke.group_contains(Unavailable)
    there = len(await names(new))
    assert 3 <= there < 50, "what was copied before stays"
    done = await copy(old, new)
    assert (done.copied, done.already) == (50 - there, there)
    assert await names(new) == kept


async def test_rot_is_found_on_either_side(old: Directory, new: Directory) -> None:
    rotten, other = sorted(await fill(old, 2))
    await copy(old, new)
    new.path(other).write_bytes(b"elif 0")  # of the same length
    assert (await copy(old, new)).broken == {}
    assert "gives back other bytes" in (await copy(old, new, verify=True)).broken[other]
    new.path(rotten).unlink()
    old.path(rotten).write_bytes(b"rotten")
    done = await copy(old, new)
    assert "are not what its name says" in done.broken[rotten]
    assert not await new.has(rotten)


async def test_half_a_file_there_is_told(old: Directory, new: Directory) -> None:
    (name,) = await fill(old, 1)
    await copy(old, new)
    new.path(name).write_bytes(b"file")
    assert "has 4 bytes of it" in (await copy(old, new)).broken[name]
