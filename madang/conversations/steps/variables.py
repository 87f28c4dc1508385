"""Places in texts: ``{{customer.name}}``, ``{{order|your order}}``, and the particle after one. Pure.

What a place stands for is looked up once; what comes in is never read again as a place, so that a customer who calls
herself ``{{agent.name}}`` is called exactly that.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from madang.lib.josa import PARTICLE, particle
from madang.lib.language import marked as _

# What a place is called on screens. Own fields: customer.field.NAME and conversation.field.NAME.
NAMES = {
    "customer.name": _("The customer’s name"),
    "customer.email": _("The customer’s e-mail"),
    "customer.phone": _("The customer’s phone number"),
    "customer.company": _("The customer’s company"),
    "agent.name": _("Your name"),
    "brand.name": _("The brand"),
    "conversation.number": _("The number of the conversation"),
    "conversation.subject": _("The subject"),
    "channel.name": _("The channel"),
    "order": _("The order number"),
    "greeting": _("A greeting by the time of day"),
    "today": _("Today’s date"),
}
# The same in Korean: a text may use either.
KOREAN = {
    "고객.이름": "customer.name",
    "고객.이메일": "customer.email",
    "고객.전화": "customer.phone",
    "고객.회사": "customer.company",
    "상담원.이름": "agent.name",
    "브랜드.이름": "brand.name",
    "상담.번호": "conversation.number",
    "상담.제목": "conversation.subject",
    "채널.이름": "channel.name",
    "주문": "order",
    "인사": "greeting",
    "오늘": "today",
}
_FIELD = re.compile(r"(customer|conversation)\.field\.([a-z][a-z0-9_]{0,39})")
_KOREAN_FIELD = re.compile(r"(고객|상담)\.항목\.([a-z][a-z0-9_]{0,39})")
_PLACE = re.compile(r"\{\{\s*([^{}|]*?)\s*(?:\|([^{}]*))?\}\}")
_LEFT = re.compile(r"\{\{|\}\}")
LONGEST = 300  # characters of one value


@dataclass(frozen=True, slots=True)
class Place:
    """One place in a text: its name in English, what is said when nothing is known (None: nothing), where it is."""

    name: str
    written: str
    otherwise: str | None
    at: int


@dataclass(frozen=True, slots=True)
class Filled:
    """A text for one customer. ``missing`` are the names of places nobody could fill, ``gaps`` where they were."""

    text: str
    missing: tuple[str, ...] = ()
    gaps: tuple[int, ...] = ()


def canonical(written: str) -> str:
    """The one name of a place: Korean names in English, spaces and capitals aside."""
    name = unicodedata.normalize("NFC", "".join(written.split())).lower()
    if found := _KOREAN_FIELD.fullmatch(name):
        return f"{'customer' if found[1] == '고객' else 'conversation'}.field.{found[2]}"
    return KOREAN.get(name, name)


def own_field(name: str) -> tuple[str, str] | None:
    """("customer" or "conversation", the field) of ``customer.field.size``; None for other places."""
    found = _FIELD.fullmatch(name)
    return (found[1], found[2]) if found else None


def places(text: str) -> Iterator[Place]:
    """Every place of a text, in order."""
    for found in _PLACE.finditer(text):
        yield Place(canonical(found[1]), found[1], found[2], found.start())


def leftover(text: str) -> bool:
    """Whether braces stand in it that are no place: one that was not closed, say."""
    return bool(_LEFT.search(_PLACE.sub("", text)))


def fill(text: str, value: Callable[[str], str]) -> Filled:
    """``text`` with ``value(name)`` at each place, '' when it is not known: then what stands behind ``|`` is said.

    Braces never come out of it, whatever was written.
    """
    made: list[str] = []
    missing: list[str] = []
    gaps: list[int] = []
    at, length = 0, 0
    for found in _PLACE.finditer(text):
        name = canonical(found[1])
        said = clean(value(name)) or (found[2] or "").strip()
        before = _LEFT.sub("", text[at : found.start()])
        made += [before, said]
        length += len(before)
        if not said and found[2] is None:
            missing.append(name)
            gaps.append(length)
        length += len(said)
        at = found.end()
        if after := PARTICLE.match(text, at):
            made.append(particle(said, after[0]))
            length += len(made[-1])
            at = after.end()
    made.append(_LEFT.sub("", text[at:]))
    return Filled("".join(made), tuple(dict.fromkeys(missing)), tuple(gaps))


def named(text: str, said: Callable[[str], str]) -> str:
    """``text`` for people who write it: each place by what it is called, ``said`` of its name."""
    return _PLACE.sub(lambda found: f"‹{said(canonical(found[1]))}›", text)


def clean(value: str) -> str:
    """A value as it may stand in a sentence: one line, no control characters, not endless."""
    return " ".join("".join(one if one.isprintable() else " " for one in value).split())[:LONGEST]


def chosen(texts: Mapping[str, str], *languages: str) -> tuple[str, str]:
    """(language, text): the first of ``languages`` (BCP 47) that is written, else the first there is."""
    for wish in languages:
        base = wish.replace("_", "-").split("-")[0].lower()
        if texts.get(base):
            return base, texts[base]
    return next(iter(texts.items()), ("", ""))
