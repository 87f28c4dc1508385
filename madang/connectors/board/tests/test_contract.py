"""What the house asks of every connector."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from madang.channels.connector import (
    Config,
    Delivery,
    Forged,
    Inbound,
    Kind,
    Malformed,
    Outbound,
    Party,
    Request,
    SendError,
)
from madang.channels.testing import ContractTests
from madang.connectors.board.connector import Board
from madang.lib import webhooks
from madang.lib.webhooks import new_secret

POST = "0123456789abcdef0123456789abcdef"
FRAME = {"type": "post", "id": POST, "post": POST, "at": "2026-11-22T01:02:03Z", "title": "배송", "text": "언제 오나요"}
SECRET = new_secret()
BOARD = Board(Config(id=7, key="yard", name="Board", settings={}, secrets={"secret": SECRET}))


def posted(frame: object) -> Request:
    body = msgspec.json.encode(frame)
    given = webhooks.headers([webhooks.key_of(SECRET)], "w1", body, datetime.now(UTC))
    return Request("POST", "/hooks/yard", given, body)


def means(**more: Any) -> Inbound:
    (fact,) = BOARD.parse(Delivery("k", "", msgspec.json.encode(FRAME | more)))
    return fact


class TestContract(ContractTests):
    connector = "board"

    def config(self) -> Config:
        return BOARD.config


def test_a_post_is_of_whoever_wrote_it_or_of_the_user_the_company_signed() -> None:
    alone, known = means().party, means(user="u-1").party
    assert alone is not None
    assert known is not None
    assert (alone.kind, alone.value) == (Kind.SCOPED, POST)
    assert (known.kind, known.value) == (Kind.ACCOUNT, "u-1")


def test_an_edit_is_about_the_post_and_keeps_its_new_title() -> None:
    fact = means(type="edit", id=f"{POST}/e1", title="교환", text="바꿔 주세요")
    assert (fact.type, fact.about, fact.text) == ("edit", POST, "교환\n\n바꿔 주세요")
    assert means(type="delete", id=f"{POST}/d1", text="").type == "delete"


def test_what_is_added_belongs_to_the_post() -> None:
    fact = means(type="comment", id=f"{POST}/c1", text="아직인가요")
    assert (fact.references, fact.subject) == ((POST,), "")


def test_only_the_house_posts_here() -> None:
    request = posted(FRAME)
    assert BOARD.verify(request).status == 200
    with pytest.raises(Forged):
        BOARD.verify(Request("POST", request.path, request.headers, request.body + b" "))


@pytest.mark.parametrize("wrong", [{"id": "x"}, {"id": f"{'f' * 32}/1"}, {"text": " "}, {"at": "2026-11-22T01:02:03"}])
def test_what_makes_no_sense_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(Malformed):
        BOARD.split(posted(FRAME | wrong))


async def test_an_answer_is_named_after_the_post_it_answers_however_often_it_is_sent() -> None:
    """reply_to is what she wrote last: her comment names its post."""
    out = Outbound("k1", Party(Kind.SCOPED, POST), "내일 가요", 1, 2, reply_to=f"{POST}/c1")
    first, again = await BOARD.send(out), await BOARD.send(out)
    assert first == again
    assert first.id == f"{POST}/k1"
    with pytest.raises(SendError):
        await BOARD.send(Outbound("k1", Party(Kind.SCOPED, POST), "내일 가요", 1, 2))
