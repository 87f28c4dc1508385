"""`madang run` when things die under it. Web and worker are small stand-ins; the database and the kills are real."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from madang.lib.embedded_postgres import EmbeddedPostgres, running_url
from madang.lib.postgres_cluster import postmaster
from madang.lib.postgres_home import find_home
from madang.lib.processes import arguments_of

pytestmark = pytest.mark.slow

STAND_IN = """
import http.server, os, pathlib, signal, sys
from madang.lib.embedded_postgres import running_url
verb, data = sys.argv[1], pathlib.Path(os.environ["MADANG_DATA"])
def note(text):
    with open(data / "journal", "a") as journal: journal.write(f"{verb} {text}\\n")
def stop(*_):
    if (data / "stubborn").exists(): return note("interrupted")
    note("stopped, database " + ("there" if running_url(data) else "gone"))
    os._exit(0)
signal.signal(signal.SIGTERM, stop)
signal.signal(signal.SIGINT, lambda *_: note("was sent Ctrl-C too"))
(data / f"{verb}.pid").write_text(str(os.getpid()))
class Ready(http.server.BaseHTTPRequestHandler):
    def do_GET(self): self.send_response(200); self.end_headers()
    def log_message(self, *_): pass
if verb == "web":
    http.server.HTTPServer(("127.0.0.1", int(os.environ["MADANG_PORT"])), Ready).serve_forever()
while True: signal.pause()
"""
RUN = """
import sys
from madang import children, supervisor
from madang.settings import load
real = children.command
def command(verb):
    return [sys.executable, "-c", sys.argv[1], verb] if verb in ("web", "worker") else real(verb)
children.command = supervisor.command = command
sys.exit(supervisor.run(load()))
"""


class Desk:
    """One `madang run` on a data directory."""

    def __init__(self, data: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.data = data
        self.process: subprocess.Popen[str]

    def start(self) -> None:
        self.process = self.launch()
        until(lambda: self.answers() and self.pid("worker") > 0)

    def launch(self) -> subprocess.Popen[str]:
        environment = {"PATH": os.defpath, "MADANG_DATA": str(self.data), "MADANG_PORT": str(self.port)}
        return subprocess.Popen(
            [sys.executable, "-c", RUN, STAND_IN],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment,
            start_new_session=True,
        )

    def answers(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/readyz")
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()

    def pid(self, verb: str) -> int:
        file = self.data / f"{verb}.pid"
        return int(file.read_text() or 0) if file.exists() else 0

    def database_pid(self) -> int:
        home = find_home(self.data)
        running = postmaster(home) if home else None
        return running.pid if running and running.status == "ready" else 0

    def journal(self) -> list[str]:
        file = self.data / "journal"
        return file.read_text().splitlines() if file.exists() else []

    def stop(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        return self.process.wait(20)


def until(come_true: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not come_true():
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.02)


@pytest.fixture
def desk(data_dir: Path) -> Iterator[Desk]:
    made = Desk(data_dir)
    made.start()
    yield made
    if made.process.poll() is None:
        made.stop(signal.SIGTERM)
    made.process.communicate()
    EmbeddedPostgres(data_dir).stop()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_it_stops_in_order_children_first(desk: Desk, number: signal.Signals) -> None:
    began = time.monotonic()
    assert desk.stop(number) == 0
    assert time.monotonic() - began < 5
    assert sorted(desk.journal()) == ["web stopped, database there", "worker stopped, database there"]
    assert running_url(desk.data) is None


def test_it_says_where_the_desk_is_and_how_to_get_in(desk: Desk) -> None:
    assert desk.process.stdout
    address = f"http://127.0.0.1:{desk.port}"
    assert desk.process.stdout.readline() == f"Madang is ready: {address}\n"
    assert desk.process.stdout.readline().startswith(f"Create the first administrator: {address}/setup/")


def test_it_stops_when_nobody_reads_what_it_says_any_more(data_dir: Path) -> None:
    desk = Desk(data_dir)
    desk.start()
    for pipe in (desk.process.stdout, desk.process.stderr):
        assert pipe
        pipe.close()
    assert desk.stop(signal.SIGINT) == 0
    assert running_url(data_dir) is None


def test_a_second_signal_forces_it(data_dir: Path) -> None:
    (data_dir / "stubborn").touch()
    desk = Desk(data_dir)
    desk.start()
    desk.process.send_signal(signal.SIGINT)
    until(lambda: "worker interrupted" in desk.journal())
    assert desk.stop(signal.SIGINT) == 1
    until(lambda: not arguments_of(desk.pid("worker")) and running_url(data_dir) is None)
    desk.process.communicate()


@pytest.mark.parametrize("verb", ["web", "worker"])
def test_a_killed_child_comes_back(desk: Desk, verb: str) -> None:
    before = desk.pid(verb)
    os.kill(before, signal.SIGKILL)
    until(lambda: desk.pid(verb) not in {0, before})
    until(desk.answers)


def test_a_killed_database_comes_back_and_the_children_stay(desk: Desk) -> None:
    before, children, url = desk.database_pid(), (desk.pid("web"), desk.pid("worker")), running_url(desk.data)
    os.kill(before, signal.SIGKILL)
    until(lambda: desk.database_pid() not in {0, before})
    assert running_url(desk.data) == url
    assert (desk.pid("web"), desk.pid("worker")) == children


def test_when_it_is_killed_nobody_is_left_and_the_next_start_takes_over(desk: Desk) -> None:
    children, database = (desk.pid("web"), desk.pid("worker")), desk.database_pid()
    assert desk.stop(signal.SIGKILL) == -signal.SIGKILL
    until(lambda: not any(arguments_of(pid) for pid in children), 5)
    desk.process.communicate()
    desk.start()
    assert desk.database_pid() == database
    assert desk.stop(signal.SIGTERM) == 0
    assert running_url(desk.data) is None


def test_a_second_one_on_the_same_directory_says_so_and_leaves_the_first_alone(desk: Desk) -> None:
    second = desk.launch()
    assert f"Madang is already running on {desk.data} (pid {desk.process.pid})" in second.communicate(timeout=20)[1]
    assert second.returncode == 1
    assert desk.answers()


def test_a_taken_port_is_told_before_anything_starts(data_dir: Path) -> None:
    desk = Desk(data_dir)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", desk.port))
        taken.listen()
        refused = desk.launch()
        told = refused.communicate(timeout=20)[1]
    assert refused.returncode == 1
    assert f"port {desk.port}: Address already in use" in told
    assert running_url(data_dir) is None
    home = find_home(data_dir)
    assert home
    assert not home.cluster.exists()
