"""What a friend does on her phone is understood, each once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from madang.channels.connector import Delivery, Forged, Kind, Malformed, Media, Request, SendError
from madang.channels.playing import Shown, Undelivered
from madang.connectors.line.connector import Line
from madang.connectors.line.simulator import Simulator
from madang.connectors.line.tests.conftest import GROUP, House, channel

FIXTURES = Path(__file__).parent.parent / "fixtures"


def webhook(*events: Any) -> bytes:
    return json.dumps({"destination": "U" + "0" * 32, "events": list(events)}).encode()


def given(name: str) -> dict[str, Any]:
    made: dict[str, Any] = json.loads((FIXTURES / f"{name}.json").read_text("utf-8"))["events"][0]
    return made


async def test_what_she_does_is_understood(line: Simulator, house: House) -> None:
    mina = line.person(house.hook)
    first = await mina.say("담요가 아직 안 왔어요")
    await mina.say("", [Shown("a.jpg", "image/jpeg", b"jpeg"), Shown("영수증.pdf", "application/pdf", b"pdf")])
    await mina.stick("446", "1988", "hi")
    await mina.do("place")
    await mina.do("unsend", first)
    await mina.do("block")
    await mina.do("unblock")
    kinds = [(one.type, one.text or one.reach or (one.media[0].name if one.media else "")) for one in house.facts]
    assert kinds[0] == ("message", "담요가 아직 안 왔어요")
    assert [kind for kind, _ in kinds] == ["message"] * 5 + ["delete", "consent", "consent"]
    assert kinds[2] == ("message", "영수증.pdf")
    assert [value for kind, value in kinds if kind == "consent"] == ["blocked", "allowed"]
    assert house.facts[5].about == first.id
    assert {(one.party.kind, one.party.value) for one in house.facts if one.party} == {(Kind.SCOPED, mina.user)}


async def test_an_event_that_comes_again_counts_once(line: Simulator, house: House) -> None:
    mina = line.person(house.hook)
    await mina.say("한 번만요")
    await mina.again(mina.posted[-1])
    assert list(house.keys.values()) == [2]
    assert len(house.facts) == 1


async def test_two_senders_of_one_webhook_are_two_lanes_in_order(line: Simulator, house: House) -> None:
    mina, mia = line.person(house.hook), line.person(house.hook, "Mia")
    words = [(mina, "첫째"), (mia, "Hello"), (mina, "둘째")]
    events = [who.message("text", line.number(), text=text) for who, text in words]
    await mina.post(*events)
    parts = house.connector.split(house.requests[0])
    assert [part.sender for part in parts] == [mina.user, mia.user, mina.user]
    assert [one.text for one in house.facts] == ["첫째", "Hello", "둘째"]


async def test_a_webhook_of_somebody_else_is_refused(line: Simulator, house: House) -> None:
    mina = line.person(house.hook)
    line.secret = "another secret"
    with pytest.raises(Undelivered) as refused:
        await mina.say("I am not LINE")
    assert refused.value.answer.status == 403
    assert house.facts == []


def test_a_channel_without_a_secret_believes_nobody() -> None:
    open_door = channel(channel_secret="")
    bare = Line(type(open_door.config)(id=1, key="k", name="n", settings={}, secrets={}))
    empty_key = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
    with pytest.raises(Forged):
        bare.verify(Request("POST", "/", {"x-line-signature": empty_key}, b"{}"))


async def test_a_named_group_is_one_customer_and_any_other_is_nobody(line: Simulator, house: House) -> None:
    inside = line.person(house.hook, "Mia", group=GROUP)
    said = await inside.say("모임에서 여쭤봐요")
    await inside.do("edit", said, "모임에서 여쭤봐요!")
    await line.person(house.hook, "Stranger", group="C" + "0" * 32).say("not for you")
    message, edit = house.facts
    assert message.party is not None
    assert (message.party.value, message.data["author"]) == (GROUP, inside.user)
    assert (edit.type, edit.about, edit.text) == ("edit", said.id, "모임에서 여쭤봐요!")


def test_a_link_leads_here_and_her_first_words_carry_the_code() -> None:
    made = channel()
    assert made.link("AB12CD34EF") == "https://line.me/R/oaMessage/%40haneul/?%5BMDG-AB12CD34EF%5D"
    assert channel(basic_id="").link("AB12CD34EF") == ""
    event = given("text")
    for words in ("안녕하세요 MDG-AB12CD34EF 이어서요", "안녕하세요 [MDG-AB12CD34EF] 이어서요"):
        event["message"]["text"] = words
        (fact,) = made.parse(Delivery("k", "", webhook(event)))
        assert (fact.carry, fact.text) == ("AB12CD34EF", "안녕하세요 이어서요")


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"timestamp": "now"}, "timestamp"),
        ({"timestamp": 10**20}, "timestamp"),
        ({"message": None}, "message"),
        ({"message": {"type": "text", "id": 7, "text": "x"}}, "id"),
        ({"message": {"type": "location", "id": "1", "latitude": "north"}}, "location"),
        ({"source": {"type": "user", "userId": 7}}, "userId"),
    ],
)
def test_what_cannot_mean_anything_is_malformed(change: dict[str, Any], why: str) -> None:
    with pytest.raises(Malformed, match=why):
        channel().parse(Delivery("k", "", webhook(given("text") | change)))


async def test_files_are_fetched_and_a_film_is_waited_for(line: Simulator, house: House, haneul: Line) -> None:
    mina = line.person(house.hook)
    bubble = await mina.say("", [Shown("a.mp4", "video/mp4", b"film" * 1000)])
    (media,) = house.facts[-1].media
    line.preparing.add(bubble.id)
    with pytest.raises(SendError) as waits:
        _ = [part async for part in haneul.fetch(media)]
    assert waits.value.why == "down"
    line.preparing.clear()
    assert b"".join([part async for part in haneul.fetch(media)]) == b"film" * 1000
    with pytest.raises(SendError) as gone:
        _ = [part async for part in haneul.fetch(Media("image", "x", "image/jpeg", ref="404"))]
    assert gone.value.why == "invalid"


async def test_a_file_held_elsewhere_is_fetched_without_our_token(line: Simulator, haneul: Line) -> None:
    url = line.serve(b"jpeg", "a.jpg", "image/jpeg")
    elsewhere = House(haneul)  # answers with 405 whatever is no webhook, and notes what it was asked
    await elsewhere.start()
    picture = Media("image", "x", "image/jpeg", ref=url)
    assert b"".join([part async for part in haneul.fetch(picture)]) == b"jpeg"
    with pytest.raises(SendError):
        _ = [part async for part in haneul.fetch(Media("image", "x", "image/jpeg", ref=f"{elsewhere.url}/x"))]
    assert "authorization" not in elsewhere.calls[0].headers
    with pytest.raises(SendError) as inside:
        _ = [part async for part in haneul.fetch(Media("image", "x", "image/jpeg", ref="http://169.254.169.254/x"))]
    assert inside.value.why == "policy"
    await elsewhere.stop()


async def test_who_she_is_is_asked(line: Simulator, house: House, haneul: Line) -> None:
    mina = line.person(house.hook)
    await mina.say("안녕하세요")
    party = house.facts[0].party
    assert party is not None
    known = await haneul.introduce(party)
    assert (known.value, known.name, known.language) == (mina.user, "미나", "ko")
