"""The process that knows Korean: one on a machine, started when first needed, gone when nobody is connected any more.

It holds the model once (about 340 MB) for every process of Madang, keeps their event loops free, and takes no one down
with it when a hostile text breaks it. On a Unix socket: frames of a length (4 bytes, big endian) and msgpack; a list
of texts in, a list of their morphemes out.
"""

from __future__ import annotations

import contextlib
import os
import socket
import struct
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from madang.lib.processes import FileLock

GRACE = 3.0  # seconds it lives without a connection
LARGEST = 64 * 2**20  # bytes of a frame
YIELD = 10  # niceness: the index may come later; what people wait for goes first when the machine is busy
AT_ONCE = 16  # texts between which a short question may slip in
_LENGTH = struct.Struct(">I")


def read(line: socket.socket) -> bytes | None:
    """One frame; None when the other side is gone. Raises ValueError for one that is too large."""
    head = _exactly(line, _LENGTH.size)
    if head is None:
        return None
    (length,) = _LENGTH.unpack(head)
    if length > LARGEST:
        raise ValueError("too large a frame")
    return _exactly(line, length)


def write(line: socket.socket, body: bytes) -> None:
    """Send one frame."""
    line.sendall(_LENGTH.pack(len(body)) + body)


def _exactly(line: socket.socket, length: int) -> bytes | None:
    parts = bytearray()
    while len(parts) < length:
        part = line.recv(min(length - len(parts), 2**20))
        if not part:
            return None
        parts += part
    return bytes(parts)


class Analyser:
    """Kiwi, loaded in the background. Its dictionary of many-word names is left out: 190 MB that change little."""

    def __init__(self) -> None:
        self._ready = threading.Event()
        self._turn = threading.Lock()
        self._kiwi: Any = None
        threading.Thread(target=self._load, daemon=True).start()

    def _load(self) -> None:
        from kiwipiepy import Kiwi

        self._kiwi = Kiwi(num_workers=1, load_multi_dict=False, load_typo_dict=False)
        self._kiwi.tokenize("마당")
        self._ready.set()

    def analyse(self, texts: Sequence[str]) -> list[list[tuple[str, str, int, int]]]:
        """The morphemes of each text: form, tag, start, length."""
        self._ready.wait()
        made: list[list[tuple[str, str, int, int]]] = []
        for place in range(0, len(texts), AT_ONCE):
            with self._turn:
                found = self._kiwi.tokenize(list(texts[place : place + AT_ONCE]), split_complex=True)
                made += [[(one.form, one.tag, one.start, one.len) for one in some] for some in found]
        return made


class Server:
    """Listens until nobody is connected any more."""

    def __init__(self, path: Path) -> None:
        self._analyser = Analyser()
        self._connected = 0
        self._quiet_since = time.monotonic()
        path.unlink(missing_ok=True)
        self._door = socket.socket(socket.AF_UNIX)
        self._door.bind(str(path))
        self._door.listen(64)
        self._door.settimeout(0.5)

    def serve(self) -> None:
        """Until :data:`GRACE` seconds have passed without a connection."""
        while self._connected or time.monotonic() - self._quiet_since < GRACE:
            with contextlib.suppress(TimeoutError):
                line, _ = self._door.accept()
                line.settimeout(None)
                self._connected += 1
                threading.Thread(target=self._answer, args=(line,), daemon=True).start()

    def _answer(self, line: socket.socket) -> None:
        try:
            with line:
                while (body := read(line)) is not None:
                    texts = msgspec.msgpack.decode(body, type=list[str])
                    write(line, msgspec.msgpack.encode(self._analyser.analyse(texts)))
        except (OSError, ValueError):
            pass  # whoever asked is gone, or talks nonsense
        finally:
            self._quiet_since = time.monotonic()
            self._connected -= 1


def main(path: Path) -> None:
    """Serve on ``path``, unless another process does already."""
    os.umask(0o077)
    lock = FileLock(path.with_suffix(".lock"))
    if not lock.take("analyser"):
        return
    os.nice(YIELD)
    Server(path).serve()
    path.unlink(missing_ok=True)
    os._exit(0)  # the model is not taken down piece by piece


if __name__ == "__main__":
    main(Path(sys.argv[1]))
