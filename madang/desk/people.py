"""Everything a screen shows of who a customer is, read in one transaction."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from babel import Locale

from madang.conversations import merging, profiles, proving, queries, questions
from madang.conversations.questions import Question
from madang.conversations.rows import Row
from madang.conversations.threads import actor_names
from madang.crm import queries as crm
from madang.customers import defined, history
from madang.customers import queries as customers
from madang.customers.actions.fields import Choice
from madang.customers.history import Change
from madang.customers.plain import WAYS
from madang.customers.queries import Person
from madang.desk.opened import house
from madang.desk.people_words import way_name
from madang.desk.wording import language_name
from madang.desk.zones import zones
from madang.lib.language import gettext, reader
from madang.lib.language import marked as _
from madang.lib.postgres import Tx
from madang.staff.permissions import Viewer

LANGUAGES = ("ko", "en", "ja", "zh", "vi", "th", "id", "ru", "mn", "uz", "es", "fr", "de", "pt", "ar", "hi")
_COUNTRY = re.compile(r"(?!EU|EZ|UN|X[AB]|ZZ|QO)[A-Z]{2}")  # without unions and codes of no country
SHORT = 3  # conversations of each of two who may be one


@dataclass(frozen=True, slots=True)
class Side:
    """One of two who may be one."""

    person: Person
    rows: list[Row]
    conversations: int


async def whole(tx: Tx, viewer: Viewer, customer_id: int) -> dict[str, Any]:
    """A customer's page; raises NotFound."""
    person = await profiles.person(tx, viewer, customer_id)
    changes = (await history.changes(tx, person.id, await defined.hidden(tx, viewer), limit=30)).items
    merges = await merging.merges(tx, viewer, person.id)
    actors = {who for one in changes for who in (one.by, one.token)}
    actors |= {who for one in merges for who in (one.by, one.undone_by)}
    return {
        **await house(tx),
        "person": person,
        "rows": await queries.of_customer(tx, viewer, person.id),
        "changes": changes,
        "newest": _newest(changes),
        "merges": merges,
        "disputed": await profiles.disputed(tx, viewer, person),
        "codes": await proving.of_customer(tx, viewer, person.id) if person.claims else {},
        "can_prove": await proving.able(tx, viewer, person.id) if person.claims else frozenset(),
        "actors": await actor_names(tx, actors | {one.proved_by for one in person.identities})
        | await crm.names(tx, actors),
        "contacts": await crm.of_customer(tx, person.id),
        **await hints(tx, viewer, person.id),
    }


async def hints(tx: Tx, viewer: Viewer, customer_id: int) -> dict[str, Any]:
    """The open questions about her, and what the others are called."""
    asked = await questions.about(tx, viewer, customer_id)
    return {"asked": asked, "others": await customers.names(tx, [one for each in asked for one in each.pair])}


async def side(tx: Tx, viewer: Viewer, customer_id: int) -> Side:
    """One of two who may be one; raises NotFound."""
    person = await profiles.person(tx, viewer, customer_id)
    rows = await queries.of_customer(tx, viewer, person.id, SHORT)
    return Side(person, rows, await queries.how_many(tx, viewer, person.id))


async def sides(tx: Tx, viewer: Viewer, winner: int, loser: int) -> dict[str, Any]:
    """Two side by side, and the fields in which they differ."""
    stays, goes = await side(tx, viewer, winner), await side(tx, viewer, loser)
    choices = await merging.differences(tx, viewer, stays.person.id, goes.person.id)
    return {"stays": stays, "goes": goes, "choices": choices, "open_choices": _open(choices)}


async def queue(tx: Tx, viewer: Viewer, number: int, *, swap: bool) -> dict[str, Any]:
    """What waits, and the question ``number`` (or the first) in full."""
    page = await questions.waiting(tx, viewer)
    at = next((place for place, one in enumerate(page.items) if one.id == number), -1 if number else 0)
    chosen = page.items[at] if page.items and at >= 0 else None
    if number and chosen is None:
        found = await questions.one(tx, viewer, number)
        chosen = found if found.state == 0 and found.one != found.two else None
    chosen = chosen or (page.items[0] if page.items else None)
    context: dict[str, Any] = {"waiting": page.items, "more": page.next is not None, "question": chosen, "swap": swap}
    context |= {"others": await customers.names(tx, [one for each in page.items for one in each.pair])}
    if chosen is not None:
        winner, loser = (chosen.two, chosen.one) if swap else chosen.pair
        context |= await sides(tx, viewer, winner, loser) | await house(tx)
    return context | _around(page.items, chosen)


def _around(items: list[Question], chosen: Question | None) -> dict[str, Any]:
    place = next((place for place, one in enumerate(items) if chosen and one.id == chosen.id), -1)
    before = items[place - 1].id if place > 0 else 0
    after = items[place + 1].id if 0 <= place < len(items) - 1 else 0
    return {"place_in": place + 1, "before": before, "after": after}


def _open(choices: dict[str, Choice]) -> list[str]:
    """The fields in which both have something."""
    return [name for name, one in choices.items() if one.winner is not None and one.loser is not None]


def _newest(changes: Iterable[Change]) -> set[int]:
    """The edits that can be taken back: of each field the newest that stands."""
    fields: dict[str, Change] = {}
    for one in changes:
        if not one.undone:
            fields.setdefault(one.field, one)
    return {one.id for one in fields.values() if one.merge_id is None}


def offered() -> dict[str, list[tuple[str, str]]]:
    """What may be chosen for each field that has a list, '' first."""
    unknown = ("", gettext(_("Not known")))
    mine = reader().language
    tongues = sorted(LANGUAGES, key=lambda tag: tag != mine)
    return {
        "region": [unknown, *_countries(mine)],
        "language": [unknown, *((tag, language_name(tag)) for tag in tongues)],
        "timezone": [unknown, *zones()],
        "prefers": [("", gettext(_("No wish"))), *((kind, way_name(kind)) for kind in WAYS)],
    }


@cache
def _countries(language: str) -> list[tuple[str, str]]:
    """Every country, by its name in the reader's language, the house's own first."""
    named = {str(code): str(name) for code, name in Locale(language).territories.items()}
    known = [(code, name) for code, name in named.items() if _COUNTRY.fullmatch(code)]
    return sorted(known, key=lambda one: (one[0] != "KR", one[1]))
