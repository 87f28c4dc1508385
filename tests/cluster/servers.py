"""The databases a cluster may stand on, each over TCP with a password, and a real PgBouncer in transaction mode."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from madang.lib.embedded_postgres import EmbeddedPostgres, Listen
from madang.lib.postgres_binaries import Binaries
from madang.lib.postgres_cluster import create
from tests.house import free_port

PASSWORD = "one-password-for-all-machines"
POOLER = """
[databases]
madang = host=127.0.0.1 port={port} dbname=madang user=madang password={password}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {pooler}
unix_socket_dir =
auth_type = plain
auth_file = {folder}/users
pool_mode = transaction
default_pool_size = 8
max_client_conn = 300
logfile = {folder}/log
pidfile = {folder}/pid
"""


def debian() -> Binaries | None:
    """The newest PostgreSQL Debian has installed here."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda one: int(one.parts[-3]))
    return Binaries(found[-1].parent, int(found[-1].parts[-3])) if found else None


@contextmanager
def postgres(kind: str, hosts: str = "127.0.0.1") -> Iterator[str]:
    """A server of its own, Debian's or the embedded one; its URL for other machines."""
    data = Path(tempfile.mkdtemp(prefix="madang-cluster-db-"))
    data.chmod(0o711)
    listen = Listen(hosts, free_port(), PASSWORD)
    server = EmbeddedPostgres(data, durable=False, listen=listen)
    if kind == "debian":
        binaries = debian()
        if binaries is None:
            pytest.skip("no PostgreSQL of Debian's is installed here: bin/test slow installs it")
        create(server.home, binaries, durable=False)
    server.start()
    try:
        yield f"postgresql://madang:{PASSWORD}@{hosts.split(',')[-1]}:{listen.port}/madang"
    finally:
        server.stop()
        shutil.rmtree(data)


@contextmanager
def pgbouncer(url: str) -> Iterator[str]:
    """A PgBouncer before that server; its URL."""
    program = shutil.which("pgbouncer", path=f"{os.environ['PATH']}:/usr/sbin")
    if program is None:
        pytest.skip("PgBouncer is not installed here: bin/test slow installs it")
    folder, pooler = Path(tempfile.mkdtemp(prefix="madang-pgbouncer-")), free_port()
    port = url.rpartition("/")[0].rpartition(":")[2]
    (folder / "users").write_text(f'"madang" "{PASSWORD}"\n')
    (folder / "ini").write_text(POOLER.format(port=port, pooler=pooler, password=PASSWORD, folder=folder))
    account: dict[str, Any] = {}
    if os.geteuid() == 0:  # it refuses root
        nobody = pwd.getpwnam("nobody")
        for one in (folder, *folder.iterdir()):
            os.chown(one, nobody.pw_uid, nobody.pw_gid)
        account = {"user": nobody.pw_uid, "group": nobody.pw_gid}
    running = subprocess.Popen(
        [program, folder / "ini"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **account
    )
    try:
        until_up(folder / "log")
        yield f"postgresql://madang:{PASSWORD}@127.0.0.1:{pooler}/madang"
    finally:
        running.terminate()
        running.wait(30)
        shutil.rmtree(folder)


def until_up(log: Path) -> None:
    """Wait until it says so."""
    deadline = time.monotonic() + 20
    while not (log.exists() and "process up" in log.read_text()):
        assert time.monotonic() < deadline, log.read_text() if log.exists() else "PgBouncer did not start"
        time.sleep(0.02)
