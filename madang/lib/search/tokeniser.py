"""The way to the analyser: found, started when it is not there, asked in threads, done without when it is away."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import logging
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import msgspec

from madang.lib.search import analyser, cutting
from madang.lib.search.cutting import Token
from madang.lib.search.korean import Morpheme, plainly
from madang.lib.search.question import Question, question

log = logging.getLogger("madang.search")

PATIENCE = 20.0  # seconds an index batch waits for the analyser
QUICK = 0.3  # seconds a person waits before her question is read without it
IDLE = 300.0  # seconds after which an unused line is given up, so that the memory comes back
START = 2.0  # seconds between two tries to start it
_LONGEST_FOLDER = 90  # bytes: the name of a socket may have 103
_TRIES = 2  # a text that breaks the analyser this often is read without it


class Away(Exception):
    """The analyser cannot be reached in time."""


class Tokeniser:
    """Lines to the analyser behind ``path``. For any thread; one a process is enough: :func:`tokeniser`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lines: list[tuple[float, socket.socket]] = []
        self._guard = threading.Lock()
        self._started = 0.0
        self._timer: threading.Timer | None = None

    async def forms(self, texts: Sequence[str]) -> list[list[str]]:
        """What each text is found by; raises :class:`Away`. In a thread: the event loop goes on."""
        return await asyncio.to_thread(cutting.forms, texts, self.analyse)

    async def tokens(self, texts: Sequence[str]) -> list[list[Token]]:
        """The tokens of texts with their places, for marks; without Korean morphemes while the analyser is away."""
        return await asyncio.to_thread(cutting.tokens, texts, self._soon)

    async def question(self, text: str) -> Question:
        """What is asked by ``text``; read without Korean morphemes while the analyser is loading or away."""
        return await asyncio.to_thread(question, text, self._soon)

    async def warm(self) -> None:
        """Somebody is about to ask: let the analyser load."""
        await asyncio.to_thread(self._soon, ["마당"])

    def analyse(self, texts: Sequence[str]) -> list[list[Morpheme]]:
        """The morphemes of texts. What breaks the analyser is found and read without it; raises :class:`Away`."""
        for _ in range(_TRIES):
            try:
                return self._ask(texts, PATIENCE)
            except ConnectionError:
                log.warning("the Korean analyser ended over %s texts", len(texts))
        if len(texts) == 1:
            log.error("a text of %s characters cannot be analysed; it is found by its words", len(texts[0]))
            return plainly(texts)
        half = len(texts) // 2
        return [*self.analyse(texts[:half]), *self.analyse(texts[half:])]

    def _soon(self, texts: Sequence[str]) -> list[list[Morpheme]]:
        try:
            return self._ask(texts, QUICK)
        except (Away, ConnectionError):
            return plainly(texts)

    def _ask(self, texts: Sequence[str], patience: float) -> list[list[Morpheme]]:
        until = time.monotonic() + patience
        line = self._line(until)
        try:
            line.settimeout(max(until - time.monotonic(), 0.01))
            analyser.write(line, msgspec.msgpack.encode(texts))
            body = analyser.read(line)
        except TimeoutError:
            line.close()
            raise Away("the Korean analyser takes too long") from None
        except OSError as error:
            line.close()
            raise ConnectionError(str(error)) from error
        if body is None:
            line.close()
            raise ConnectionError("the Korean analyser ended")
        self._keep(line)
        return msgspec.msgpack.decode(body, type=list[list[Morpheme]])

    def _line(self, until: float) -> socket.socket:
        with self._guard:
            if self._lines:
                return self._lines.pop()[1]
        while True:
            line = socket.socket(socket.AF_UNIX)
            try:
                line.connect(str(self._path))
                return line
            except OSError:
                line.close()
            self._start()
            if time.monotonic() > until:
                raise Away("the Korean analyser does not start")
            time.sleep(0.02)

    def _keep(self, line: socket.socket) -> None:
        with self._guard:
            self._lines.append((time.monotonic(), line))
            if self._timer is None:
                self._timer = threading.Timer(IDLE, self._let_go)
                self._timer.daemon = True
                self._timer.start()

    def _let_go(self) -> None:
        """Close lines nobody used for a while."""
        with self._guard:
            self._timer = None
            old = [line for at, line in self._lines if time.monotonic() - at >= IDLE]
            fresh = [(at, line) for at, line in self._lines if line not in old]
            self._lines = []
        for line in old:
            line.close()
        for _, line in fresh:
            self._keep(line)

    def close(self) -> None:
        """Give up every line; the next question opens one again."""
        with self._guard:
            lines, self._lines = self._lines, []
        for _, line in lines:
            line.close()

    def _start(self) -> None:
        """Start it; when another process was quicker, ours ends by itself."""
        with self._guard:
            if time.monotonic() - self._started < START:
                return
            self._started = time.monotonic()
        command = [sys.executable, "-P", "-m", analyser.__name__, str(self._path)]
        quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        with contextlib.suppress(OSError):
            process = subprocess.Popen(command, cwd="/", start_new_session=True, **quiet)  # type: ignore[call-overload]
            threading.Thread(target=process.wait, daemon=True).start()


def _place() -> Path:
    """A short path for the socket that is ours alone: one for all processes of this user and this installation."""
    name = hashlib.sha256(f"{sys.prefix} {__file__} {cutting.VERSION}".encode()).hexdigest()[:12]
    folder = Path(tempfile.gettempdir()) / f"madang-search-{os.getuid()}-{name}"
    if len(os.fsencode(folder)) > _LONGEST_FOLDER:
        folder = Path("/tmp") / folder.name  # noqa: S108 - made for us alone, and its owner is looked at below
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    if folder.is_symlink() or folder.lstat().st_uid != os.getuid():  # somebody was there first: one for this process
        folder = Path(tempfile.mkdtemp(prefix="madang-search-"))
    folder.chmod(0o700)
    return folder / "analyser"


@cache
def tokeniser() -> Tokeniser:
    """This process's way to the analyser."""
    return Tokeniser(_place())
