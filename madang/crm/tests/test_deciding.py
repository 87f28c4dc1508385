"""Of one customer and one contact: what comes in, what goes out, who wins."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from madang.channels.crm import Property
from madang.crm.deciding import Decision, Side, decide
from madang.crm.pairs import Pair, guess, judge
from madang.crm.translating import Terms, give, take
from madang.customers.typed import Defined
from madang.lib.errors import Refused

EARLY, LATE = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)
TERMS = Terms({}, {"firm": Property("firm", "Firm")})


def decided(
    mine: Any, hers: str, base: list[Any] | None, *, way: Any = "both", wins: Any = "later", main: bool = True
) -> Decision:
    here = Side({"company": mine} if mine else {}, {"company": LATE})
    known = {"company": base} if base else {}
    return decide(
        TERMS, [Pair("company", "firm", way, wins)], known, here, Side({"firm": hers}, {"": EARLY}), main=main
    )


@pytest.mark.parametrize(
    ("mine", "hers", "base", "take_", "send"),
    [
        ("A", "A", None, None, None),  # they meet and agree
        ("A", "", None, None, "A"),
        (None, "B", None, "B", None),
        ("A", "A", ["A", "A"], None, None),
        ("A", " a ", ["A", "A"], None, None),  # the CRM has tidied it
        ("N", "A", ["A", "A"], None, "N"),
        ("A", "N", ["A", "A"], "N", None),
        (None, "A", ["A", "A"], None, ""),
        ("A", "", ["A", "A"], "", None),
        ("N", "N", ["A", "A"], None, None),  # both changed, to the same
        ("X", "Y", ["A", "A"], None, "X"),  # ours is later
    ],
)
def test_the_side_that_changed_is_heard(mine: Any, hers: str, base: Any, take_: Any, send: Any) -> None:
    made = decided(mine, hers, base)
    assert made.take == ({} if take_ is None else {"company": take_ or None})
    assert made.send == ({} if send is None else {"firm": send})


@pytest.mark.parametrize(("wins", "kept"), [("here", "here"), ("there", "there"), ("later", "here")])
def test_a_conflict_is_decided_by_the_rule(wins: str, kept: str) -> None:
    (clash,) = decided("X", "Y", ["A", "A"], wins=wins).conflicts
    assert (clash.here, clash.there, clash.kept) == ("X", "Y", kept)


def test_a_direction_is_kept() -> None:
    assert decided("X", "A", ["A", "A"], way="in").send == {}
    assert decided("A", "Y", ["A", "A"], way="out").take == {}
    assert decided("X", "Y", ["A", "A"], way="in").take == {"company": "Y"}
    assert decided("X", "Y", ["A", "A"], way="out").send == {"firm": "X"}
    assert decided("X", "Y", None, way="in").take == {"company": "Y"}


def test_a_contact_of_somebody_merged_may_say_something_and_is_never_written_to() -> None:
    assert decided("X", "A", ["A", "A"], main=False).send == {}
    said = decided("X", "Y", ["A", "A"], main=False)
    assert said.take == {"company": "Y"}
    assert said.known["company"] == ["A", "A", "Y"]  # after an undo it is still a change, and theirs
    assert decided("X", "Y", said.known["company"], main=False).take == {}
    assert decided("A", "Y", said.known["company"]).take == {"company": "Y"}


CHOICE = Property("c", "Country", "choice", (("kr", "South Korea"), ("de", "Germany")))


@pytest.mark.parametrize(
    ("field", "offered", "value", "text"),
    [
        ("region", Property("c", "Country"), "KR", "South Korea"),
        ("region", CHOICE, "DE", "de"),
        ("language", Property("l", "Language", "choice", (("en-us", "English"), ("ko", "Korean"))), "ko", "ko"),
        ("fields.points", Property("p", "Points", "number"), 3.5, "3.5"),
        ("fields.vip", Property("v", "VIP", "bool"), True, "true"),
        ("fields.grade", Property("g", "Grade", "choice", (("g1", "Gold"), ("s1", "Silver"))), "Gold", "g1"),
        ("fields.born", Property("b", "Born", "date"), "1990-05-01", "1990-05-01"),
    ],
)
def test_a_value_and_back_again(field: str, offered: Property, value: Any, text: str) -> None:
    kinds = {"points": "number", "vip": "bool", "grade": "choice", "born": "date"}
    fields = {f"fields.{n}": Defined(1, n, n, kind, ("Gold", "Silver")) for n, kind in kinds.items()}
    terms = Terms(fields, {offered.name: offered})
    assert give(terms, field, offered.name, value) == text
    assert take(terms, field, offered.name, text) == value


def test_what_fits_nowhere_is_a_problem_of_that_field_alone() -> None:
    terms = Terms({}, {"c": CHOICE, "firm": Property("firm", "Firm")})
    pairs = [Pair("region", "c"), Pair("company", "firm")]
    made = decide(terms, pairs, {}, Side({"region": "JP", "company": "A"}, {}), Side({}, {}), main=True)
    assert [name for name, _why in made.problems] == ["region"]
    assert made.send == {"firm": "A"}


def test_guesses_are_by_what_the_crm_says_and_by_what_fields_are_called() -> None:
    offered = [Property("n", "Name"), Property("x", "Points", "number"), Property("t", "Grade", fixed=True)]
    fields = [
        Defined(1, "points", "포인트", "number"),
        Defined(2, "grade", "등급", "text"),
        Defined(3, "vip", "VIP", "bool"),
    ]
    made = guess(fields, offered, {"name": "n", "company": "gone"})
    assert [(one.field, one.theirs, one.way) for one in made] == [
        ("name", "n", "both"),
        ("fields.points", "x", "both"),
        ("fields.grade", "t", "in"),
    ]


@pytest.mark.parametrize(
    "pairs",
    [
        [],
        [Pair("nothing", "n")],
        [Pair("name", "nothing")],
        [Pair("name", "n", "sideways")],  # type: ignore[arg-type]
        [Pair("name", "fixed", "both")],
        [Pair("name", "n"), Pair("company", "n")],
        [Pair("fields.vip", "number")],
    ],
)
def test_a_mapping_that_cannot_be_is_refused(pairs: list[Pair]) -> None:
    offered = [Property("n", "Name"), Property("fixed", "Fixed", fixed=True), Property("number", "N", "number")]
    with pytest.raises(Refused):
        judge(pairs, [Defined(1, "vip", "VIP", "bool")], offered)
