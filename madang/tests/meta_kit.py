"""What Meta's doors have in common, asked of each of them: subclass in the connector's folder.

The fixtures ``meta``, ``connector``, ``house`` and ``mina`` are the folder's own; the phones of its simulator too.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest

from madang.channels import registry
from madang.channels.connector import Config, Connector, Forged, Kind, Outbound, Party, Request, SendError
from madang.channels.fit import fitted
from madang.channels.playing import Bubble, Mood
from madang.lib.meta.signing import sign
from madang.tests.provider_kit import refused, whys

SECRETS = {"app_secret": "app secret", "verify_token": "ours"}
CHALLENGE = {"hub.mode": "subscribe", "hub.challenge": "1158201444", "hub.verify_token": "ours"}


def post(body: bytes, header: str | None = "") -> Request:
    """A webhook with this signature."""
    return Request("POST", "/hooks/k", {} if header is None else {"x-hub-signature-256": header}, body)


def get(query: dict[str, str]) -> Request:
    """Meta tries the address."""
    return Request("GET", "/hooks/k", {}, b"", query)


def to(phone: Any, text: str = "내일 도착해요.", **changes: Any) -> Outbound:
    """An answer to her alone."""
    made = Outbound("6f9619ff", Party(Kind.SCOPED, phone.id, phone.name), text, 12, 34, language="ko")
    return replace(made, **changes)


def below(phone: Any, comment: Bubble, text: str, *, about: str = "108123456789012_1221", **changes: Any) -> Outbound:
    """An answer below her comment, under the post ``about``."""
    heard = {"comment": {"post": about, "url": ""}}
    return to(phone, text, reply_to=comment.id, heard=heard, **({"data": {"public": True}} | changes))


async def say(connector: Connector, out: Outbound) -> list[str]:
    """As the house does: fit, then each part in turn; the ids."""
    parts = fitted(connector, out, lambda media: f"https://desk.haneul.example/f/{media.name}")
    return [(await connector.send(part)).id for part in parts]


class HookTests:
    """Who may tell us anything. ``account`` is the setting that names ours, ``number`` the one of the fixtures."""

    connector: ClassVar[str]
    account: ClassVar[str]
    number: ClassVar[str]

    def channel(self, number: str | None = None, **secrets: str) -> Connector:
        """A channel of this account."""
        settings = {self.account: self.number if number is None else number}
        return registry.get(self.connector)(Config(7, "k", "Meta", settings, SECRETS | secrets))

    def fixture(self, name: str) -> bytes:
        """A captured webhook."""
        folder: Path = registry.entry(self.connector).folder
        return (folder / "fixtures" / f"{name}.json").read_bytes()

    def test_a_signed_webhook_is_taken_and_nothing_else(self) -> None:
        """T10: without, with a wrong, with another's signature."""
        body = self.fixture("text")
        good = sign("app secret", body)
        assert self.channel().verify(post(body, good)).store
        wrong = (
            None,
            "",
            "sha256=",
            good[:-1],
            good.upper(),
            good.removeprefix("sha256="),
            sign("other", body),
            "한글",
        )
        for header in wrong:
            with pytest.raises(Forged):
                self.channel().verify(post(body, header))
        for other in (body + b" ", body.replace(b"1", b"2")):
            with pytest.raises(Forged):
                self.channel().verify(post(other, good))
        with pytest.raises(Forged):  # a channel without a secret proves nothing, also not with an empty one
            self.channel(app_secret="").verify(post(body, sign("", body)))

    def test_the_challenge_is_answered_to_who_knows_the_token(self) -> None:
        reply = self.channel().verify(get(CHALLENGE))
        assert (reply.body, reply.store, reply.mime) == (b"1158201444", False, "text/plain; charset=utf-8")
        wrong = ({"hub.verify_token": "theirs"}, {"hub.verify_token": ""}, {"hub.mode": "x"})
        for change in (*wrong, {"hub.challenge": "a" * 300}):
            with pytest.raises(Forged):
                self.channel().verify(get(CHALLENGE | change))
        with pytest.raises(Forged):
            self.channel(verify_token="").verify(get(CHALLENGE | {"hub.verify_token": ""}))
        assert self.channel().verify(Request("PUT", "/hooks/k", {}, b"")).status == 405

    def test_another_account_of_the_app_is_not_ours(self) -> None:
        for number, count in (("999", 0), (f"{self.number}1", 0), ("", 1), (self.number, 1)):
            made = self.channel(number)
            parts = made.split(post(self.fixture("text")))
            assert sum(len(made.parse(part)) for part in parts) == count


class PageTests:
    """Where people write to her alone and below what everybody reads. ``post`` is as its comments name one."""

    post: ClassVar[str]

    async def test_what_answers_a_private_message_is_never_public(self, connector: Connector, mina: Any) -> None:
        """Also where she commented before it was sent, and where it is not known what is answered."""
        comment = await mina.comment("다른 색도 있나요?")
        heard = {"comment": {"post": self.post, "url": ""}}
        for reply_to in (mina.bubbles[0].id, "", comment.id):
            await say(connector, to(mina, "주소는 세종대로 110이에요.", reply_to=reply_to, heard=heard))
            assert mina.bubbles[-1].kind == ""
        assert [one.kind for one in mina.bubbles if not one.mine] == ["", "", ""]
        assert comment.kind == "comment"

    async def test_one_private_answer_to_a_comment(self, meta: Any, connector: Connector, house: Any) -> None:
        mia = meta.person(house.url, "Mia")
        asked = await mia.comment("Where is my order 8412?")
        private: dict[str, Any] = {"data": {"private": True}, "about": self.post}
        await say(connector, below(mia, asked, "It ships today.", **private))
        assert (mia.bubbles[-1].kind, mia.bubbles[-1].text) == ("", "It ships today.")
        with pytest.raises(SendError, match="policy"):
            await say(connector, below(mia, asked, "And tomorrow it is there.", **private))

    @pytest.mark.parametrize(
        ("hours", "auto", "approved", "why"),
        [
            (23, False, True, ""),
            (25, False, True, ""),
            (25, True, True, "window"),
            (25, False, False, "window"),
            (169, False, True, "window"),
        ],
    )
    async def test_the_window_and_the_tag_for_people(
        self, meta: Any, connector: Connector, mina: Any, hours: int, auto: bool, approved: bool, why: str
    ) -> None:
        """After a day a person may answer for a week, a machine may not."""
        meta.ahead, meta.approved = timedelta(hours=hours), approved
        out = to(mina, auto=auto, heard_at=datetime.now(UTC) - timedelta(hours=hours))
        if why:
            with pytest.raises(SendError) as caught:
                await say(connector, out)
            assert caught.value.why == why
        else:
            await say(connector, out)
            assert ("tag" in meta.calls[-1].json()) == (hours > 24)

    async def test_errors_carry_the_policy(self, connector: Connector, meta: Any, mina: Any) -> None:
        moods: tuple[Mood, ...] = (401, 403, 429, 500, "drop")
        failed = await refused(meta, lambda: connector.send(to(mina)), *moods, path="/messages")
        assert whys(failed) == {401: "auth", 403: "auth", 429: "rate", 500: "down", "drop": "unsure"}

    async def test_she_who_blocks_is_not_reached(self, connector: Connector, mina: Any) -> None:
        await mina.do("block")
        with pytest.raises(SendError, match="blocked"):
            await say(connector, to(mina))
