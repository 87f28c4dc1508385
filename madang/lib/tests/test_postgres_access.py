"""The embedded server on a network: only where it was told, only with the password, and closed again afterwards."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from madang.lib.embedded_postgres import EmbeddedPostgres, Listen
from madang.lib.tests.test_embedded_postgres import ask, pid_of

pytestmark = pytest.mark.slow
PASSWORD = "a-long-word-of-ours-0123"


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.fixture
def server(data_dir: Path) -> Iterator[EmbeddedPostgres]:
    listen = Listen("127.0.0.1", free_port(), PASSWORD)
    made = EmbeddedPostgres(data_dir, durable=False, listen=listen)
    yield made
    made.stop()


def over_tcp(server: EmbeddedPostgres, password: str | None = None, name: str = "madang") -> str:
    assert server.listen
    given = server.listen.password if password is None else password
    return f"postgresql://{name}:{given}@127.0.0.1:{server.listen.port}/madang"


def test_the_password_opens_it_and_nothing_else_does(server: EmbeddedPostgres) -> None:
    by_socket = server.start()
    ask(by_socket, "create table visit (who text)", "insert into visit values ('미나') returning 1")
    assert ask(over_tcp(server), "select who from visit") == "미나"
    for refused in (over_tcp(server, "another-long-password"), over_tcp(server, ""), over_tcp(server, name="postgres")):
        with pytest.raises((asyncpg.InvalidPasswordError, asyncpg.InvalidAuthorizationSpecificationError)):
            ask(refused, "select 1")
    with pytest.raises(asyncpg.InvalidAuthorizationSpecificationError):  # our database only
        ask(over_tcp(server).replace("/madang", "/postgres"), "select 1")
    kept = ask(by_socket, "select rolpassword from pg_authid where rolname = 'madang'")
    assert kept.startswith("SCRAM-SHA-256$4096:")


def test_a_new_password_counts_from_the_next_start_even_when_the_old_server_still_runs(
    server: EmbeddedPostgres, data_dir: Path
) -> None:
    assert server.listen
    code = (
        "import sys; from pathlib import Path; from madang.lib.embedded_postgres import EmbeddedPostgres, Listen;"
        "EmbeddedPostgres(Path(sys.argv[1]), durable=False, listen=Listen('127.0.0.1', int(sys.argv[2]), 'x' * 20)"
        ").start(); print('up', flush=True); import time; time.sleep(60)"
    )
    arguments = [sys.executable, "-c", code, str(data_dir), str(server.listen.port)]
    owner = subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True)
    assert owner.stdout
    assert owner.stdout.readline() == "up\n"
    first = pid_of(server)
    owner.send_signal(signal.SIGKILL)
    owner.wait()
    owner.stdout.close()
    os.kill(first, 0)  # the server outlived its owner
    server.start()
    assert ask(over_tcp(server), "select 1") == 1
    with pytest.raises(asyncpg.InvalidPasswordError):
        ask(over_tcp(server, "x" * 20), "select 1")


def test_without_the_setting_it_is_closed_again(server: EmbeddedPostgres) -> None:
    server.start()
    url = over_tcp(server)
    server.stop()
    server.listen = None
    by_socket = server.start()
    assert ask(by_socket, "show listen_addresses") == ""
    with pytest.raises(ConnectionRefusedError):
        ask(url, "select 1")
