"""Answers go where they were meant to: to her alone, below her comment, or once privately."""

from __future__ import annotations

from datetime import timedelta

import pytest

from madang.channels.connector import Button, Kind, Media, Party, SendError, SetupError
from madang.connectors.instagram.connector import Instagram
from madang.connectors.instagram.simulator import Simulator
from madang.connectors.instagram.simulator.phone import Phone
from madang.connectors.instagram.tests.conftest import House, channel
from madang.tests.meta_kit import PageTests, below, say, to


@pytest.fixture
async def mina(meta: Simulator, house: House) -> Phone:
    made = meta.person(house.url)
    await made.say("안녕하세요")
    return made


class TestPage(PageTests):
    post = "12"


async def test_an_answer_arrives_and_is_seen(meta: Simulator, connector: Instagram, house: House, mina: Phone) -> None:
    (name,) = await say(connector, to(mina))
    assert (await mina.sees("도착")).id == name
    await meta.settled()
    await mina.do("read")
    told = [(one.type, one.state, one.id if one.type == "echo" else one.about) for one in house.facts[1:]]
    assert told == [("echo", None, name), ("receipt", "read", name)]  # the house knows the echo by its id


async def test_korean_is_cut_by_bytes_and_comments_by_letters(connector: Instagram, mina: Phone) -> None:
    await say(connector, to(mina, "담요가 " * 200))
    assert len(mina.bubbles[1:]) == 2  # of 2,000 bytes
    assert all(len(one.text.encode()) <= 1000 for one in mina.bubbles[1:])
    assert " ".join(one.text for one in mina.bubbles[1:]) == ("담요가 " * 200).strip()
    asked = await mina.comment("다른 색도 있나요?")
    await say(connector, below(mina, asked, "가" * 700))
    assert [len(one.text) for one in mina.bubbles if one.kind == "comment" and not one.mine] == [300, 300, 100]


async def test_buttons_are_quick_replies_a_template_or_numbers(connector: Instagram, house: House, mina: Phone) -> None:
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


async def test_files_are_fetched_by_instagram_or_become_links(connector: Instagram, mina: Phone) -> None:
    files = (
        Media("image", "gray.png", "image/png", content=b"\x89PNG", size=4),
        Media("image", "huge.png", "image/png", content=b"\x89PNG", size=9 << 20),
        Media("file", "table.xlsx", "application/vnd.ms-excel", content=b"PK", size=2),
    )
    await say(connector, to(mina, "여기 있어요", media=files))
    picture, words = mina.bubbles[1:]
    assert picture.files[0].url == "https://desk.haneul.example/f/gray.png"
    assert words.text.splitlines() == [
        "여기 있어요",
        "huge.png: https://desk.haneul.example/f/huge.png",
        "table.xlsx: https://desk.haneul.example/f/table.xlsx",
    ]


async def test_below_a_comment_everybody_reads_it(connector: Instagram, mina: Phone) -> None:
    asked = await mina.comment("다른 색도 있나요?")
    await say(connector, below(mina, asked, "네, 회색이 있어요.", buttons=(Button("주문", "order"),)))
    shown = mina.bubbles[-1]
    assert (shown.kind, shown.text) == ("comment", "네, 회색이 있어요.\n1. 주문")


async def test_below_a_live_video_the_answer_is_private(connector: Instagram, mina: Phone) -> None:
    asked = await mina.comment("얼마예요?")
    out = to(mina, "39,000원이에요.", reply_to=asked.id, heard={"comment": {"post": "1", "url": ""}, "_live": True})
    await say(connector, out)
    assert (mina.bubbles[-1].kind, mina.bubbles[-1].text) == ("", "39,000원이에요.")


def test_without_approval_the_window_is_a_day(meta: Simulator) -> None:
    meta.url = "https://graph.instagram.com"
    assert channel(meta).limits.window == timedelta(days=7)
    assert channel(meta, human_agent="").limits.window == timedelta(hours=24)


async def test_hide_unhide_and_delete_a_comment(meta: Simulator, connector: Instagram, mina: Phone) -> None:
    party, asked = Party(Kind.SCOPED, mina.id), await mina.comment("전화번호 010-5555-0001이에요")
    await connector.act("hide", party, about=asked.id)
    assert meta.hidden == {asked.id}
    await connector.act("unhide", party, about=asked.id)
    assert meta.hidden == set()
    await connector.act("delete", party, about=asked.id)
    assert asked.gone
    with pytest.raises(SendError, match="policy"):
        await connector.act("delete", party, about=mina.bubbles[0].id)


async def test_small_things(connector: Instagram, mina: Phone) -> None:
    first, party = mina.bubbles[0], Party(Kind.SCOPED, mina.id)
    await connector.act("read", party, about=first.id)
    await connector.act("typing", party, about=first.id)
    assert (first.state, mina.typing) == ("read", True)
    await connector.act("react", party, about=first.id, text="👍")
    assert first.reaction == "👍"
    await connector.act("react", party, about=first.id, text="")
    assert first.reaction == ""


async def test_a_wrong_setup_is_told_with_its_field(meta: Simulator, connector: Instagram) -> None:
    await connector.check()
    assert "live_comments" in meta.subscribed
    for field, value in {"token": "old", "account_id": "haneul"}.items():
        made = channel(meta, **{field: value})
        with pytest.raises(SetupError) as caught:
            await made.check()
        assert caught.value.field == field
        await made.close()
    other = channel(meta, account_id="999")
    with pytest.raises(SetupError, match="another account"):
        await other.check()
    await other.close()


def test_each_login_has_its_own_address(meta: Simulator) -> None:
    meta.url = "https://graph.instagram.com"
    assert channel(meta)._api.base == "https://graph.instagram.com/v26.0"
    assert channel(meta, login="facebook")._api.base == "https://graph.facebook.com/v26.0"
