"""The apps on the phone: one for each simulated door, each with 미나 as its customer."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import httpx

from madang.channels.abilities import Linked
from madang.channels.connector import Config, Connector
from madang.channels.playing import Bubble, Person, Shown
from madang.channels.registry import entries, get
from madang.demo.doors import Manner
from madang.demo.phone.people import Listener

CODE = re.compile(r"(?<![A-Z0-9])[A-Z0-9]{10}(?![A-Z0-9])")
log = logging.getLogger("madang.demo")

LOOK = 1.5  # seconds
EMOJI = ("👍", "❤️", "😂", "😮", "🙏")


@dataclass(slots=True)
class App:
    """One door. ``id`` names it in addresses; ``brand`` is the key of the brand it belongs to."""

    id: str
    connector: str
    brand: str
    brand_name: str
    channel: str
    manner: Manner
    person: Person
    config: Config | None = None
    blocked: bool = False

    @property
    def verbs(self) -> list[str]:
        """What can be done here, in a fixed order."""
        return sorted(self.person.verbs)

    def shown(self, title: str) -> dict[str, Any]:
        """The app as the page draws it."""
        return {
            "id": self.id,
            "title": title,
            "brand": self.brand_name,
            "look": self.manner.look,
            "hue": entries()[self.connector].manifest.hue,
            "verbs": self.verbs,
            "typing": self.person.typing,
            "blocked": self.blocked,
            "bubbles": [self._bubble(one) for one in self.person.bubbles],
        }

    def _bubble(self, one: Bubble) -> dict[str, Any]:
        return {
            "id": one.id,
            "mine": one.mine,
            "text": one.text,
            "at": one.at.isoformat(),
            "author": one.author,
            "state": one.state,
            "edited": one.edited,
            "gone": one.gone,
            "reaction": one.reaction,
            "kind": one.kind,
            "buttons": [{"label": button.label, "url": button.url} for button in one.buttons],
            "files": [self._file(one, number) for number in range(len(one.files))],
        }

    def _file(self, bubble: Bubble, number: int) -> dict[str, str]:
        file = bubble.files[number]
        place = self.person.bubbles.index(bubble)
        here = f"/demo/phone/{self.id}/files/{place}/{number}"
        return {"name": file.name, "mime": file.mime, "url": here if file.content else file.url}

    def bubble(self, number: str) -> Bubble | None:
        """The bubble the page means."""
        return self.person.find(number)

    def text_of(self, url: str) -> str | None:
        """What she says by following a link that leads here, None when it leads elsewhere.

        '' where the code comes by itself. Only the connector knows its links: it is asked whether it would have made
        this one.
        """
        if self.config is None:
            return None
        connector = get(self.connector)(self.config)
        codes = CODE.findall(unquote(url))
        if not isinstance(connector, Linked) or not any(_same(connector, code, url) for code in codes):
            return None
        return next((words for words in _words(url) if any(code in words for code in codes)), f"[MDG-{codes[0]}]")


def _same(connector: Connector, code: str, url: str) -> bool:
    return isinstance(connector, Linked) and connector.link(code) == url


def _words(url: str) -> Iterator[str]:
    """What a link would have her say: a parameter's value, or its bare query, or its last step."""
    parts = urlsplit(url)
    yield from (value for _, value in parse_qsl(parts.query))
    yield from (unquote(one) for one in (parts.query, parts.fragment, parts.path.rpartition("/")[2]) if one)


@dataclass
class Phone:
    """All apps, and what listens for them."""

    apps: dict[str, App] = field(default_factory=dict)
    _listening: list[asyncio.Task[None]] = field(default_factory=list)

    def add(self, app: App) -> None:
        """One more app; a person who has to listen does so from now on."""
        self.apps[app.id] = app
        if isinstance(app.person, Listener):
            self._listening.append(asyncio.create_task(app.person.listen()))
        elif look := getattr(app.person, "look", None):
            self._listening.append(asyncio.create_task(_looking(look)))

    def ordered(self) -> list[App]:
        """As they lie on the home screen."""
        return sorted(self.apps.values(), key=lambda one: (one.manner.order, one.brand, one.id))

    async def close(self) -> None:
        """Listen no more."""
        for task in self._listening:
            task.cancel()
        await asyncio.gather(*self._listening, return_exceptions=True)

    def led_to(self, url: str) -> tuple[App, str] | None:
        """The app that a link opens, and what she says there first."""
        for app in self.ordered():
            if (words := app.text_of(url)) is not None:
                return app, words
        return None


async def _looking(look: Callable[[], Awaitable[None]]) -> None:
    """Where answers stand on a page of ours, she loads it anew now and then."""
    while True:
        try:
            await look()
        except (httpx.HTTPError, OSError) as error:
            log.info("she cannot load the page: %s", error)
        await asyncio.sleep(LOOK)


async def arrive(app: App, url: str) -> bool:
    """Let her come by a link, where the simulator can do that by itself (a start parameter, a referral)."""
    try:
        await app.person.follow(url)
    except NotImplementedError:
        return False
    return True


def picked(files: Sequence[tuple[str, str, bytes]]) -> tuple[Shown, ...]:
    """Files from the page as the simulators take them."""
    return tuple(
        Shown(name[:120] or "file", mime[:100] or "application/octet-stream", body) for name, mime, body in files
    )
