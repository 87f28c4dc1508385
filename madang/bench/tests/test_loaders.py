"""The loaders count honestly: whatever way bytes are cut, and whatever is lost."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from datetime import UTC, datetime

import pytest

from madang.bench.audience import Missed, compare
from madang.bench.loaders.listen import Listening, Stream, read
from madang.bench.loaders.post import Line, Post
from madang.bench.loaders.receive import Line as Provider
from madang.bench.loaders.receive import Received
from madang.bench.loaders.requests import hook, mark, reply
from madang.connectors.api import body
from madang.events.tap import sse
from madang.lib.webhooks import key_of, new_secret, prove

HEARD = {"places": {"7": 2}, "unlike": 0, "closed": 0, "gaps": 0}


class Wire:
    """Takes what a protocol writes."""

    def __init__(self) -> None:
        self.wrote: list[bytes] = []

    def write(self, data: bytes) -> None:
        """Keep it."""
        self.wrote.append(data)


def _in_pieces(protocol: asyncio.Protocol, whole: bytes, size: int) -> None:
    for place in range(0, len(whole), size):
        protocol.data_received(whole[place : place + size])


def test_webhooks_are_signed_and_of_the_shape_the_channel_takes() -> None:
    secret = new_secret()
    made = hook({"secret": secret, "path": "/hooks/k", "run": "t", "senders": 3})
    head, _, content = made(5, 42).partition(b"\r\n\r\n")
    given = dict(line.split(": ", 1) for line in head.decode().split("\r\n")[1:])
    assert prove([key_of(secret)], given, content, datetime.now(UTC)) == "t-5"
    said = body.read(content)
    assert isinstance(said, body.Message)
    assert (said.id, said.sender.value, said.text.endswith(mark(5, 42))) == ("t-5", "c2@t.example", True)
    assert int(given["content-length"]) == len(content)


def test_answers_go_to_the_conversations_in_turn_under_keys_of_their_own() -> None:
    made = reply({"token": "mdg_x", "conversations": [7, 9]})
    assert b"POST /api/v1/conversations/9/messages " in made(3, 1)
    assert made(3, 1) != made(3, 1)
    assert "#q3t1;" in json.loads(made(3, 1).partition(b"\r\n\r\n")[2])["text"]


@pytest.mark.parametrize("size", [1, 7, 11, 12, 13, 1000])
async def test_answers_cut_anywhere_are_counted_once_each(size: int) -> None:
    post = Post({"count": 4}, lambda number, due: b"")
    line, wire = Line(post, deque([b"a", b"b", b"c", b"d"])), Wire()
    line.connection_made(wire)  # type: ignore[arg-type]
    line.begin(4 if size > 13 else 2)
    ok, busy = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok", b"HTTP/1.1 503 x\r\ncontent-length: 2\r\n\r\nno"
    _in_pieces(line, ok + busy + ok + ok, size)
    assert post.statuses == {"200": 3, "503": 1}
    assert b"".join(wire.wrote) == b"abcd"
    assert post.done.done()


async def test_a_connection_that_breaks_loses_what_was_under_way_and_says_so() -> None:
    post = Post({"count": 3}, lambda number, due: b"")
    line = Line(post, deque([b"a", b"b", b"c"]))
    line.connection_made(Wire())  # type: ignore[arg-type]
    line.begin(2)
    line.connection_lost(None)
    assert (post.broken, post.done.done()) == (3, True)


def test_news_is_read_as_the_desk_writes_it() -> None:
    drawn = sse("message", {"c": 7, "key": "m-1", "state": "", "html": "<li>안녕</li>"}, 5)
    news = read(drawn + sse("many", {"c": [(8, 3), (9, 1)]}, 5) + sse("stale", {"c": [7, 8]}, 5) + sse("gap", {}))
    assert (news.drawn, dict(news.poked), news.gaps) == ([(7, b"m-1")], {8: 3, 9: 1}, 1)


@pytest.mark.parametrize("size", [1, 10, 50, 5000])
async def test_a_stream_counts_each_message_once_however_it_is_cut(size: int) -> None:
    listening = Listening()
    stream = Stream(listening, b"GET")
    listening.streams.append(stream)
    listening.begin(4)
    twice = sse("message", {"c": 7, "key": "m-1", "html": ""}, 1)
    more = sse("message", {"c": 7, "key": "m-2", "html": ""}, 2) + sse("many", {"c": [(8, 2)]}, 3)
    _in_pieces(stream, b"HTTP/1.1 200 OK\r\n\r\n: hello\n\n" + twice + twice + more, size)
    assert (stream.total, stream.doubled, dict(stream.places())) == (4, 1, {7: 2, 8: 2})
    assert listening.done.is_set()


async def test_nobody_has_heard_everything_before_it_is_said_how_much_there_is() -> None:
    listening = Listening()
    stream = Stream(listening, b"GET")
    stream.data_received(b"HTTP/1.1 200 OK\r\n\r\n: hello\n\n")  # a quick house answers before it is counted in
    assert not listening.done.is_set()
    listening.streams.append(stream)
    stream.data_received(sse("message", {"c": 7, "key": "m-1", "html": ""}, 1))
    assert not listening.done.is_set()
    listening.begin(1)
    assert listening.done.is_set(), "it was told before"


@pytest.mark.parametrize("size", [1, 30, 5000])
def test_the_provider_takes_each_answer_once(size: int) -> None:
    received, wire = Received(), Wire()
    line = Provider(received)
    line.connection_made(wire)  # type: ignore[arg-type]
    post = b"POST /a HTTP/1.1\r\nContent-Length: 10\r\nWebhook-Id: %s\r\n\r\n{#q1t5;   "
    _in_pieces(line, post % b"one" + b"}" + post % b"one" + b"}" + post % b"two" + b"}", size)
    assert (received.names, received.posts) == ({b"one", b"two"}, 3)
    assert b"".join(wire.wrote).count(b"HTTP/1.1 200") == 3


@pytest.mark.parametrize(
    ("wrong", "count"),
    [({"places": {"7": 1}}, 2), ({"unlike": 1}, 2), ({"closed": 1}, 2), ({"gaps": 1}, 2), ({}, 3)],
    ids=["one too few", "streams differ", "cut off", "gap", "not all there"],
)
def test_whatever_is_missed_is_no_figure(wrong: dict[str, object], count: int) -> None:
    compare({7: [1, 2]}, {"accepted": 2}, HEARD, 2)
    with pytest.raises(Missed):
        compare({7: [1, 2]}, {"accepted": count}, HEARD | wrong, count)
