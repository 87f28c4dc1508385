"""A board's protocol: its pages post here, signed by the house. Answers stand under the post they answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from madang.channels.connector import (
    Cap,
    Connector,
    Delivery,
    Forged,
    Inbound,
    Kind,
    Limits,
    Media,
    Outbound,
    Party,
    Reply,
    Request,
    SendError,
    Sent,
)
from madang.connectors.board.frames import Frame, read
from madang.lib import webhooks
from madang.lib.language import gettext as _

TAKEN = Reply(200, b'{"ok":true}', "application/json")
_NOT_POST = Reply(405, b"posts are posted here", headers=(("allow", "POST"),), store=False)
_CHANGES = ("edit", "delete")


class Board(Connector):
    """A question-and-answer board on pages of the portal."""

    name = "board"
    caps = (
        Cap.TEXT
        | Cap.IMAGE
        | Cap.AUDIO
        | Cap.VIDEO
        | Cap.FILE
        | Cap.SUBJECT
        | Cap.PUBLIC
        | Cap.USER_EDIT
        | Cap.USER_DELETE
        | Cap.IDEMPOTENT
    )
    limits = Limits(text=50_000, media_bytes=25 << 20, body_bytes=256 << 10)
    identity = Kind.SCOPED
    streams = True  # what it sends are names: the page fetches the files itself

    def verify(self, request: Request) -> Reply:
        """Signed as the Standard Webhooks say, by our own pages."""
        if request.method != "POST":
            return _NOT_POST
        try:
            key = webhooks.key_of(self.config.secrets.get("secret", ""))
            webhooks.prove([key], request.headers, request.body, datetime.now(UTC))
        except (ValueError, webhooks.Unproven) as error:
            raise Forged(str(error)) from None
        return TAKEN

    def split(self, request: Request) -> Sequence[Delivery]:
        """One frame is of one post; what happens to a post stays in order."""
        frame = read(request.body)
        return [Delivery(frame.id, frame.post, request.body)]

    def parse(self, delivery: Delivery) -> Sequence[Inbound]:
        """A post, what its author adds, changes or takes back."""
        frame = read(delivery.body)
        at = frame.at.astimezone(UTC)
        if frame.type in _CHANGES:
            words = _words(frame) if frame.type == "edit" else ""
            kind: Any = frame.type
            return [Inbound(kind, frame.id, at, _party(frame), text=words, about=frame.post)]
        first = frame.id == frame.post
        return [
            Inbound(
                "message",
                frame.id,
                at,
                _party(frame),
                text=frame.text.replace("\r\n", "\n").strip(),
                subject=frame.title if first else "",
                media=tuple(Media("file", "", "", ref=f"upload:{key}") for key in frame.files),
                references=() if first else (frame.post,),
                data=_data(frame),
            )
        ]

    async def send(self, out: Outbound) -> Sent:
        """Nothing to call: once it is committed it stands below the post it answers, which its name says."""
        post = out.reply_to.split("/")[0]
        if not post:
            raise SendError("invalid", _("There is no post of this customer to answer under."))
        return Sent(f"{post}/{out.key}")


def _party(frame: Frame) -> Party:
    claims = ((Kind.EMAIL, frame.email.strip()),) if frame.email.strip() else ()
    kind, value = (Kind.ACCOUNT, frame.user) if frame.user else (Kind.SCOPED, frame.post)
    return Party(kind, value, " ".join(frame.author.split()), claims=claims, language=frame.language)


def _words(frame: Frame) -> str:
    """What a changed post says: its title too, which is no subject any more."""
    words = frame.text.replace("\r\n", "\n").strip()
    return f"{frame.title}\n\n{words}" if frame.title else words


def _data(frame: Frame) -> dict[str, Any]:
    data: dict[str, Any] = {}
    if frame.url:
        data["page"] = {"url": frame.url, "title": frame.title}
    if frame.secret:
        data["secret"] = True
    if frame.type not in ("post", "comment"):
        data["unsupported"] = frame.type
    return data
