"""What every test may ask for: a real PostgreSQL, and a database of its own for each test."""

from __future__ import annotations

import asyncio
import gc
import os
import shutil
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from madang import migrate
from madang.ground import Ground
from madang.lib.embedded_postgres import EmbeddedPostgres
from madang.lib.postgres import Database
from madang.lib.postgres_home import find_home
from madang.lib.processes import FileLock
from madang.settings import Settings, load
from madang.tests import cast
from madang.tests.cast import Yard
from madang.tests.slates import Slate, Slates, end_tasks, prepare
from madang.tests.suites import pytest_collection_modifyitems, pytest_ignore_collect

__all__ = ["pytest_collection_modifyitems", "pytest_ignore_collect"]

_PREFIX = "madang-tests-"


def pytest_collection() -> None:
    """Six thousand tests are loaded: nothing of it is garbage."""
    gc.disable()


def pytest_collection_finish() -> None:
    """What is loaded by now stays: the collector need not walk through it for every test (15 % of the CPU)."""
    gc.enable()
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


def _place() -> Path:
    """Memory where there is enough of it: a database is copied in 6 ms there, in 50 to 110 ms on a disk."""
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 2**30
    return memory if roomy else Path(tempfile.gettempdir())


def _remove_what_killed_sessions_left() -> None:
    """Servers outlive a test run that was killed. Young directories are left alone: they may be starting."""
    for old in _place().glob(f"{_PREFIX}*"):
        home = find_home(old)
        if time.time() - old.stat().st_mtime < 600 or (home and FileLock(home.path / "lock").holder("owner")):
            continue
        EmbeddedPostgres(old).stop()
        shutil.rmtree(old)


def _directory() -> Path:
    """A new directory that PostgreSQL's user can pass through when the tests run as root."""
    made = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=_place()))
    made.chmod(0o711)
    return made


@pytest.fixture
def data_dir() -> Iterator[Path]:
    """An empty data directory for a test that starts a server of its own; the test stops what it starts."""
    made = _directory()
    yield made
    shutil.rmtree(made)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings that owe nothing to this machine's environment."""
    return load({}, data=tmp_path / "data", secret_key="k" * 32)


@pytest.fixture(scope="session")
def postgres() -> Iterator[EmbeddedPostgres]:
    """One server for the whole session, in a directory of its own; not durable, therefore quick."""
    _remove_what_killed_sessions_left()
    data = _directory()
    server = EmbeddedPostgres(data, durable=False)
    server.start()
    yield server
    server.stop()
    shutil.rmtree(data)


@pytest.fixture(scope="session")
def template(postgres: EmbeddedPostgres) -> str:
    """The URL of a migrated database that nobody writes to: the others are copied from it."""
    migrate.upgrade(postgres.url)
    asyncio.run(prepare(postgres.url))
    return postgres.url


@pytest.fixture(scope="session")
async def slates(template: str) -> AsyncIterator[Slates]:
    """The databases that are lent to one test after another."""
    made = Slates(template)
    yield made
    await made.close()


@pytest.fixture(autouse=True)
async def nothing_keeps_running() -> AsyncIterator[set[asyncio.Task[Any]]]:
    """All tests share one loop; their tasks do not outlive them. Gives what ran before."""
    before = asyncio.all_tasks()
    yield before
    await end_tasks(before)


@pytest.fixture
async def slate(slates: Slates, nothing_keeps_running: set[asyncio.Task[Any]]) -> AsyncIterator[Slate]:
    """A migrated, empty database for this test alone."""
    lent = await slates.take()
    yield lent
    await end_tasks(nothing_keeps_running)
    await slates.give_back(lent)


@pytest.fixture
def database_url(slate: Slate) -> str:
    """Where this test's database is."""
    return slate.url


@pytest.fixture
def db(slate: Slate) -> Database:
    """This test's database, with a pool: `async with db.begin() as tx`."""
    return slate.lend(Database(slate.url))


@pytest.fixture
def ground(settings: Settings, slate: Slate) -> Ground:
    """What a process stands on, over this test's database."""
    made = Ground.open(settings, slate.url)
    slate.lend(made.database)
    return made


@pytest.fixture
async def yard(ground: Ground) -> Yard:
    """The brand Haneul with one channel, and hands to push messages in."""
    return await cast.yard(ground)
