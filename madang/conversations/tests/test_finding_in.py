"""What is found in one conversation, the Korean way: spaced as one likes, by first consonants, while still typing."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime, timedelta

import pytest

from madang.conversations import actions, taken_out, timeline
from madang.conversations.actions.files import add_upload
from madang.conversations.finding_in import find, pattern
from madang.conversations.scheduling import Later
from madang.conversations.translating import Seat
from madang.tests.cast import Yard, agent


@pytest.mark.parametrize(
    ("asked", "said", "found"),
    [
        ("언제와요", "배송은 언제 와요?", True),
        ("언 제 와요", "언제와요", True),
        ("ㅎㅂ", "환불해 주세요", True),
        ("ㅎㅂ", "한 번만요", True),
        ("환부", "환불해 주세요", True),
        ("화불", "환불해 주세요", False),
        ("환불", unicodedata.normalize("NFD", "환불해 주세요"), True),
        ("REFUND?", "a refund? please", True),
        ("a.c", "abc", False),
        ("(((((", "x", False),
        ("[", "[#1]", True),
    ],
)
def test_what_is_found(asked: str, said: str, found: bool) -> None:
    made = pattern(asked)
    assert made is not None
    assert bool(made.search(unicodedata.normalize("NFC", said))) is found


def test_nothing_asked_finds_nothing() -> None:
    assert pattern(" \n ") is None


async def test_the_newest_first_and_only_what_she_sees(yard: Yard) -> None:
    for words in ("환불 되나요?", "아니면 교환", "환불로 할게요"):
        await yard.says(words)
    ada, ben = await agent(yard.ground), await agent(yard.ground, "Ben", sees="assigned")
    async with yard.ground.database.begin() as tx:
        hits, more = await find(tx, ada, 1, "ㅎㅂ")
        assert (len(hits), hits == sorted(hits, reverse=True), more) == (2, True, False)
        assert await find(tx, ben, 1, "ㅎㅂ") == ([], False)


def test_a_translation_has_no_place_before_somebody_can_translate() -> None:
    seat = Seat()
    assert not seat.wanted("en", "ko")

    class Knows:
        def speaks(self, source: str, target: str) -> bool:
            return target == "ko"

        async def translate(self, texts: list[str], source: str, target: str) -> list[str]:
            return texts

    seat.take(Knows())  # type: ignore[arg-type]
    assert [seat.wanted(*pair) for pair in (("en", "ko"), ("ko", "ko"), ("ko-KR", "ko"), ("en", "ja"), ("", "ko"))] == [
        True,
        False,
        False,
        False,
        False,
    ]


async def test_what_waits_for_its_moment_is_not_said_yet(yard: Yard) -> None:
    """Neither found, where the thread does not hold it, nor taken out as if she had it."""
    ada = await agent(yard.ground)
    await yard.says("언제 오나요?")
    (number,) = await yard.conversations()
    at = datetime.now(UTC) + timedelta(hours=3)
    async with yard.ground.database.begin() as tx:
        key = await add_upload(tx, ada.actor, "tomorrow.pdf", "application/pdf", "0" * 64, 9)
        await actions.reply(tx, ada, number, text="내일 도착해요", later=Later(at), uploads=[key])
    await yard.says("아직인가요?")
    async with yard.ground.database.begin() as tx:
        assert await find(tx, ada, number, "도착") == ([], False)
        assert [one.text for one in await taken_out.words(tx, ada, number)] == ["언제 오나요?", "아직인가요?"]
        assert await taken_out.files(tx, ada, number) == []
        line = await timeline.of_customer(tx, ada, 1, timeline.Asked())
    assert [one.text for one in line.items if one.source == "message"] == ["아직인가요?", "언제 오나요?"]
