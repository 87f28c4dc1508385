"""One IMAP connection (imapclient, in a thread of its own): what is new, and waiting for more by IDLE."""

from __future__ import annotations

import asyncio
import contextlib
import imaplib
import select
import socket
import ssl
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from imapclient import IMAPClient, SocketTimeout

from madang.connectors.email.account import Account
from madang.connectors.email.network import PATIENCE, dial

READ = 90  # seconds a command may take
IDLE = 9 * 60.0  # seconds; servers end an IDLE after 30 minutes, many routers a quiet connection after 10
POLL = 30.0  # seconds between two looks where the server has no IDLE
PIECE = 4 << 20  # bytes of a large mail fetched at once

Result = TypeVar("Result")


class GivenSocket(imaplib.IMAP4):
    """The standard client over a connection that is there already."""

    def __init__(self, made: socket.socket, host: str) -> None:
        self.given = made
        super().__init__(host)

    def _create_socket(self, timeout: float | None = None) -> socket.socket:
        return self.given


class Client(IMAPClient):  # type: ignore[misc]
    """imapclient over a given connection."""

    def __init__(self, made: socket.socket, host: str) -> None:
        self.given = made
        super().__init__(host, ssl=False, timeout=SocketTimeout(connect=PATIENCE, read=READ))
        self.normalise_times = False

    def _create_IMAP4(self) -> GivenSocket:
        return GivenSocket(self.given, self.host)


@dataclass(frozen=True, slots=True)
class Listed:
    """A mail in the mailbox: its number, its size in bytes, when it arrived there."""

    uid: int
    size: int
    at: datetime


class Box:
    """A signed-in connection with the folder open. Every method runs in the box's own thread."""

    def __init__(self, account: Account, made: socket.socket) -> None:
        self.account = account
        self.made = made
        self.client: Any = None
        self.validity = 0
        self.thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="imap")

    async def run(self, work: Callable[..., Result], *given: Any) -> Result:
        """Do it in the thread."""
        return await asyncio.get_running_loop().run_in_executor(self.thread, work, *given)

    def open(self, secret: str) -> None:
        """Sign in and open the folder. Nothing in it is changed, not even what is unread."""
        server = self.account.imap
        self.made.settimeout(PATIENCE)
        if server.security == "tls":
            self.made = ssl.create_default_context().wrap_socket(self.made, server_hostname=server.host)
        self.client = Client(self.made, server.host)
        if server.security == "starttls":
            self.client.starttls(ssl.create_default_context())
            self.made = self.client.socket()
        if self.account.auth == "oauth2":
            self.client.oauth2_login(server.user, secret)
        elif self.account.auth == "password":
            self.client.login(server.user, secret)
        answer = self.client.select_folder(self.account.folder, readonly=True)
        self.validity = int(answer[b"UIDVALIDITY"])

    def newer(self, uid: int) -> list[Listed]:
        """What came after that number, oldest first."""
        self.news()  # what was told so far is what this search finds
        # "n:*" always names the last mail, even one before n.
        found = [number for number in self.client.search(["UID", f"{uid + 1}:*"]) if number > uid]
        return self.listed(found)

    def since(self, day: date) -> list[Listed]:
        """What came on that day or later, oldest first."""
        return self.listed(self.client.search(["SINCE", day]))

    def between(self, first: int, last: int) -> list[int]:
        """The numbers that are there from ``first`` to ``last``, in pieces that fit into a line of an answer."""
        found: list[int] = []
        for start in range(first, last + 1, 100_000):
            found += self.client.search(["UID", f"{start}:{min(last, start + 99_999)}"])
        return sorted({number for number in found if first <= number <= last})

    def last(self) -> int:
        """The highest number given so far."""
        found = self.client.search(["UID", "*"])
        return max(found, default=0)

    def listed(self, uids: Sequence[int]) -> list[Listed]:
        found: list[Listed] = []
        ordered = sorted(uids)
        for start in range(0, len(ordered), 500):
            answer = self.client.fetch(ordered[start : start + 500], ["RFC822.SIZE", "INTERNALDATE"])
            rows = ((uid, answer[uid]) for uid in ordered[start : start + 500] if uid in answer)
            found += [Listed(uid, int(row[b"RFC822.SIZE"]), row[b"INTERNALDATE"]) for uid, row in rows]
        return found

    def fetch(self, mails: Sequence[Listed]) -> list[bytes | None]:
        """The mails as they are; None for one that was deleted meanwhile, empty for one the server cannot give."""
        if len(mails) == 1 and mails[0].size > PIECE:
            return [self.fetch_large(mails[0])]
        answer = self.client.fetch([mail.uid for mail in mails], ["BODY.PEEK[]"])
        return [answer[mail.uid].get(b"BODY[]") or b"" if mail.uid in answer else None for mail in mails]

    def fetch_large(self, mail: Listed) -> bytes | None:
        """Piece by piece, so that no answer outlasts the patience of either side."""
        pieces: list[bytes] = []
        while (start := sum(map(len, pieces))) < mail.size:
            answer = self.client.fetch([mail.uid], [f"BODY.PEEK[]<{start}.{PIECE}>"])
            if mail.uid not in answer:
                return None
            piece = next((value for name, value in answer[mail.uid].items() if name.startswith(b"BODY[]")), b"")
            if not piece:
                break
            pieces.append(piece)
        return b"".join(pieces)

    def wait(self) -> None:
        """Until the server tells of something, or until it is time to look anyway."""
        if not self.client.has_capability("IDLE"):
            select.select([self.made], [], [], POLL)  # or until the connection ends
            self.client.noop()
            return
        self.client.idle()
        if not self.news():
            self.client.idle_check(timeout=IDLE)
        self.client.idle_done()

    def news(self) -> bool:
        """Whether the server has told, beside its answers to commands, that there is more mail.

        It tells only once: what it said before IDLE began, IDLE does not repeat.
        """
        return self.client._imap.untagged_responses.pop("EXISTS", None) is not None

    def close(self) -> None:
        """Hang up; whatever the thread waits for ends at once."""
        with contextlib.suppress(OSError):
            socket.socket.shutdown(self.made, socket.SHUT_RDWR)  # below TLS: nobody is left to say goodbye to
        self.thread.submit(self.let_go)
        self.thread.shutdown(wait=False)

    def let_go(self) -> None:
        with contextlib.suppress(Exception):
            if self.client is not None:
                self.client.shutdown()
        with contextlib.suppress(OSError):
            self.made.close()


async def connect(account: Account, secret: str) -> Box:
    """A box, open. Raises what :func:`madang.connectors.email.problems.explain` explains."""
    box = Box(account, await dial(account.imap.host, account.imap.port, account.allow_hosts))
    try:
        await box.run(box.open, secret)
    except BaseException:
        box.close()
        raise
    return box
