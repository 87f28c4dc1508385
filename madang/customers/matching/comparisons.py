"""What is compared, and how closely it may agree. From this one list Splink's SQL and the Python scorer are made.

Fields of which one implies another stand in one comparison: a family shares name, telephone and home, and would be
taken for one person if each were counted by itself.
"""

from __future__ import annotations

from dataclasses import dataclass

from madang.customers.matching.conditions import Alike, Condition, Every, Known, Missing, Same, Shared, Slip, Some


@dataclass(frozen=True, slots=True)
class Level:
    """How closely two records agree in one field. ``rare`` names a column whose rare values weigh more.

    ``when`` None: whatever no level before it says. ``counts`` False: it says nothing, its weight is 0.
    """

    name: str
    when: Condition | None = None
    rare: str = ""
    counts: bool = True


@dataclass(frozen=True, slots=True)
class Comparison:
    """A field, with its levels from the closest to none; the first that holds is meant.

    ``among_keyed``: it counts only for pairs that have a key in common anyway; pairs drawn at random say nothing of it.
    """

    field: str
    levels: tuple[Level, ...]
    among_keyed: bool = False


RAREST = 1e-4  # a value rarer than this counts as this rare: of a smaller share nobody can be sure

_GIVEN_ALONE = Every((Same("given"), Missing("family")))
_AT = Every((Same("street"), Same("house")))
_HOME = Every(
    (_AT, Some((Same("unit"), Missing("unit"))))
)  # one flat of a large building says much, the building little
_TOGETHER = Some((Shared("phones"), _HOME, Every((Alike("street", 0.881), Same("house"), Same("unit")))))
_AREA = Some((Same("town"), Same("postcode")))

NAME = Comparison(
    "name",
    (
        Level("initials", Every((Same("initials"), Some((Missing("given"), Missing("family")))))),
        Level("unknown", Every((Missing("given"), Missing("family"))), counts=False),
        Level("same", Same("called"), rare="called"),
        Level("another same", Shared("names")),
        Level("crossed", Every((Same("given", "family"), Same("family", "given")))),
        Level("given same, family alike", Every((Same("given"), Alike("family", 0.801)))),
        Level("family same, given a slip", Every((Same("family"), Slip("given", 0.781)))),
        Level("family same, given alike", Every((Same("family"), Alike("given", 0.881)))),
        Level("both alike", Every((Alike("given", 0.851), Alike("family", 0.851)))),
        Level("given same, family unknown", Some((_GIVEN_ALONE, Same("given", "alone"), Same("alone", "given")))),
        Level("given same", Same("given")),
        Level("alike", Some((Alike("given", 0.881), Alike("called", 0.881)))),
        Level("family same", Same("family")),
        Level("different"),
    ),
)

REACHED = Comparison(
    "reached",
    (
        Level(
            "unknown",
            Every((Missing("phone"), Some((Missing("street"), Missing("house"))), Missing("town"))),
            counts=False,
        ),
        Level("phone and home", Every((Shared("phones"), _HOME))),
        Level("phone", Shared("phones")),
        Level("flat", Every((_AT, Same("unit")))),
        Level("home", Every((_HOME, _AREA))),
        Level("home elsewhere", _HOME),
        Level(
            "street",
            Every((Alike("street", 0.881), Some((Same("house"), _AREA)), Some((Same("unit"), Missing("unit"))))),
        ),
        Level("building", _AT),
        Level("phone with a slip", Slip("phone", 0.961)),
        Level("postcode and town", Every((Same("town"), Same("postcode")))),
        Level("area", _AREA),
        Level("different"),
    ),
)

EMAIL = Comparison(
    "email",
    (
        Level("unknown", Some((Missing("email"), _TOGETHER)), counts=False),
        Level("same", Shared("emails")),
        Level("mailbox", Shared("mailboxes")),
        Level("slip", Slip("email", 0.881)),
        # People make addresses of their names: two of one name have addresses that look alike.
        Level("alike as the names", Every((Same("called"), Alike("email", 0.881))), counts=False),
        Level("alike", Alike("email", 0.881)),
        Level("different"),
    ),
)

# Whoever shares a telephone or a home may share a mailbox too: what it says beside those is learned from such pairs.
SHARED_EMAIL = Comparison(
    "email at home",
    (
        Level("same", Every((_TOGETHER, Shared("emails")))),
        Level("mailbox", Every((_TOGETHER, Shared("mailboxes")))),
        Level("alike", Every((_TOGETHER, Alike("email", 0.881)))),
        Level("different", Every((_TOGETHER, Known("email")))),
        Level("unknown", counts=False),
    ),
    among_keyed=True,
)

BIRTH = Comparison(
    "birth",
    (
        Level("unknown", Missing("birth"), counts=False),
        Level("same", Same("birth")),
        Level("slip", Slip("birth", 0.821)),
        Level("two slips", Slip("birth", 0.821, 2)),
        Level("different"),
    ),
)

NUMBER = Comparison(
    "number",
    (
        Level("unknown", Missing("number"), counts=False),
        Level("same", Same("number")),
        Level("slip", Slip("number", 0.821)),
        Level("two slips", Slip("number", 0.821, 2)),
        Level("different"),
    ),
)

COMPANY = Comparison(
    "company",
    (
        # Colleagues share the telephone and the address of their company: that is said already.
        Level("unknown", Some((Missing("company"), _TOGETHER)), counts=False),
        Level("same", Same("company"), rare="company"),
        Level("alike", Alike("company", 0.881)),
        Level("different"),
    ),
)

COMPARISONS = (NAME, REACHED, EMAIL, SHARED_EMAIL, BIRTH, NUMBER, COMPANY)
