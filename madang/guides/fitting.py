"""Which guide offers itself for a conversation. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Item:
    """One line: a heading, words to say, a question to ask, a box to tick, or a link. ``key`` stays for good."""

    key: str
    sort: str
    text: str
    url: str = ""

    @property
    def ticks(self) -> bool:
        """Whether it is done or not: a heading and a link are neither."""
        return self.sort in ("say", "ask", "check")


@dataclass(frozen=True, slots=True)
class GuideRow:
    """A guide. Empty ``topics``, ``connectors`` and ``language``: it offers itself everywhere."""

    id: int
    name: str
    brand_id: int | None
    topics: tuple[str, ...]
    connectors: tuple[str, ...]
    language: str
    items: tuple[Item, ...]
    place: int
    archived: bool = False


@dataclass(frozen=True, slots=True)
class Matter:
    """What a guide is chosen by: brand, topic and tags, the kinds of channel it came by, the customer's language."""

    brand_id: int
    topics: Collection[str]
    connectors: Collection[str]
    language: str


def fits(guide: GuideRow, matter: Matter) -> bool:
    """Whether it may be shown there: every rule it has is kept."""
    base = matter.language.split("-")[0].lower()
    wanted = {topic.casefold() for topic in guide.topics}
    return (
        not guide.archived
        and guide.brand_id in (None, matter.brand_id)
        and (not wanted or bool(wanted & {topic.casefold() for topic in matter.topics}))
        and (not guide.connectors or bool(set(guide.connectors) & set(matter.connectors)))
        and (not guide.language or not base or guide.language == base)
    )


def offered(guides: Sequence[GuideRow], matter: Matter, begun: Collection[int] = ()) -> list[GuideRow]:
    """Those that fit, the best first: what was begun here, then what says most about when it fits, then by place.

    What was begun stays, though the matter has become another.
    """
    some = [one for one in guides if one.id in begun or fits(one, matter)]
    return sorted(some, key=lambda one: (one.id not in begun, -_says(one), one.place, one.id))


def _says(guide: GuideRow) -> int:
    """How much it says about when it fits: topic before channel before brand before language."""
    weights = ((8, guide.topics), (4, guide.connectors), (2, guide.brand_id), (1, guide.language))
    return sum(weight for weight, rule in weights if rule)


def progress(guide: GuideRow, ticked: Collection[str]) -> tuple[int, int]:
    """(done, of how many): items that are gone count for nothing."""
    keys = [one.key for one in guide.items if one.ticks]
    return sum(key in ticked for key in keys), len(keys)


def item_of(given: Any) -> Item:
    """From what is kept of it."""
    return Item(given["key"], given["sort"], given["text"], given.get("url", ""))
