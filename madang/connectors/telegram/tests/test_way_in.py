"""What somebody does in Telegram is understood, each once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from madang.channels.connector import Config, Delivery, Forged, Kind, Malformed, Media, Request, SendError
from madang.channels.playing import Shown, Undelivered
from madang.connectors.telegram.connector import Telegram
from madang.connectors.telegram.simulator import Simulator
from madang.connectors.telegram.tests.conftest import GROUP, House, channel

FIXTURES = Path(__file__).parent.parent / "fixtures"
PICTURE = Shown("a.jpg", "image/jpeg", b"jpeg")


def given(name: str) -> dict[str, Any]:
    made: dict[str, Any] = json.loads((FIXTURES / f"{name}.json").read_text("utf-8"))
    return made


def read(update: dict[str, Any]) -> list[Any]:
    return list(channel().parse(Delivery("k", "", json.dumps(update).encode())))


async def test_what_she_does_is_understood(bot: Simulator, house: House) -> None:
    mina = bot.person(house.hook)
    await mina.start()
    first = await mina.say("담요가 아직 안 왔어요")
    await mina.say("두 장이에요", [PICTURE, PICTURE])
    await mina.do("edit", first, "담요가 왔어요")
    await mina.do("react", first, "👍")
    await mina.do("react", first, "")
    await mina.do("place")
    await mina.do("block")
    await mina.do("unblock")
    kinds = [(one.type, one.text or one.reach or "") for one in house.facts]
    assert kinds[:4] == [
        ("consent", "allowed"),
        ("message", "담요가 아직 안 왔어요"),
        ("message", "두 장이에요"),
        ("message", ""),
    ]
    assert kinds[4:7] == [("edit", "담요가 왔어요"), ("reaction", "👍"), ("reaction", "")]
    assert kinds[7:] == [("message", ""), ("consent", "blocked"), ("consent", "allowed")]
    assert house.facts[2].data["album"] == house.facts[3].data["album"]
    assert {one.about for one in house.facts[4:7]} == {first.id}
    party = house.facts[1].party
    assert party is not None
    assert (party.kind, party.value, party.name, party.language) == (Kind.SCOPED, str(mina.user), "미나", "ko")


async def test_an_update_that_comes_again_counts_once(bot: Simulator, house: House) -> None:
    mina = bot.person(house.hook)
    await mina.say("한 번만요")
    await mina.again(mina.posted[-1])
    assert list(house.keys.values()) == [2]
    assert [one.text for one in house.facts] == ["한 번만요"]


async def test_a_webhook_of_somebody_else_is_refused(bot: Simulator, house: House) -> None:
    mina = bot.person(house.hook)
    bot.secret = "another-secret"
    with pytest.raises(Undelivered) as refused:
        await mina.say("I am not Telegram")
    assert refused.value.answer.status == 403
    assert house.facts == []


def test_a_channel_without_a_secret_believes_nobody() -> None:
    bare = Telegram(Config(id=1, key="k", name="n", settings={}, secrets={}))
    with pytest.raises(Forged):
        bare.verify(Request("POST", "/", {"x-telegram-bot-api-secret-token": ""}, b"{}"))


async def test_each_chat_is_a_lane_of_its_own(bot: Simulator, house: House) -> None:
    for who in ("미나", "Mia"):
        await bot.person(house.hook, who).say("안녕하세요")
    lanes = [part.sender for request in house.requests for part in house.connector.split(request)]
    assert lanes == [str(bot.person(house.hook, who).user) for who in ("미나", "Mia")]


async def test_a_named_group_is_one_customer_and_any_other_is_nobody(bot: Simulator, house: House) -> None:
    inside = bot.person(house.hook, "Mia", group=GROUP)
    await inside.say("모임에서 여쭤봐요")
    await bot.person(house.hook, "Stranger", group=-1009).say("not for you")
    await inside.do("leave")
    message, left = house.facts
    assert message.party is not None
    assert (message.party.value, message.data["author"]) == (str(GROUP), "Mia")
    assert (left.type, left.reach) == ("consent", "blocked")


async def test_only_her_own_number_proves_who_she_is(bot: Simulator, house: House) -> None:
    mina = bot.person(house.hook)
    await mina.share("821012345678")
    await mina.share("+82 10-9999-8888", own=False)
    hers, another = [one.party for one in house.facts]
    assert hers is not None
    assert another is not None
    assert hers.also == ((Kind.PHONE, "+821012345678"),)
    assert (another.also, another.claims) == ((), ())


async def test_a_link_leads_here_and_start_carries_the_code(bot: Simulator, house: House, haneul: Telegram) -> None:
    assert haneul.link("AB12CD34EF") == f"https://t.me/{bot.username}?start=MDG-AB12CD34EF"
    assert channel(username="").link("AB12CD34EF") == ""
    mina = bot.person(house.hook)
    await mina.follow(haneul.link("AB12CD34EF"))
    await mina.say("[MDG-AB12CD34EF] 이어서요")
    await mina.start("SUMMER2026")
    assert [(one.carry, one.text) for one in house.facts] == [
        ("AB12CD34EF", "/start"),
        ("AB12CD34EF", "이어서요"),
        ("", "/start SUMMER2026"),
    ]


async def test_files_are_fetched(bot: Simulator, house: House, haneul: Telegram) -> None:
    mina = bot.person(house.hook)
    await mina.say("", [Shown("a.ogg", "audio/ogg", b"voice" * 1000)])
    (media,) = house.facts[-1].media
    assert (media.kind, media.size) == ("audio", 5000)
    assert b"".join([part async for part in haneul.fetch(media)]) == b"voice" * 1000
    with pytest.raises(SendError) as gone:
        _ = [part async for part in haneul.fetch(Media("image", "x", "image/jpeg", ref="404"))]
    assert gone.value.why == "invalid"


async def test_a_file_over_20_mb_is_told_of(bot: Simulator, house: House, haneul: Telegram) -> None:
    mina = bot.person(house.hook)
    bubble = await mina.say("", [Shown("unboxing.mov", "video/quicktime", b"\0" * (21 << 20))])
    assert house.facts[-1].media == ()
    assert "unboxing.mov, 21 MB" in house.facts[-1].data["unsupported"]
    key = next(key for key, file in bot.held.items() if file is bubble.files[0])
    with pytest.raises(SendError, match="too big") as refused:
        _ = [part async for part in haneul.fetch(Media("video", "x", "video/quicktime", ref=key))]
    assert refused.value.why == "invalid"


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"date": "now"}, "date"),
        ({"date": 2**40}, "date"),
        ({"message_id": "7"}, "message_id"),
        ({"text": 7}, "text"),
        ({"text": None, "photo": []}, "photo"),
        ({"text": None, "location": {"latitude": "north"}}, "location"),
        ({"entities": 7}, "entities"),
    ],
)
def test_what_cannot_mean_anything_is_malformed(change: dict[str, Any], why: str) -> None:
    update = given("text")
    update["message"] |= change
    with pytest.raises(Malformed, match=why):
        read({**update, "message": {name: one for name, one in update["message"].items() if one is not None}})


def test_an_update_without_a_number_is_malformed() -> None:
    with pytest.raises(Malformed, match="update_id"):
        channel().split(Request("POST", "/", {}, b'{"message": {}}'))


def test_a_bot_that_writes_is_answered_by_nobody() -> None:
    update = given("group_message")
    update["message"]["from"]["is_bot"] = True
    (fact,) = read(update)
    assert fact.auto
