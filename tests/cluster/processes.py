"""Two web and three workers as they run on several machines: own data directories, one database, one secret key."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import asyncpg
import httpx

from tests.house import COMMAND, free_port

KEY = "the one key of every machine, 0123456789"
PATIENCE = 60  # seconds for a start on a busy machine
OWNER = """
select distinct split_part(a.application_name, ':', 2)::int from pg_locks l join pg_stat_activity a on a.pid = l.pid
where l.locktype = 'advisory' and l.classid = 7303 and l.objid = $1 and l.granted
"""


class Machine:
    """One process with a data directory of its own."""

    def __init__(self, verb: str, environment: dict[str, str], *, prefix: Sequence[str] = ()) -> None:
        self.data = Path(tempfile.mkdtemp(prefix=f"{verb}-", dir=environment["MADANG_DATA"]))
        self.log = self.data / "log"
        self.port = free_port() if verb == "web" else 0
        self.url = f"http://127.0.0.1:{self.port}"
        self._words = [*prefix, *COMMAND, verb, *(["--port", str(self.port)] if verb == "web" else [])]
        self._environment = environment | {"MADANG_DATA": str(self.data)}
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        assert self._process
        return self._process.pid

    @property
    def runs(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        if self.runs:
            return
        with open(self.log, "ab") as log:
            self._process = subprocess.Popen(
                self._words, stdout=log, stderr=log, env=self._environment, start_new_session=True
            )

    def send(self, number: signal.Signals) -> None:
        if self.runs:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """The power of this machine's process goes: kill -9."""
        self.send(signal.SIGKILL)
        self.wait()

    def wait(self) -> int:
        """Its exit code, once it has ended."""
        assert self._process
        return self._process.wait(PATIENCE)

    def stop(self) -> int:
        """Ask it to end; its exit code."""
        if self._process is None:
            return 0
        self.send(signal.SIGCONT)
        self.send(signal.SIGTERM)
        return self.wait()

    def told(self) -> str:
        """What it has logged."""
        return self.log.read_text("utf-8", "replace") if self.log.exists() else ""


class Cluster:
    """Two web processes and three workers on ``url``; through ``pooler`` where there is one."""

    def __init__(self, url: str, *, pooler: str = "", hosts: str = "127.0.0.1") -> None:
        self.url = url
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": os.environ.get("HOME", "/"),
            "MADANG_DATA": tempfile.mkdtemp(prefix="madang-cluster-"),  # each machine's own lies in it
            "MADANG_SECRET_KEY": KEY,
            "MADANG_PUBLIC_URL": "http://desk.haneul.example",
            "MADANG_ALLOW_HOSTS": hosts,  # where the providers of the tests live
            "DATABASE_URL": pooler or url,
            **({"MADANG_DATABASE_DIRECT_URL": url} if pooler else {}),
        }
        self.webs = [Machine("web", self.environment) for _ in range(2)]
        self.workers = [Machine("worker", self.environment) for _ in range(3)]

    @property
    def machines(self) -> list[Machine]:
        return [*self.webs, *self.workers]

    def start(self) -> None:
        """Start whatever does not run, and wait until every web says that it is ready."""
        for one in self.machines:
            one.start()
        until(lambda: all(_ready(web) for web in self.webs), PATIENCE, self.told)

    def stop(self) -> None:
        for one in self.machines:
            one.send(signal.SIGCONT)
            one.send(signal.SIGTERM)
        for one in self.machines:
            one.stop()

    def remove(self) -> None:
        """Stop everything, and leave nothing behind."""
        try:
            self.stop()
        finally:
            shutil.rmtree(self.environment["MADANG_DATA"])

    def told(self) -> str:
        """The end of every log."""
        return "\n".join(f"--- {one._words[4]} {one.data}\n{one.told()[-3000:]}" for one in self.machines)

    async def owners(self, channel_id: int) -> list[int]:
        """The pids of the processes that hold a channel's session."""
        connection = await asyncpg.connect(self.url)
        try:
            return [row[0] for row in await connection.fetch(OWNER, channel_id)]
        finally:
            await connection.close()

    def worker(self, pid: int) -> Machine:
        """The worker with this pid."""
        return next(one for one in self.workers if one.runs and one.pid == pid)


def _ready(web: Machine) -> bool:
    try:
        return httpx.get(f"{web.url}/readyz", timeout=5).status_code == 200
    except httpx.HTTPError:
        return False


def until(true: Callable[[], bool], seconds: float, told: Callable[[], str]) -> None:
    """Wait until something is so; what was logged is shown when it never is."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, told()
        time.sleep(0.05)
