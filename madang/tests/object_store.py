"""A real S3 server on loopback for the tests of the file store: SeaweedFS, which can be killed and started again."""

from __future__ import annotations

import asyncio
import contextlib
import json
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import obstore
import pytest
from obstore.exceptions import BaseError as ObstoreError

from madang.lib.files import Remote
from madang.lib.files.s3 import S3

BUCKET = "madang-files"
OWNER = ("OWNERKEY", "owner-secret-0123456789")
READER = ("READERKEY", "reader-secret-0123456789")


def program() -> str | None:
    """Where the server is, when it is installed (the development packages bring it on Linux)."""
    beside = Path(sys.executable).parent / "weed"
    return str(beside) if beside.exists() else shutil.which("weed")


class ObjectStore:
    """One server with one bucket, an owner's key and a key that may only read."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port, *self._others = (free_port() for _ in range(8))
        self.process: subprocess.Popen[bytes] | None = None

    def remote(self, key: tuple[str, str] = OWNER, *, bucket: str = BUCKET, port: int = 0, prefix: str = "") -> Remote:
        """How to reach it, by another port where something stands in between."""
        return Remote(bucket, prefix, f"http://127.0.0.1:{port or self.port}", "us-east-1", *key)

    def start(self) -> None:
        """Until it takes files: about three seconds, most of which its own election takes.

        While it was killed somebody may have been given one of its ports: then once more, on others behind the first.
        """
        for patience in (12, 20, 30):
            self._begin()
            try:
                return self._wait(patience)
            except (httpx.HTTPError, OSError, ObstoreError):
                self.kill()
                self._others = [free_port() for _ in self._others]
        raise TimeoutError(f"the store does not start: {self.folder / 'log'} says why")

    def _begin(self) -> None:
        data = self.folder / "data"
        data.mkdir(parents=True, exist_ok=True)
        config = self.folder / "identities.json"
        config.write_text(json.dumps({"identities": [_identity("owner", OWNER, "Admin"), _reader()]}))
        master, master_grpc, volume, volume_grpc, filer, filer_grpc, s3_grpc = self._others
        options = {
            "dir": data,
            "ip": "127.0.0.1",
            "ip.bind": "127.0.0.1",
            "master.telemetry": "false",
            "master.electionTimeout": "1s",
            "master.port": master,
            "master.port.grpc": master_grpc,
            "master.volumeSizeLimitMB": 1024,
            "volume.port": volume,
            "volume.port.grpc": volume_grpc,
            "volume.max": 30,
            "filer": "true",
            "filer.port": filer,
            "filer.port.grpc": filer_grpc,
            "filer.localSocket": self.folder / "filer.sock",
            "s3": "true",
            "s3.port": self.port,
            "s3.port.grpc": s3_grpc,
            "s3.config": config,
            "s3.iam": "false",
        }
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [program() or "weed", "server", *(f"-{name}={value}" for name, value in options.items())],
                stdout=log,
                stderr=log,
                cwd=self.folder,
            )

    def _wait(self, patience: float) -> None:
        deadline = time.monotonic() + patience
        while True:
            try:
                httpx.get(f"http://127.0.0.1:{self.port}/healthz", timeout=1)
                obstore.put(S3(self.remote(), self.folder)._store, "ready", b"ready")  # which makes the bucket too
            except (httpx.HTTPError, ObstoreError, OSError):
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)
            else:
                return

    def kill(self) -> None:
        """As when the power goes."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None


def serving(directory: Path) -> Iterator[ObjectStore]:
    """A server for a fixture: started, and ended afterwards; the tests are skipped where none is installed."""
    if program() is None:
        pytest.skip("SeaweedFS is not installed here: it comes with the development packages on Linux")
    made = ObjectStore(directory)
    made.start()
    yield made
    made.kill()


class Between:
    """A wire to the store on which something happens once so many bytes have passed, counted both ways."""

    def __init__(self, port: int) -> None:
        self.port = 0
        self._target = port
        self._after = 0
        self._happens: Callable[[], None] = lambda: None
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()
        self._serving: set[asyncio.Task[Any]] = set()

    async def __aenter__(self) -> Between:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server
        self._server.close()
        self.cut()
        await asyncio.gather(*self._serving, return_exceptions=True)

    def after(self, count: int, happens: Callable[[], None]) -> None:
        """Call ``happens`` when ``count`` more bytes have passed."""
        self._after, self._happens = count, happens

    def cut(self) -> None:
        """Break every connection there is."""
        for writer in self._open:
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self._serving.add(task)
        self._open.add(writer)
        try:
            there, back = await asyncio.open_connection("127.0.0.1", self._target)
            self._open.add(back)
            await asyncio.gather(self._pass_on(reader, back), self._pass_on(there, writer))
            back.close()
        except OSError:
            writer.transport.abort()
        writer.close()

    async def _pass_on(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while part := await source.read(16 << 10):
                self._count(len(part))
                target.write(part)
                await target.drain()
        target.close()

    def _count(self, passed: int) -> None:
        due = 0 < self._after <= passed
        self._after -= passed
        if due:
            self._happens()


def _identity(name: str, key: tuple[str, str], *actions: str) -> dict[str, object]:
    return {"name": name, "credentials": [{"accessKey": key[0], "secretKey": key[1]}], "actions": actions}


def _reader() -> dict[str, object]:
    return _identity("reader", READER, f"Read:{BUCKET}", f"List:{BUCKET}")


def free_port() -> int:
    """A port nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
