"""What the door of the chat takes, and what it says to everything else (T10, T18, T20)."""

from __future__ import annotations

import json
import time
import uuid
from typing import Any

import pytest

from madang.channels.connector import Config, Forged, Kind, Malformed, Outbound, Party, Request, SetupError
from madang.connectors.webchat.connector import Webchat
from madang.lib import visitor_token
from madang.lib.pace import Pace

SECRET = "an identity secret"
HOST = "https://chat.haneul.example"


def chat(key: str = "yard", secret: str = SECRET, **settings: Any) -> Webchat:
    config = Config(7, key, "Haneul chat", settings, {"identity_secret": secret}, host=HOST, token_key=b"t" * 32)
    return Webchat(config)


def key_of(made: Webchat) -> bytes:
    secret = made.config.secrets["identity_secret"]
    return visitor_token.key_of(made.config.token_key, made.config.key, secret)


def token(made: Webchat) -> str:
    return visitor_token.new_browser(key_of(made))


def posted(body: object, given: str, **headers: str) -> Request:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    sent = {"authorization": f"Bearer {given}", "host": "chat.haneul.example", **headers}
    return Request("POST", "/hooks/yard", sent, raw, remote="192.0.2.7")


def frame(**more: Any) -> dict[str, Any]:
    return {"type": "message", "id": str(uuid.uuid4()), "text": "안녕하세요", **more}


def test_a_frame_becomes_a_message_of_whoever_holds_the_token() -> None:
    made = chat()
    mine = token(made)
    request = posted(frame(), mine)
    assert made.verify(request).status == 200
    (delivery,) = made.split(request)
    (said,) = made.parse(delivery)
    assert said.party == Party(Kind.COOKIE, visitor_token.read(key_of(made), mine, 0).value)  # type: ignore[union-attr]
    assert (said.text, said.id, delivery.key) == ("안녕하세요", delivery.key, said.id)


def test_the_same_frame_again_is_the_same_delivery() -> None:
    made = chat()
    request = posted(frame(), token(made))
    assert made.split(request)[0].key == made.split(request)[0].key


@pytest.mark.parametrize(
    "given",
    [
        "",
        "x",
        "c.x.y",
        "u.x.y.z",
        "c." + "A" * 43 + ".AAAAAAAAAAAAAAAAAAAAAA",
        "é",
        "c." + "A" * 5_000,
        "...",
        "c..",
        "%20",
    ],
)
def test_a_token_that_we_did_not_make_is_refused(given: str) -> None:
    with pytest.raises(Forged):
        chat().verify(posted(frame(), given))


def test_a_token_of_another_channel_or_of_an_older_secret_is_none_here() -> None:
    for other in (chat(key="garden"), chat(secret="an older secret")):
        with pytest.raises(Forged):
            chat().verify(posted(frame(), token(other)))


def test_a_signed_users_token_ends() -> None:
    made = chat()
    fresh = visitor_token.new_user(key_of(made), "user-42", time.time())
    assert made.verify(posted(frame(), fresh)).status == 200
    with pytest.raises(Forged):
        made.verify(posted(frame(), visitor_token.new_user(key_of(made), "user-42", time.time() - 13 * 3600)))


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "", "https://chat.haneul.example.evil.example"])
def test_a_page_elsewhere_may_not_post(origin: str) -> None:
    made = chat()
    with pytest.raises(Forged):
        made.verify(posted(frame(), token(made), origin=origin))
    assert made.verify(posted(frame(), token(made), origin=HOST)).status == 200


HOSTILE: list[Any] = [
    b"",
    b"null",
    b"[]",
    b"{",
    b"\xff\xfe",
    b'{"type":"message"',
    b"[" * 100_000,
    b'{"type":"message","id":"5f0c1d6e-4d0f-4c8e-9a57-7a3f7f1f2b10","text":"\\ud800"}',
    {"type": "nonsense"},
    {"type": ["message"]},
    {"type": "message", "id": "1; drop table message", "text": "x"},
    {"type": "message", "id": 7, "text": "x"},
    frame(text=7),
    frame(text="x" * 10_001),
    frame(text=" \n\u0000 "),
    frame(text="", files=["../../etc/passwd"]),
    frame(files=["0" * 32] * 11),
    frame(attributes={"a": {"b": 1}}),
    frame(attributes={str(n): "x" for n in range(51)}),
    frame(attributes={"k" * 65: "x"}),
    frame(email="not an address"),
    frame(name="x" * 121),
    {"type": "receipt", "about": [], "state": "read"},
    {"type": "receipt", "about": [{"id": "a", "mark": "b"}], "state": "failed"},
    {"type": "receipt", "about": [{"id": "a", "mark": "guessed"}], "state": "read"},
    {"type": "echo", "id": str(uuid.uuid4()), "text": "as an agent"},
]


@pytest.mark.parametrize("body", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_frames_are_told_what_is_wrong_and_nothing_of_ourselves(body: Any) -> None:
    made = chat()
    with pytest.raises(Malformed) as caught:
        made.split(posted(body, token(made)))
    told = str(caught.value)
    assert told
    assert not any(word in told for word in ("Traceback", "madang", "msgspec", "/", "object at"))


def test_a_page_cannot_say_who_it_is_by_itself() -> None:
    """Name and address are said, not proven: they never find a customer."""
    made = chat()
    (delivery,) = made.split(
        posted(frame(name="Mia", email="mia@juniper.example", kind="account", value="root"), token(made))
    )
    party = made.parse(delivery)[0].party
    assert party is not None
    assert (party.kind, party.also, party.claims) == (Kind.COOKIE, (), ((Kind.EMAIL, "mia@juniper.example"),))


def test_only_a_true_token_of_before_joins_a_browser_to_a_user() -> None:
    made = chat()
    signed = visitor_token.new_user(key_of(made), "user-42", time.time())
    for was, joined in ((token(made), True), ("c.made.up", False), (signed, False), (token(chat(key="garden")), False)):
        (delivery,) = made.split(posted(frame(was=was), signed))
        party = made.parse(delivery)[0].party
        assert party is not None
        assert (party.value, bool(party.also)) == ("user-42", joined)


def test_who_writes_very_quickly_is_asked_to_wait_and_others_are_not() -> None:
    made = chat()
    quick, other = token(made), token(made)
    answers = [made.verify(posted(frame(), quick)) for _ in range(60)]
    assert answers[0].status == 200
    assert (answers[-1].status, answers[-1].store) == (429, False)
    assert dict(answers[-1].headers)["retry-after"].isdecimal()
    assert made.verify(posted(frame(), other)).status == 200


def test_a_pace_gives_back_with_time() -> None:
    now = [0.0]
    pace = Pace(burst=2, rate=0.5, now=lambda: now[0])
    assert [pace.wait("a"), pace.wait("a"), pace.wait("a")] == [0, 0, 3]
    now[0] = 2.1
    assert pace.wait("a") == 0


async def test_an_answer_is_there_the_moment_it_is_committed() -> None:
    sent = await chat().send(Outbound("key-1", Party(Kind.COOKIE, "x"), "Hello", 1, 2))
    assert (sent.id, sent.state) == ("key-1", "sent")


@pytest.mark.parametrize("origin", ["shop.example", "ftp://shop.example", "https://shop.example/path", "https://"])
async def test_a_website_that_is_none_is_named_before_the_set_up_is_saved(origin: str) -> None:
    await chat(origins=["https://shop.example", "http://127.0.0.1:8000/"]).check()
    with pytest.raises(SetupError) as caught:
        await chat(origins=[origin]).check()
    assert caught.value.field == "origins"
    assert origin in caught.value.message
