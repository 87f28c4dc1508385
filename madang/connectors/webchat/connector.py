"""Our own widget's protocol: frames posted with the visitor's token. Answers wait here; her stream brings them."""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from madang.channels.connector import (
    Cap,
    Connector,
    Delivery,
    Forged,
    Inbound,
    Kind,
    Limits,
    Malformed,
    Media,
    Outbound,
    Party,
    Reply,
    Request,
    Sent,
    SetupError,
)
from madang.connectors.webchat.frames import About, Frame, Profile, Receipt, read
from madang.lib import visitor_token
from madang.lib.pace import Pace
from madang.lib.visitor_token import Proven

TAKEN = Reply(200, b'{"ok":true}', "application/json")
_ADDRESS = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@.]+")
_NOT_POST = Reply(405, b"frames are posted here", headers=(("allow", "POST"),), store=False)

# Of this process: a channel's connector is made anew when its settings change.
_VISITORS = Pace(burst=40, rate=1.0)
_ADDRESSES = Pace(burst=1000, rate=30.0)  # many people share one address


class Webchat(Connector):
    """The chat on the company's own site."""

    name = "webchat"
    caps = (
        Cap.TEXT
        | Cap.IMAGE
        | Cap.AUDIO
        | Cap.VIDEO
        | Cap.FILE
        | Cap.TYPING
        | Cap.DELIVERED
        | Cap.READ
        | Cap.USER_TYPING
        | Cap.IDEMPOTENT
    )
    limits = Limits(text=50_000, media_bytes=25 << 20, body_bytes=64 << 10)
    identity = Kind.COOKIE
    bars = False
    live = True
    streams = True  # what it sends are names: she fetches the files herself

    def verify(self, request: Request) -> Reply:
        """A token that we made, from our own frame, not too fast."""
        if request.method != "POST":
            return _NOT_POST
        self._refuse_elsewhere(request)
        who = self._proven(request)
        if who is None:
            raise Forged("this token was not made here, or its time is over")
        wait = _VISITORS.wait(f"{self.config.key}:{who.value}") or _ADDRESSES.wait(request.remote)
        if wait:
            slower = f"You are sending very quickly. Wait {wait} seconds and try again."
            return Reply(429, slower.encode(), headers=(("retry-after", str(wait)),), store=False)
        return TAKEN

    def split(self, request: Request) -> Sequence[Delivery]:
        """One frame is one visitor's. Checked here, so that the widget hears at once what is wrong."""
        proven = self._proven(request)  # verify() has refused who is not; only ``madang inspect`` asks without
        who = proven or Proven("cookie", "a browser")
        frame = read(request.body)
        if isinstance(frame, Receipt):
            if proven is not None:
                self._refuse_unshown(frame, proven)
        elif frame.email and not _ADDRESS.fullmatch(frame.email):
            raise Malformed("this is not an e-mail address")
        meta = {"kind": who.kind, "value": who.value, "at": datetime.now(UTC).isoformat()}
        return [Delivery(_delivery_key(frame, who, request.body), who.who, request.body, meta)]

    def parse(self, delivery: Delivery) -> Sequence[Inbound]:
        """One message or profile, or a receipt for each message of ours."""
        frame = read(delivery.body)
        at = datetime.fromisoformat(delivery.meta.get("at", "1970-01-01T00:00:00+00:00"))
        if isinstance(frame, Receipt):
            names = [(mark.id, f"{frame.state}:{mark.id}") for mark in frame.about]
            return [Inbound("receipt", key, at, about=name, state=frame.state) for name, key in names]
        party = self._party(frame, delivery.meta)
        if isinstance(frame, Profile):
            return [Inbound("session", str(frame.id), at, party, data=_data(frame))]
        media = tuple(Media("file", "", "", ref=f"upload:{key}") for key in frame.files)
        words = frame.text.replace("\r\n", "\n").strip()
        return [Inbound("message", str(frame.id), at, party, text=words, media=media, data=_data(frame))]

    async def send(self, out: Outbound) -> Sent:
        """Nothing to call: the message is there for her from the moment it is committed."""
        return Sent(out.key)

    async def check(self) -> None:
        """The addresses of the websites must be addresses."""
        for origin in self.config.settings.get("origins") or ():
            parts = urlsplit(str(origin))
            if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path.strip("/"):
                problem = f"{origin} is no website's address. Write it like https://shop.example, without a path."
                raise SetupError(problem, "origins")

    @property
    def _key(self) -> bytes:
        return visitor_token.key_of(
            self.config.token_key, self.config.key, self.config.secrets.get("identity_secret", "")
        )

    def _proven(self, request: Request) -> Proven | None:
        token = visitor_token.bearer(request.headers.get("authorization", ""))
        return visitor_token.read(self._key, token, time.time())

    def _refuse_elsewhere(self, request: Request) -> None:
        """Our frame posts to where it came from: a page elsewhere has no business here."""
        origin = request.headers.get("origin")
        if origin is None:
            return
        own = {request.headers.get("host", ""), urlsplit(self.config.host).netloc}
        if not urlsplit(origin).netloc or urlsplit(origin).netloc not in own:
            raise Forged("frames are posted by the chat's own frame only")

    def _refuse_unshown(self, frame: Receipt, who: Proven) -> None:
        for one in frame.about:
            if visitor_token.receipt_mark(self._key, who.who, one.id) != one.mark:
                raise Malformed(f"no message {one.id!r} was shown to you")

    def _party(self, frame: About, meta: Mapping[str, str]) -> Party:
        was = visitor_token.read(self._key, frame.was, time.time()) if frame.was else None
        before = ((Kind.COOKIE, was.value),) if was is not None and was.kind == "cookie" else ()
        claims = ((Kind.EMAIL, frame.email),) if frame.email else ()
        return Party(
            Kind(meta.get("kind", "cookie")),
            meta.get("value", "a browser"),
            " ".join(frame.name.split()),
            before,
            claims,
            frame.language,
        )


def _delivery_key(frame: Frame, who: Proven, body: bytes) -> str:
    """The widget's own message id; a receipt has none and is what it says."""
    if isinstance(frame, Receipt):
        return f"receipt:{hashlib.sha256(who.who.encode() + body).hexdigest()}"
    return str(frame.id)


def _data(frame: About) -> dict[str, Any]:
    """What an agent may want to know beside the words."""
    data: dict[str, Any] = {}
    if frame.page.url:
        data["page"] = {"url": frame.page.url, "title": frame.page.title}
    if frame.timezone:
        data["timezone"] = frame.timezone
    if frame.attributes:
        data["attributes"] = dict(frame.attributes)
    return data
