"""Answers go where they were meant to: to her alone, below her comment, or once privately."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from madang.channels.connector import Button, Kind, Media, Outbound, Party, SendError, SetupError
from madang.channels.fit import fitted
from madang.channels.playing import Bubble, Mood
from madang.connectors._meta.graph import judge
from madang.connectors.messenger.connector import Messenger
from madang.connectors.messenger.simulator import Simulator
from madang.connectors.messenger.simulator.phone import Phone
from madang.connectors.messenger.tests.conftest import House, channel
from madang.lib.http import Answer


def to(phone: Phone, text: str = "내일 도착해요.", **changes: Any) -> Outbound:
    made = Outbound("6f9619ff", Party(Kind.SCOPED, phone.id, phone.name), text, 12, 34, language="ko")
    return replace(made, **changes)


def below(phone: Phone, comment: Bubble, text: str, **changes: Any) -> Outbound:
    heard = {"comment": {"post": "108123456789012_122101234567890", "url": ""}}
    return to(phone, text, reply_to=comment.id, heard=heard, **({"data": {"public": True}} | changes))


async def say(messenger: Messenger, out: Outbound) -> list[str]:
    parts = fitted(messenger, out, lambda media: f"https://desk.haneul.example/f/{media.name}")
    return [(await messenger.send(part)).id for part in parts]


@pytest.fixture
async def mina(meta: Simulator, house: House) -> Phone:
    made = meta.person(house.url)
    await made.say("안녕하세요")
    return made


async def test_an_answer_arrives_once_and_is_delivered_and_read(
    meta: Simulator, messenger: Messenger, house: House, mina: Phone
) -> None:
    (name,) = await say(messenger, to(mina))
    assert (await mina.sees("도착")).id == name
    await meta.settled()
    await mina.do("read")
    told = [(one.type, one.state, one.about) for one in house.facts[1:]]
    assert told == [("receipt", "delivered", name), ("receipt", "read", "")]  # and no echo of our own words
    until, party = house.facts[-1].at, house.facts[-1].party
    assert party is not None
    assert (party.value, abs(until - datetime.now(UTC)) < timedelta(seconds=5)) == (mina.id, True)


async def test_buttons_are_quick_replies_a_template_or_numbers(messenger: Messenger, house: House, mina: Phone) -> None:
    answers = tuple(Button(label, f"topic:{label}") for label in ("배송", "환불", "교환", "기타"))
    link = Button("조회", url="https://haneul.example/t")
    await say(messenger, to(mina, "무엇을요?", buttons=answers))
    await say(messenger, to(mina, "보세요", buttons=(link, answers[0])))
    await say(messenger, to(mina, "보세요", buttons=(link, *answers)))
    quick, template, lines = mina.bubbles[1:]
    assert (quick.kind, [one.label for one in quick.buttons]) == ("quick", ["배송", "환불", "교환", "기타"])
    assert (template.text, template.buttons[0].url) == ("보세요", "https://haneul.example/t")
    assert lines.text.splitlines()[1] == "1. 조회: https://haneul.example/t"
    await mina.press(template, template.buttons[1])
    assert [one.data["postback"] for one in house.facts if one.type == "postback"] == ["topic:배송"]


async def test_files_travel_one_by_one(messenger: Messenger, mina: Phone) -> None:
    files = (
        Media("image", "담요.png", "image/png", content=b"\x89PNG", size=4),
        Media("file", "영수증.pdf", "application/pdf", content=b"%PDF", size=4),
    )
    await say(messenger, to(mina, "여기 있어요", media=files))
    picture, paper, words = mina.bubbles[1:]
    assert (picture.files[0].content, paper.files[0].content) == (b"\x89PNG", b"%PDF")
    assert (paper.files[0].name, words.text) == ("영수증.pdf", "여기 있어요")


async def test_below_a_comment_everybody_reads_it(messenger: Messenger, mina: Phone) -> None:
    asked = await mina.comment("다른 색도 있나요?")
    photo = Media("image", "gray.png", "image/png", content=b"\x89PNG", size=4)
    await say(messenger, below(mina, asked, "네, 회색이 있어요.", media=(photo,), buttons=(Button("주문", "order"),)))
    shown = mina.bubbles[-1]
    assert (shown.kind, shown.text) == ("comment", "네, 회색이 있어요.\n1. 주문")
    assert shown.files[0].url == "https://desk.haneul.example/f/gray.png"


async def test_what_answers_a_private_message_is_never_public(messenger: Messenger, mina: Phone) -> None:
    """Also where she commented before it was sent, and where it is not known what is answered."""
    comment = await mina.comment("다른 색도 있나요?")
    heard = {"comment": {"post": "1_2", "url": ""}}
    for reply_to in (mina.bubbles[0].id, "", comment.id):
        await say(messenger, to(mina, "주소는 세종대로 110이에요.", reply_to=reply_to, heard=heard))
        assert mina.bubbles[-1].kind == ""
    assert [one.kind for one in mina.bubbles if not one.mine] == ["", "", ""]
    assert comment.kind == "comment"


async def test_one_private_answer_to_a_comment(meta: Simulator, messenger: Messenger, house: House) -> None:
    mia = meta.person(house.url, "Mia")
    asked = await mia.comment("Where is my order 8412?")
    await say(messenger, below(mia, asked, "It ships today.", data={"private": True}))
    assert (mia.bubbles[-1].kind, mia.bubbles[-1].text) == ("", "It ships today.")
    with pytest.raises(SendError) as caught:
        await say(messenger, below(mia, asked, "And tomorrow it is there.", data={"private": True}))
    assert caught.value.why == "policy"


async def test_hide_unhide_and_delete_a_comment(meta: Simulator, messenger: Messenger, mina: Phone) -> None:
    party, asked = Party(Kind.SCOPED, mina.id), await mina.comment("전화번호 010-5555-0001이에요")
    await messenger.act("hide", party, about=asked.id)
    assert meta.hidden == {asked.id}
    await messenger.act("unhide", party, about=asked.id)
    assert meta.hidden == set()
    await messenger.act("delete", party, about=asked.id)
    assert asked.gone
    with pytest.raises(SendError, match="policy"):
        await messenger.act("delete", party, about=mina.bubbles[0].id)


async def test_small_things(messenger: Messenger, mina: Phone) -> None:
    first, party = mina.bubbles[0], Party(Kind.SCOPED, mina.id)
    await messenger.act("read", party, about=first.id)
    await messenger.act("typing", party, about=first.id)
    assert (first.state, mina.typing) == ("read", True)
    await messenger.act("react", party, about=first.id, text="👍")
    assert first.reaction == "👍"
    await messenger.act("react", party, about=first.id, text="")
    assert first.reaction == ""


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
    meta: Simulator, messenger: Messenger, mina: Phone, hours: int, auto: bool, approved: bool, why: str
) -> None:
    """After a day a person may answer for a week, a machine may not."""
    meta.ahead, meta.approved = timedelta(hours=hours), approved
    out = to(mina, auto=auto, heard_at=datetime.now(UTC) - timedelta(hours=hours))
    if why:
        with pytest.raises(SendError) as caught:
            await say(messenger, out)
        assert caught.value.why == why
    else:
        await say(messenger, out)
        assert ("tag" in meta.calls[-1].json()) == (hours > 24)


def test_without_approval_the_window_is_a_day(meta: Simulator) -> None:
    meta.url = "https://graph.facebook.com"
    assert channel(meta).limits.window == timedelta(days=7)
    assert channel(meta, human_agent="").limits.window == timedelta(hours=24)


@pytest.mark.parametrize(
    ("mood", "why"), [(401, "auth"), (403, "auth"), (429, "rate"), (500, "down"), ("drop", "unsure")]
)
async def test_errors_carry_the_policy(
    messenger: Messenger, meta: Simulator, mina: Phone, mood: Mood, why: str
) -> None:
    meta.will(mood, path="/messages")
    with pytest.raises(SendError) as caught:
        await messenger.send(to(mina))
    assert caught.value.why == why


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


async def test_she_who_blocks_is_not_reached(messenger: Messenger, mina: Phone) -> None:
    await mina.do("block")
    with pytest.raises(SendError, match="blocked"):
        await say(messenger, to(mina))


async def test_a_wrong_setup_is_told_with_its_field(meta: Simulator, messenger: Messenger) -> None:
    await messenger.check()
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
