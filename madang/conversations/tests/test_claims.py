"""An address a customer only said is hers: it finds nobody, until an answer with our token proves it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from madang.channels.connector import Inbound, Kind, Party
from madang.channels.registry import get
from madang.conversations.models import Conversation, Message
from madang.customers.models import Claim, Identity
from madang.tests.cast import Yard, message


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> dict[str, dict[str, Any]]:
    """By text: what the channel would have said of that message beside its words."""
    more: dict[str, dict[str, Any]] = {}
    parse = get("api").parse

    def parsed(connector: Any, delivery: Any) -> list[Inbound]:
        return [replace(fact, **more.get(fact.text, {})) for fact in parse(connector, delivery)]

    monkeypatch.setattr(get("api"), "parse", parsed)
    return more


async def _owners(yard: Yard) -> dict[str, int]:
    async with yard.ground.database.begin() as tx:
        return {row.value: row.customer_id for row in await tx.execute(select(Identity.value, Identity.customer_id))}


async def test_a_claim_finds_nobody(yard: Yard, said: dict[str, dict[str, Any]]) -> None:
    said["hi"] = {"party": Party(Kind.COOKIE, "browser-1", claims=((Kind.EMAIL, "mina@naver.example"),))}
    await yard.says("hi", kind="scoped", value="browser-1")
    await yard.says("a mail of the real Mina")
    assert len(await yard.conversations()) == 2
    assert len(set((await _owners(yard)).values())) == 2


async def test_an_answer_with_our_token_proves_the_claim(yard: Yard, said: dict[str, dict[str, Any]]) -> None:
    said["hi"] = {"party": Party(Kind.COOKIE, "browser-1", claims=((Kind.EMAIL, "Mina@Naver.example"),))}
    await yard.says("hi", kind="scoped", value="browser-1")
    (conversation,) = await yard.conversations()
    said["my answer by mail"] = {"conversation": conversation}
    await yard.says("my answer by mail")
    owners = await _owners(yard)
    assert await yard.conversations() == [conversation]
    assert owners["mina@naver.example"] == owners["browser-1"]
    async with yard.ground.database.begin() as tx:
        assert (await tx.execute(select(Claim))).first() is None
        assert (await tx.execute(select(Conversation.messages))).scalar_one() == 2


async def test_a_token_in_a_strangers_hand_continues_the_matter_and_gives_him_no_identity_of_hers(
    yard: Yard, said: dict[str, dict[str, Any]]
) -> None:
    await yard.says("hi", value="mina@naver.example")
    (conversation,) = await yard.conversations()
    said["I am her colleague"] = {"conversation": conversation}
    await yard.put(message("I am her colleague", name="Ben", value="colleague@naver.example"))
    await yard.take_in()
    owners = await _owners(yard)
    assert await yard.conversations() == [conversation]
    assert owners["colleague@naver.example"] != owners["mina@naver.example"]
    async with yard.ground.database.begin() as tx:
        authors = list((await tx.execute(select(Message.author).order_by(Message.id))).scalars())
    assert authors == ["미나", "Ben"]
