"""Who knocks: the channel of a request, the visitor behind its token, and the customer behind the visitor."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass

from litestar.exceptions import HTTPException
from sqlalchemy import text

from madang.channels.book import Book, Bound
from madang.lib import visitor_token
from madang.lib.errors import NotFound
from madang.lib.postgres import Tx
from madang.lib.visitor_token import Proven

CONNECTOR = "webchat"

IDENTITY = text("""
select id, customer_id, coalesce(home_id, customer_id) as home_id from identity
where kind = :kind and value = :value and account = :account
""")


class Unknown(HTTPException):
    """No token of ours: the widget asks for a new one."""

    status_code = 401
    detail = "This chat token is not known here. Please reload the page."


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody on the company's site. ``identity_id`` is 0 until she has written."""

    bound: Bound
    proven: Proven
    identity_id: int = 0
    customer_id: int = 0
    home_id: int = 0

    @property
    def channel_id(self) -> int:
        return self.bound.row.id

    @property
    def brand_id(self) -> int:
        return self.bound.row.brand_id

    @property
    def signed(self) -> bool:
        """The company's server has signed who she is; else she is a browser, nothing more."""
        return self.proven.kind == "account"

    @property
    def account(self) -> str:
        """The space in which her id means something: this channel's."""
        return f"{self.bound.row.connector}:{self.bound.row.key}"

    @property
    def owner(self) -> str:
        """Whose her uploads are. Intake asks for the same name."""
        return f"{self.account}:{self.proven.who}"


def secret_of(bound: Bound) -> str:
    """The channel's identity secret, '' when it has none."""
    return bound.connector.config.secrets.get("identity_secret", "")


def key_of(bound: Bound) -> bytes:
    """The key under which the channel's tokens are made."""
    return visitor_token.key_of(bound.connector.config.token_key, bound.row.key, secret_of(bound))


async def chat(book: Book, key: str) -> Bound:
    """The chat channel with this key; raises NotFound for any other."""
    bound = await book.by_key(key)
    if bound is None or bound.row.connector != CONNECTOR:
        raise NotFound("There is no such chat.")
    return bound


def prove(bound: Bound, headers: Mapping[str, str]) -> Visitor:
    """The visitor who sends these headers; raises :class:`Unknown`."""
    token = visitor_token.bearer(headers.get("authorization", ""))
    proven = visitor_token.read(key_of(bound), token, time.time())
    if proven is None:
        raise Unknown
    return Visitor(bound, proven)


async def known(tx: Tx, visitor: Visitor) -> Visitor:
    """The visitor with what the house knows of her, if it does."""
    given = {"kind": visitor.proven.kind, "value": visitor.proven.value, "account": visitor.account}
    row = (await tx.execute(IDENTITY, given)).one_or_none()
    return visitor if row is None else Visitor(visitor.bound, visitor.proven, row.id, row.customer_id, row.home_id)
