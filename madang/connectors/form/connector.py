"""A web form's protocol: its page posts here, signed by the house. Answers wait on the page of the case."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from urllib.parse import urlsplit

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
    SetupError,
)
from madang.channels.form import check_region
from madang.connectors.form.frames import Frame, data, read
from madang.lib import webhooks
from madang.lib.language import gettext as _

TAKEN = Reply(200, b'{"ok":true}', "application/json")
_NOT_POST = Reply(405, b"messages are posted here", headers=(("allow", "POST"),), store=False)


class Form(Connector):
    """A form on the company's website."""

    name = "form"
    caps = Cap.TEXT | Cap.IMAGE | Cap.AUDIO | Cap.VIDEO | Cap.FILE | Cap.SUBJECT | Cap.IDEMPOTENT
    limits = Limits(text=50_000, media_bytes=25 << 20, body_bytes=256 << 10)
    identity = Kind.SCOPED
    live = True  # she looks at her case's page when she thinks of it: a mail is better where there is an address
    streams = True  # what it sends are names: the page fetches the files itself

    def verify(self, request: Request) -> Reply:
        """Signed as the Standard Webhooks say, by our own page or by another of the company's programs."""
        if request.method != "POST":
            return _NOT_POST
        try:
            key = webhooks.key_of(self.config.secrets.get("secret", ""))
            webhooks.prove([key], request.headers, request.body, datetime.now(UTC))
        except (ValueError, webhooks.Unproven) as error:
            raise Forged(str(error)) from None
        return TAKEN

    def split(self, request: Request) -> Sequence[Delivery]:
        """One frame is one case's."""
        frame = read(request.body)
        return [Delivery(frame.id, frame.case, request.body)]

    def parse(self, delivery: Delivery) -> Sequence[Inbound]:
        """One message. Who writes is her case and nothing more: addresses in a form are only said."""
        frame = read(delivery.body)
        media = tuple(Media("file", "", "", ref=f"upload:{key}") for key in frame.files)
        words = frame.text.replace("\r\n", "\n").strip()
        at = frame.at.astimezone(UTC)
        first = frame.id == frame.case
        return [
            Inbound(
                "message",
                frame.id,
                at,
                _party(frame),
                text=words,
                subject=_subject(frame, words) if first else "",
                media=media,
                references=() if first else (frame.case,),
                data=data(frame),
            )
        ]

    async def send(self, out: Outbound) -> Sent:
        """Nothing to call: once it is committed it stands on the page of her case."""
        if not self.config.settings.get("case_page", True):
            detail = _("This form has no page where customers read answers. Write by e-mail or SMS.")
            raise SendError("policy", detail)
        if out.to.kind != Kind.SCOPED:
            raise SendError("invalid", _("This customer has not used this form."))
        return Sent(f"{out.to.value}/{out.key}")

    async def check(self) -> None:
        """There must be a way to answer, and websites must be addresses."""
        given = self.config.settings
        check_region(given)
        if given.get("ask_email") == "off" and given.get("ask_phone") == "off" and not given.get("case_page"):
            raise SetupError(
                "Nobody could be answered. Ask for an e-mail address or a phone number, or offer the page of the case.",
                "ask_email",
            )
        for origin in given.get("origins") or ():
            parts = urlsplit(str(origin))
            if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path.strip("/"):
                problem = f"{origin} is no website's address. Write it like https://shop.example, without a path."
                raise SetupError(problem, "origins")


def _party(frame: Frame) -> Party:
    said = ((Kind.EMAIL, frame.email), (Kind.PHONE, frame.phone))
    claims = tuple((kind, value.strip()) for kind, value in said if value.strip())
    return Party(Kind.SCOPED, frame.case, " ".join(frame.name.split()), claims=claims, language=frame.language)


def _subject(frame: Frame, words: str) -> str:
    """The topic, else the first line, and the number she was told."""
    line = frame.topic or words.split("\n", 1)[0][:80]
    return " · ".join(part for part in (line.strip(), frame.number) if part)
