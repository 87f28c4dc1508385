"""Whose a post is: what a browser has shown, kept in a signed cookie of its own for half a day."""

from __future__ import annotations

import base64
import hmac
import time
from dataclasses import dataclass, replace
from typing import Any, Literal

import msgspec
from litestar.datastructures import Cookie

from madang.channels.book import Book, Bound
from madang.community.queries import Whole
from madang.lib import visitor_token
from madang.lib.errors import NotFound
from madang.portal.chat.asking import Asked, ground_of
from madang.portal.chat.visitors import key_of as visitors_key
from madang.portal.paper import key_of

CONNECTOR = "board"
LASTS = 12 * 3600  # seconds
MOST = 30  # posts a browser remembers


class Kept(msgspec.Struct, frozen=True, array_like=True):
    """What the cookie says."""

    until: int
    user: str
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Owner:
    """Who looks: a user the company has signed, '' for none, and the posts this browser has proven to be its own."""

    user: str = ""
    keys: tuple[str, ...] = ()

    def owns(self, post: Whole) -> bool:
        """Whether the post is hers."""
        return bool(self.user and post.user_value == self.user) or post.key in self.keys

    def reads(self, post: Whole) -> bool:
        """Whether she may read it."""
        return not post.secret or self.owns(post)

    def with_post(self, key: str) -> Owner:
        """With one more of her own."""
        return replace(self, keys=(key, *(one for one in self.keys if one != key))[:MOST])


async def board_of(request: Asked, key: str) -> Bound:
    """The board channel with this key; raises NotFound for any other."""
    book: Book = request.app.state.book
    bound = await book.by_key(key)
    if bound is None or bound.row.connector != CONNECTOR:
        raise NotFound("There is no such board.")
    return bound


def owner_of(request: Asked, bound: Bound) -> Owner:
    """Who looks; nobody in particular when her cookie is none of ours."""
    body, _dot, mac = request.cookies.get(_name(bound), "").rpartition(".")
    if not body or not hmac.compare_digest(mac.encode(), _mac(request, bound, body).encode()):
        return Owner()
    kept = msgspec.json.decode(base64.urlsafe_b64decode(body), type=Kept)
    return Owner(kept.user, kept.keys) if kept.until > time.time() else Owner()


def remember(request: Asked, bound: Bound, owner: Owner) -> Cookie:
    """The cookie that says so."""
    kept = Kept(int(time.time()) + LASTS, owner.user, owner.keys)
    body = base64.urlsafe_b64encode(msgspec.json.encode(kept)).decode()
    lax: Literal["lax"] = "lax"
    secure = ground_of(request).settings.cookie_secure
    value = f"{body}.{_mac(request, bound, body)}"
    path = f"/board/{bound.row.key}"
    return Cookie(key=_name(bound), value=value, path=path, max_age=LASTS, httponly=True, secure=secure, samesite=lax)


async def signed_user(request: Asked, bound: Bound, token: str) -> str:
    """The user whom a token of the board's chat names, '' for none."""
    book: Book = request.app.state.book
    chat = await book.by_key(str(bound.row.settings.get("users_of") or ""))
    if chat is None or chat.row.connector != "webchat" or chat.row.brand_id != bound.row.brand_id:
        return ""
    proven: Any = visitor_token.read(visitors_key(chat), token, time.time())
    return str(proven.value) if proven is not None and proven.kind == "account" else ""


def _name(bound: Bound) -> str:
    return f"madang_board_{bound.row.id}"


def _mac(request: Asked, bound: Bound, body: str) -> str:
    made = hmac.digest(key_of(request, bound.row, "board owners"), body.encode(), "sha256")[:18]
    return base64.urlsafe_b64encode(made).decode()
