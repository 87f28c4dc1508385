"""Answers go where they were meant to: to her alone, below her comment, or once privately."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from madang.channels.connector import Button, Kind, Media, Party, SendError, SetupError
from madang.connectors._meta.graph import judge
from madang.connectors.messenger.connector import Messenger
from madang.connectors.messenger.simulator import Simulator
from madang.connectors.messenger.simulator.phone import Phone
from madang.connectors.messenger.tests.conftest import House, channel
from madang.lib.http import Answer
from madang.tests.meta_kit import PageTests, below, say, to


@pytest.fixture
async def mina(meta: Simulator, house: House) -> Phone:
    made = meta.person(house.url)
    await made.say("안녕하세요")
    return made


class TestPage(PageTests):
    post = "1_2"


async def test_an_answer_arrives_once_and_is_delivered_and_read(
    meta: Simulator, connector: Messenger, house: House, mina: Phone
) -> None:
    (name,) = await say(connector, to(mina))
    assert (await mina.sees("도착")).id == name
    await meta.settled()
    await mina.do("read")
    told = [(one.type, one.state, one.about) for one in house.facts[1:]]
    assert told == [("receipt", "delivered", name), ("receipt", "read", "")]  # and no echo of our own words
    until, party = house.facts[-1].at, house.facts[-1].party
    assert party is not None
    assert (party.value, abs(until - datetime.now(UTC)) < timedelta(seconds=5)) == (mina.id, True)


async def test_buttons_are_quick_replies_a_template_or_numbers(connector: Messenger, house: House, mina: Phone) -> None:
    answers = tuple(Button(label, f"topic:{label}") for label in ("배송", "환불", "교환", "기타"))
    link = Button("조회", url="https://haneul.example/t")
    await say(connector, to(mina, "무엇을요?", buttons=answers))
    await say(connector, to(mina, "보세요", buttons=(link, answers[0])))
    await say(connector, to(mina, "보세요", buttons=(link, *answers)))
    quick, template, lines = mina.bubbles[1:]
    assert (quick.kind, [one.label for one in quick.buttons]) == ("quick", ["배송", "환불", "교환", "기타"])
    assert (template.text, template.buttons[0].url) == ("보세요", "https://haneul.example/t")
    assert lines.text.splitlines()[1] == "1. 조회: https://haneul.example/t"
    await mina.press(template, template.buttons[1])
    assert [one.data["postback"] for one in house.facts if one.type == "postback"] == ["topic:배송"]


async def test_files_travel_one_by_one(connector: Messenger, mina: Phone) -> None:
    files = (
        Media("image", "담요.png", "image/png", content=b"\x89PNG", size=4),
        Media("file", "영수증.pdf", "application/pdf", content=b"%PDF", size=4),
    )
    await say(connector, to(mina, "여기 있어요", media=files))
    picture, paper, words = mina.bubbles[1:]
    assert (picture.files[0].content, paper.files[0].content) == (b"\x89PNG", b"%PDF")
    assert (paper.files[0].name, words.text) == ("영수증.pdf", "여기 있어요")


async def test_below_a_comment_everybody_reads_it(connector: Messenger, mina: Phone) -> None:
    asked = await mina.comment("다른 색도 있나요?")
    photo = Media("image", "gray.png", "image/png", content=b"\x89PNG", size=4)
    await say(connector, below(mina, asked, "네, 회색이 있어요.", media=(photo,), buttons=(Button("주문", "order"),)))
    shown = mina.bubbles[-1]
    assert (shown.kind, shown.text) == ("comment", "네, 회색이 있어요.\n1. 주문")
    assert shown.files[0].url == "https://desk.haneul.example/f/gray.png"


def test_without_approval_the_window_is_a_day(meta: Simulator) -> None:
    meta.url = "https://graph.facebook.com"
    assert channel(meta).limits.window == timedelta(days=7)
    assert channel(meta, human_agent="").limits.window == timedelta(hours=24)


@pytest.mark.parametrize(
    ("code", "subcode", "why"),
    [
        (10, 2018278, "window"),
        (10, 0, "auth"),
        (551, 1545041, "blocked"),
        (100, 2018001, "invalid"),
        (613, 0, "rate"),
        (190, 463, "auth"),
        (10900, 0, "policy"),
        (1200, 0, "down"),
        (200, 2018300, "policy"),
    ],
)
def test_the_codes_of_meta(code: int, subcode: int, why: str) -> None:
    body = b'{"error": {"message": "no", "code": %d, "error_subcode": %d}}' % (code, subcode)
    error = judge(Answer(400, {}, body))
    assert error is not None
    assert error.why == why


async def test_hide_unhide_and_delete_a_comment(meta: Simulator, connector: Messenger, mina: Phone) -> None:
    party, asked = Party(Kind.SCOPED, mina.id), await mina.comment("전화번호 010-5555-0001이에요")
    await connector.act("hide", party, about=asked.id)
    assert meta.hidden == {asked.id}
    await connector.act("unhide", party, about=asked.id)
    assert meta.hidden == set()
    await connector.act("delete", party, about=asked.id)
    assert asked.gone
    with pytest.raises(SendError, match="policy"):
        await connector.act("delete", party, about=mina.bubbles[0].id)


async def test_small_things(connector: Messenger, mina: Phone) -> None:
    first, party = mina.bubbles[0], Party(Kind.SCOPED, mina.id)
    await connector.act("read", party, about=first.id)
    await connector.act("typing", party, about=first.id)
    assert (first.state, mina.typing) == ("read", True)
    await connector.act("react", party, about=first.id, text="👍")
    assert first.reaction == "👍"
    await connector.act("react", party, about=first.id, text="")
    assert first.reaction == ""


async def test_a_wrong_setup_is_told_with_its_field(meta: Simulator, connector: Messenger) -> None:
    await connector.check()
    assert "feed" in meta.subscribed
    for field, value in {"token": "old", "page_id": "haneul"}.items():
        made = channel(meta, **{field: value})
        with pytest.raises(SetupError) as caught:
            await made.check()
        assert caught.value.field == field
        await made.close()
    other = channel(meta, page_id="999")
    with pytest.raises(SetupError, match="another page"):
        await other.check()
    await other.close()
