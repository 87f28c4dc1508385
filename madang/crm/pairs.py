"""Which field here is which property there, in which direction, and who wins. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from madang.channels.crm import Property
from madang.customers.typed import Defined
from madang.lib.errors import Refused
from madang.lib.language import marked as _

Way = Literal["", "in", "out", "both"]
Wins = Literal["here", "there", "later"]
WAYS: tuple[Way, ...] = ("both", "in", "out")
WINS: tuple[Wins, ...] = ("here", "there", "later")
CUSTOM = "fields."
PLAIN: Mapping[str, str] = {
    "name": _("Name"),
    "phone": _("Phone"),
    "company": _("Company"),
    "language": _("Language"),
    "region": _("Country"),
    "timezone": _("Time zone"),
}
PHONE = "phone"  # an address, no field: what comes is added, what is there is never taken away
MOST = 100


@dataclass(frozen=True, slots=True)
class Pair:
    """``field`` is one of :data:`PLAIN`, or ``fields.`` and the name of one of the company's own; ``theirs`` a property
    of the CRM."""

    field: str
    theirs: str
    way: Way = "both"
    wins: Wins = "later"

    @property
    def comes(self) -> bool:
        """Whether what is said there counts here."""
        return self.way in ("in", "both")

    @property
    def goes(self) -> bool:
        """Whether what is said here is written there."""
        return self.way in ("out", "both")


def read(mapping: Mapping[str, Any]) -> list[Pair]:
    """As it is kept."""
    return [Pair(**one) for one in mapping.get("pairs", [])]


def kept(pairs: Sequence[Pair]) -> dict[str, Any]:
    """To keep."""
    return {"pairs": [{"field": one.field, "theirs": one.theirs, "way": one.way, "wins": one.wins} for one in pairs]}


def names(fields: Sequence[Defined]) -> dict[str, str]:
    """Every field that can be mapped, with its label (of a plain one a msgid)."""
    return {**PLAIN, **{f"{CUSTOM}{one.name}": one.label for one in fields}}


def guess(fields: Sequence[Defined], offered: Sequence[Property], known: Mapping[str, str]) -> list[Pair]:
    """What is most probably meant: what the CRM says of itself, then fields that are called alike."""
    by_name = {one.name: one for one in offered}
    by_word = {word: one for one in offered[::-1] for word in (_plain(one.label), _plain(one.name))}
    made = [_pair(field, by_name[name]) for field, name in known.items() if field in PLAIN and name in by_name]
    taken = {one.theirs for one in made}
    for one in fields:
        found = by_word.get(_plain(one.name)) or by_word.get(_plain(one.label))
        if found is not None and found.name not in taken and fits(one.kind, found):
            made.append(_pair(f"{CUSTOM}{one.name}", found))
            taken.add(found.name)
    return made


def _pair(field: str, found: Property) -> Pair:
    return Pair(field, found.name, "in" if found.fixed else "both")


def _plain(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def fits(kind: str, offered: Property) -> bool:
    """Whether values of a field of this kind can stand there; a text takes anything."""
    if kind in ("text", "url") or offered.kind in ("text", "choice"):
        return True
    return {"choice": "choice"}.get(kind, kind) == offered.kind


def judge(pairs: Sequence[Pair], fields: Sequence[Defined], offered: Sequence[Property]) -> None:
    """Raise Refused for a mapping that cannot be."""
    known, there = names(fields), {one.name: one for one in offered}
    kinds = {f"{CUSTOM}{one.name}": one.kind for one in fields}
    if not pairs:
        raise Refused(_("Choose at least one field that is kept in step."), "pairs")
    for one in pairs[:MOST]:
        if one.field not in known or one.theirs not in there or one.way not in WAYS or one.wins not in WINS:
            raise Refused(_("This is not a possible answer. Choose one of those offered."), one.field)
        if one.goes and there[one.theirs].fixed:
            raise Refused(_("The CRM computes this by itself. It can only come in."), one.field)
        if not fits(kinds.get(one.field, "text"), there[one.theirs]):
            raise Refused(_("These two do not hold the same kind of value."), one.field)
    twice = [one for one in pairs if [other.theirs for other in pairs].count(one.theirs) > 1]
    if twice:
        raise Refused(_("Two fields are meant to be the same property. Choose one of them."), twice[-1].field)
