"""The IMAP side: pymap (MIT) over its in-memory store, with IDLE, PLAIN, LOGIN and XOAUTH2."""

from __future__ import annotations

import asyncio
from argparse import Namespace
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from proxyprotocol.result import ProxyResultLocal
from proxyprotocol.sock import SocketInfo
from pymap.backend.dict import Config, Identity, Login
from pymap.backend.dict.filter import FilterSet
from pymap.backend.dict.mailbox import MailboxData, MailboxSet
from pymap.concurrent import Event
from pymap.context import subsystem
from pymap.exceptions import InvalidAuth
from pymap.imap import IMAPServer
from pymap.parsing.message import AppendMessage
from pymap.selected import SelectedMailbox
from pymap.user import UserMetadata
from pysasl import SASLAuth
from pysasl.creds.external import ExternalCredentials, ExternalVerificationRequired
from pysasl.hashing import Cleartext

Hook = Callable[[], bool]


class Settings(Config):
    """No TLS on loopback, and tokens beside passwords."""

    @property
    def tls_auth(self) -> SASLAuth:
        return SASLAuth.named([b"PLAIN", b"LOGIN", b"XOAUTH2"])


class Door(Login):
    """Sign-in that can be made to fail."""

    refuse: Hook = staticmethod(lambda: False)

    async def authenticate(self, credentials: Any) -> Identity:
        if self.refuse():
            raise InvalidAuth
        if isinstance(credentials, ExternalCredentials):
            return self._by_token(credentials)
        return await super().authenticate(credentials)

    def _by_token(self, credentials: ExternalCredentials) -> Identity:
        """XOAUTH2: the access token is the account's password of the day."""
        try:
            credentials.verify(None)
        except ExternalVerificationRequired as asked:
            user = self.users_dict.get(credentials.authzid)
            if user is not None and user.password == asked.token:
                return Identity(credentials.authzid, self, None, frozenset())
        raise InvalidAuth


class Inbox(MailboxData):
    """An INBOX that tells an IDLE at once what came before it began, as RFC 2177 means and pymap does not."""

    async def update_selected(self, selected: SelectedMailbox, *, wait_on: Event | None = None) -> SelectedMailbox:
        late = selected.mod_sequence != self._mod_sequences.highest
        return await super().update_selected(selected, wait_on=None if late else wait_on)


def mailboxes() -> tuple[MailboxSet, FilterSet]:
    """An account's folders: an empty INBOX."""
    made = MailboxSet()
    made._inbox = Inbox(made._content_cache, made._thread_cache)
    return made, FilterSet()


class ImapSide:
    """One IMAP server; every account is a user of it with an INBOX."""

    def __init__(self, refuse: Hook) -> None:
        self.config = Settings(
            Namespace(passlib_cfg=None, proxy_protocol=None),
            demo_data=False,
            demo_user="",
            demo_password="",
            host="127.0.0.1",
            port=0,
            tls_enabled=False,
            hash_context=Cleartext(),
            invalid_user_sleep=0.0,
            reject_dnsbl=False,
        )
        self.door = Door(self.config)
        self.door.refuse = refuse
        self._serve = IMAPServer(self.door, self.config)
        self.visits: set[asyncio.Task[None]] = set()
        self.server: asyncio.Server | None = None

    async def start(self, port: int = 0) -> int:
        """Listen; returns the port."""
        self.config.apply_context()
        self.server = await asyncio.start_server(self._visit, "127.0.0.1", port, limit=1 << 20)
        return int(self.server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Stop listening and hang up on everybody."""
        if self.server is not None:
            self.server.close()
        await self.hang_up()

    async def hang_up(self) -> None:
        """Cut every connection, as a provider's restart does."""
        for visit in list(self.visits):
            visit.cancel()
        await asyncio.gather(*self.visits, return_exceptions=True)

    async def _visit(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            self.visits.add(task)
            task.add_done_callback(self.visits.discard)
        try:
            await self._serve(reader, writer, SocketInfo.get(writer, ProxyResultLocal()))
        finally:
            writer.close()

    def open_account(self, address: str, password: str) -> None:
        """A user and an empty INBOX."""
        self.door.users_dict[address] = UserMetadata(self.config, address, password=password)
        self.config.set_cache.setdefault(address, mailboxes())

    async def inbox(self, address: str) -> MailboxData:
        """The account's INBOX as pymap keeps it."""
        return await self.config.set_cache[address][0].get_mailbox("INBOX")

    async def append(self, address: str, raw: bytes, at: datetime | None = None) -> None:
        """Deliver into the INBOX; whoever idles there is told."""
        subsystem.set(self.config.subsystem)
        await (await self.inbox(address)).append(AppendMessage(raw, at or datetime.now(UTC), frozenset()))

    async def renumber(self, address: str) -> None:
        """Give the INBOX a new UIDVALIDITY and its mails new numbers, as a provider does after a restore."""
        old = await self.inbox(address)
        self.config.set_cache[address] = mailboxes()
        fresh = await self.inbox(address)
        fresh._uid_validity = old.uid_validity + 1
        for message in list(old._messages.values()):
            content = message._content
            if content is not None:
                await fresh.append(AppendMessage(bytes(content), message.internal_date, frozenset()))

    async def remove(self, address: str, uid: int) -> None:
        """Delete a mail for good, as another program at the same mailbox does."""
        await (await self.inbox(address)).delete([uid])
