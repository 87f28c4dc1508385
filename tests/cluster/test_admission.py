"""Machines that do not fit: another version's schema, another secret key; and a migration while others run."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import Iterator

import asyncpg
import pytest

from madang import migrate
from madang.settings import SettingsError
from tests.cluster import servers
from tests.cluster.processes import Cluster, until
from tests.house import COMMAND

pytestmark = pytest.mark.slow


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    """One web and one worker that nobody has started yet, on a migrated database."""
    with servers.postgres("debian") as url:
        migrate.upgrade(url)
        made = Cluster(url)
        made.webs, made.workers = made.webs[:1], made.workers[:1]
        try:
            yield made
        finally:
            made.remove()


def sql(cluster: Cluster, statement: str) -> None:
    async def run() -> None:
        connection = await asyncpg.connect(cluster.url)
        await connection.execute(statement)
        await connection.close()

    asyncio.run(run())


def verb(cluster: Cluster, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """What a verb says on another machine of the cluster."""
    given = cluster.environment | {"MADANG_DATA": str(cluster.webs[0].data)} | environment
    return subprocess.run([*COMMAND, *words], capture_output=True, text=True, check=False, env=given, timeout=120)


def test_another_secret_key_is_refused_until_it_is_accepted(cluster: Cluster) -> None:
    cluster.start()
    other = {"MADANG_SECRET_KEY": "x" * 40}
    for process in ("web", "worker"):
        told = verb(cluster, process, **other)
        assert told.returncode == 1
        assert "secret key is not the one the database was set up with" in told.stderr
    assert verb(cluster, "migrate", "--new-key", **other).returncode == 0
    assert "secret key is not the one" in verb(cluster, "worker").stderr


@pytest.mark.parametrize(
    ("revision", "told"),
    [("0001", "Stop web and worker on every machine"), ("9999", "Install the newer version on this machine too")],
)
def test_another_versions_schema_is_refused(cluster: Cluster, revision: str, told: str) -> None:
    sql(cluster, f"update alembic_version set version_num = '{revision}'")
    for process in ("web", "worker"):
        answer = verb(cluster, process)
        assert (answer.returncode, told in answer.stderr) == (1, True), answer.stderr
    if revision == "9999":
        assert told in verb(cluster, "migrate").stderr


def test_nobody_migrates_under_those_who_run(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    cluster.start()
    sql(cluster, "update alembic_version set version_num = '0004'")  # as if a newer version had come
    monkeypatch.setattr(migrate, "PATIENCE", 1.0)
    with pytest.raises(SettingsError, match=r"cannot be changed while Madang runs on it: madang .+:[0-9]+, madang"):
        migrate.upgrade(cluster.url)


def test_who_was_cut_off_while_the_schema_changed_ends(cluster: Cluster) -> None:
    cluster.start()
    sql(cluster, "update alembic_version set version_num = '9999'")
    sql(cluster, "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid()")
    until(lambda: not any(one.runs for one in cluster.machines), 40, cluster.told)
    for one in cluster.machines:
        assert "A newer version of Madang" in one.told()
