"""The condition language: SQL and Python agree on everything, errors name their place, days begin where people live."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import BigInteger, DateTime, MetaData, Table, Text, func, insert, select
from sqlalchemy import Column as C
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from madang.lib.conditions.calendar import Calendar
from madang.lib.conditions.judging import Once, Snapshot, judge
from madang.lib.conditions.reading import read, write
from madang.lib.conditions.sql import Sql
from madang.lib.conditions.turning import turning
from madang.lib.conditions.values import Wrong
from madang.lib.conditions.vocabulary import Each, Events, Field, Gathered, Type, Vocabulary
from madang.lib.postgres import Database

META = MetaData()
PERSON = Table(
    "person",
    META,
    C("id", BigInteger, primary_key=True),
    C("name", Text, nullable=False),
    C("town", Text),
    C("seen", DateTime(timezone=True)),
    C("born", Text),
    C("fields", JSONB, nullable=False),
)
PET = Table("pet", META, C("person", BigInteger, nullable=False), C("tags", ARRAY(Text)), C("at", DateTime(True)))
DID = Table(
    "did",
    META,
    C("person", BigInteger, nullable=False),
    C("kind", Text),
    C("at", DateTime(True)),
    C("amount", BigInteger),
    C("data", JSONB),
)
TOWNS = (("Seoul", "Seoul"), ("부산", "부산"))
VOCABULARY = Vocabulary(
    PERSON.c.id,
    {
        one.name: one
        for one in (
            Field("name", Type.TEXT, "Name", PERSON.c.name),
            Field("town", Type.CHOICE, "Town", PERSON.c.town, choices=TOWNS, closed=True),
            Field("seen", Type.MOMENT, "Seen", PERSON.c.seen),
            Field("born", Type.DAY, "Born", PERSON.c.born),
            Field("adult", Type.TRUTH, "Adult", func.coalesce(PERSON.c.born < "2000", False)),
            Field("pets", Type.NUMBER, "Pets", Gathered(PET.c.person, func.count(), 0)),
            Field("fed", Type.MOMENT, "Fed", Gathered(PET.c.person, func.max(PET.c.at), newest=PET.c.at)),
            Field("groomed", Type.MOMENT, "Groomed", Gathered(PET.c.person, func.max(PET.c.at))),
            Field(
                "tags",
                Type.WORDS,
                "Tags",
                Each(
                    PET.c.person, lambda some: PET.c.tags.overlap(some) if some else (func.cardinality(PET.c.tags) > 0)
                ),
            ),
        )
    },
    {"fields.": lambda name: Field(f"fields.{name}", Type.LOOSE, name, PERSON.c.fields[name])},
    Events(
        DID.c.person, DID.c.kind, DID.c.at, DID.c.data, {"amount": Field("amount", Type.NUMBER, "Amount", DID.c.amount)}
    ),
)
NOW = datetime(2026, 3, 2, 15, 30, tzinfo=UTC)  # 3 March, half past midnight in Seoul
SEOUL = Calendar(NOW, "Asia/Seoul")
NAMES = ("미나", "미나".encode().decode(), "김 미나", "Mina", "MINA kim", "Élan", "élan", "", "50% off_", "é")
LOOSE = (None, "", "gold", "Gold", "5", 5, 5.5, True, False, "2026-02-20", "2026-13-40", ["gold"], 0, "금")


def _moment(chance: random.Random) -> datetime | None:
    edges = (timedelta(0), timedelta(minutes=31), timedelta(hours=-9), timedelta(days=1))
    if not chance.randrange(6):
        return None
    days = timedelta(days=chance.randint(-2, 12))
    return NOW - days + chance.choice((1, -1)) * chance.choice(edges)


def _test(chance: random.Random) -> dict[str, Any]:
    texts: list[Any] = [name for name in NAMES if name]
    one: dict[str, list[tuple[str, list[Any]]]] = {
        "name": [(op, texts) for op in ("is", "is_not", "contains", "begins")] + [("any_of", [texts[:3]])],
        "town": [("is", ["Seoul", "부산"]), ("none_of", [["Seoul"]]), ("known", [None]), ("unknown", [None])],
        "seen": [(op, ["2026-03-03", "2026-02-27"]) for op in ("on", "before", "after")]
        + [(op, [0, 1, 7]) for op in ("within", "not_within")] + [("unknown", [None])],
        "born": [(op, ["2026-02-20", "1999-01-01"]) for op in ("on", "before", "after")] + [("within", [0, 11])],
        "adult": [("is", [True, False])],
        "pets": [(op, [0, 1, 2]) for op in ("is", "is_not", "more_than", "less_than", "at_least", "at_most")]
        + [("known", [None])],
        "fed": [("within", [0, 3]), ("not_within", [3]), ("before", ["2026-02-27"]), ("on", ["2026-02-27"]),
                ("after", ["2026-02-27"]), ("known", [None])],
        "groomed": [("within", [3]), ("on", ["2026-02-27"]), ("after", ["2026-02-27"])],
        "tags": [("has", ["dog", "고양이"]), ("has_not", ["dog"]), ("has_any", [["dog", "고양이"]]), ("known", [None])],
        "fields.tier": [("is", ["gold", "5", 5, True]), ("is_not", ["gold", 5]), ("more_than", [1, 5]),
                        ("at_most", [5.5]), ("contains", ["ol"]), ("within", [20]), ("on", ["2026-02-20"]),
                        ("known", [None]), ("unknown", [None])],
    }  # fmt: skip
    field = chance.choice(sorted(one))
    op, some = chance.choice(one[field])
    value = chance.choice(some)
    return {"field": field, "op": op} | ({} if value is None else {"value": value})


def _event(chance: random.Random) -> dict[str, Any]:
    many = chance.choice(("at_least", "at_most", "exactly"))
    made: dict[str, Any] = {"event": "order", many: chance.randint(many == "at_least", 2)}
    made |= chance.choice(({}, {"days": 7}, {"days": 0}, {"since": "2026-02-25", "until": "2026-03-01"}))
    inside: list[dict[str, Any]] = [
        {"field": "amount", "op": "more_than", "value": 10},
        {"field": "colour", "op": "is", "value": "빨강"},
    ]
    return made | chance.choice(({}, {"where": {"all": inside}}, {"where": inside[0]}, {"where": {"not": inside[1]}}))


def _node(chance: random.Random, depth: int = 0) -> dict[str, Any]:
    kind = chance.choice(("test", "test", "event", "all", "any", "not"))
    if depth > 2 or kind == "test":
        return _test(chance)
    if kind == "event":
        return _event(chance)
    if kind == "not":
        return {"not": _node(chance, depth + 1)}
    return {kind: [_node(chance, depth + 1) for _ in range(chance.randint(1, 3))]}


def _person(chance: random.Random, number: int) -> tuple[Snapshot, dict[str, list[dict[str, Any]]]]:
    """A person as Python sees her, and as rows."""
    born = chance.choice((None, "", "1999-12-31", "2026-02-20", "2026-03-03", "2026-03-04"))
    values: dict[str, Any] = {
        "name": chance.choice(NAMES), "town": chance.choice((None, "Seoul", "부산", "")), "seen": _moment(chance),
        "born": born, "adult": bool(born is not None and born < "2000"),
    }  # fmt: skip
    fields = {"tier": chance.choice(LOOSE)} if chance.randrange(5) else {}
    pets = [(chance.choice(([], ["dog"], ["고양이", "dog"])), _moment(chance)) for _ in range(chance.randrange(3))]
    did = [
        Once(chance.choice(("order", "visit")), _moment(chance) or NOW,
             {"amount": chance.choice((None, 5, 10, 11)), "colour": chance.choice(("빨강", "red", None, 3))})
        for _ in range(chance.randrange(5))
    ]  # fmt: skip
    row = {"id": number, "fields": fields, **{name: values[name] for name in ("name", "town", "seen", "born")}}
    rows = {
        "person": [row],
        "pet": [{"person": number, "tags": tags, "at": at} for tags, at in pets],
        "did": [
            {"person": number, "kind": one.kind, "at": one.at, "amount": one.data["amount"], "data": dict(one.data)}
            for one in did
        ],
    }
    fed = [at for _, at in pets if at]
    values |= {f"fields.{name}": value for name, value in fields.items()}
    values |= {
        "pets": len(pets),
        "fed": max(fed, default=None),
        "groomed": max(fed, default=None),
        "tags": [tag for tags, _ in pets for tag in tags],
    }
    return Snapshot(values, did), rows


async def test_sql_and_python_agree_and_no_verdict_turns_unannounced(db: Database) -> None:
    """On everything that comes up: for all at once, for each; today, and until time is said to change it."""
    chance = random.Random(7)
    people = {number: _person(chance, number) for number in range(1, 41)}
    async with db.begin() as tx:
        await tx.run_sync(META.create_all)
        for table in (PERSON, PET, DID):
            rows = [row for _, some in people.values() for row in some[table.name]]
            await tx.execute(insert(table), rows)
        for _ in range(90):
            given = _node(chance)
            node = read(given, VOCABULARY)
            assert read(write(node), VOCABULARY) == node
            expected = {number: judge(node, VOCABULARY, one, SEOUL) for number, (one, _) in people.items()}
            narrow, wide = Sql(VOCABULARY, SEOUL).where(node), Sql(VOCABULARY, SEOUL, wide=True).where(node)
            query = select(PERSON.c.id, narrow, wide, turning(node, VOCABULARY, SEOUL))
            for number, one, all_, turns in await tx.execute(query):
                assert (one, all_) == (expected[number],) * 2, (given, people[number])
                for days in range(1, 15):
                    later = Calendar(NOW + timedelta(days=days), "Asia/Seoul")
                    if turns is not None and turns <= later.now:
                        break
                    now = judge(node, VOCABULARY, people[number][0], later)
                    assert now == expected[number], (given, people[number], turns, later.now)


@pytest.mark.parametrize(
    ("given", "place"),
    [
        ("everybody", ""),
        ({"all": {}}, "all"),
        ({"any": []}, "any"),
        ({"all": [{"field": "name", "op": "is", "value": "a"}, {"field": "nose", "op": "is"}]}, "all[1].field"),
        ({"field": "name", "op": "more_than", "value": 3}, "op"),
        ({"field": "name", "op": "is"}, "value"),
        ({"field": "name", "op": "is", "value": "a\0b"}, "value"),
        ({"field": "name", "op": "any_of", "value": ["a", 3]}, "value[1]"),
        ({"field": "town", "op": "is", "value": "Paris"}, "value"),
        ({"field": "pets", "op": "is", "value": True}, "value"),
        ({"field": "pets", "op": "is", "value": 1e300}, "value"),
        ({"field": "seen", "op": "on", "value": "2026-02-31"}, "value"),
        ({"field": "seen", "op": "within", "value": -1}, "value"),
        ({"field": "seen", "op": "known", "value": 1}, "value"),
        ({"field": "name", "op": "is", "value": "a", "not": {}}, "field"),
        ({"event": "order", "at_least": 1, "at_most": 2}, "at_most"),
        ({"event": "order", "days": 3, "since": "2026-01-01"}, "days"),
        ({"event": "order", "since": "2026-01-02", "until": "2026-01-01"}, "until"),
        ({"event": "order", "where": {"event": "order"}}, "where.event"),
        ({"any": [{"not": {"not": {"not": {"not": {"not": {"all": []}}}}}}]}, "any[0].not.not.not.not.not"),
        ({"all": [{"all": []}] * 61}, "all[59]"),
    ],
)
def test_an_error_names_its_place(given: Any, place: str) -> None:
    with pytest.raises(Wrong) as wrong:
        read(given, VOCABULARY)
    assert wrong.value.field == place


def test_a_day_begins_where_people_live() -> None:
    """What happened at 15:10 UTC was today in Seoul, and still yesterday at 14:50."""
    node = read({"event": "order", "days": 0}, VOCABULARY)
    for minutes, seoul, utc in ((10, True, True), (-10, False, True)):
        at = datetime(2026, 3, 2, 15, tzinfo=UTC) + timedelta(minutes=minutes)
        one = Snapshot({}, [Once("order", at)])
        assert judge(node, VOCABULARY, one, SEOUL) is seoul
        assert judge(node, VOCABULARY, one, Calendar(NOW, "UTC")) is utc
