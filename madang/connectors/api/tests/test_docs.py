"""What docs/webhooks.md gives to copy works: its examples are proven and understood."""

from __future__ import annotations

import json
import re
import subprocess
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from madang.channels.connector import Delivery, Request
from madang.connectors.api.tests.conftest import channel
from madang.lib import webhooks

PAGE = (Path(__file__).parents[4] / "docs" / "webhooks.md").read_text("utf-8")
SECRET = webhooks.new_secret()


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.S | re.M)


def test_the_python_example_signs() -> None:
    names: dict[str, Any] = {}
    exec(blocks("python")[0], names)
    headers = names["signed"](SECRET, "m-1", "안녕".encode())
    assert webhooks.prove([webhooks.key_of(SECRET)], headers, "안녕".encode(), datetime.now(UTC)) == "m-1"


def test_the_shell_example_posts_a_message() -> None:
    script = "curl() { printf '%s\\0' \"$@\"; }\n" + blocks("sh")[0]
    environment = {"PATH": "/usr/bin:/bin", "HOOK": "https://desk.example.com/hooks/x", "SECRET": SECRET}
    said = subprocess.run(["sh", "-euc", script], env=environment, capture_output=True, text=True, check=True).stdout
    words = said.split("\0")
    headers = dict(word.split(": ", 1) for before, word in pairwise(words) if before == "-H")
    body = words[words.index("-d") + 1].encode()
    api = channel(SECRET)
    request = Request("POST", "/hooks/x", headers, body)
    assert api.verify(request).status == 200
    (delivery,) = api.split(request)
    assert api.parse(delivery)[0].text == "Hello!"


@pytest.mark.parametrize("block", blocks("json"), ids=lambda block: json.loads(block)["type"])
def test_the_bodies_are_what_they_say(block: str) -> None:
    body = json.loads(block)
    if "conversation" in body:
        assert set(body) == {"type", "id", "at", "to", "text", "conversation", "reply_to", "author", "media"}
        return
    (fact,) = channel(SECRET).parse(Delivery("w-1", "", block.encode()))
    assert fact.type == body["type"]
