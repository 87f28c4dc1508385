"""What the desk says of how good the customers' data is: each number, what it means, and why somebody is behind it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

from babel.dates import format_skeleton

from madang.conversations.quality.judging import Judged
from madang.conversations.quality.queries import Report
from madang.conversations.quality.rows import MISSING
from madang.desk.ledger_words import grouped
from madang.desk.people_words import field_name
from madang.lib.language import gettext, ngettext, reader
from madang.lib.language import marked as _
from madang.lib.moments import ago

NAMES = {
    "unreachable": (_("Unreachable"), _("No proven address to which a channel in use can write.")),
    "unproven": (
        _("Unproven"),
        _("Nothing is proven but a browser: anybody could have said the rest."),
    ),
    "stale": (
        _("Stale"),
        _("Nothing heard for %(months)s months, or what we wrote came back and nothing was heard since."),
    ),
    "conflicting": (
        _("Conflicting"),
        _("Two have proved the same address, or sources disagree on a field."),
    ),
    "duplicate": (_("Perhaps double"), _("Somebody should decide whether they are somebody else too.")),
    "merged": (_("Merged"), _("Found to be somebody else in the last 30 days.")),
}
FIELDS = {"name": _("Name"), "email": _("E-mail"), "phone": _("Phone")}  # the others as on a customer's page


@dataclass(frozen=True, slots=True)
class Reason:
    """Why somebody is behind a number, and where that can be mended."""

    why: str
    link: str
    act: str


def title(what: str, labels: dict[str, str]) -> str:
    """The heading of a list."""
    if what.startswith(MISSING):
        name = what.removeprefix(MISSING)
        return gettext("Without: %(field)s") % {"field": labels.get(name) or label(name)}
    return gettext(NAMES[what][0])


def meaning(what: str, months: int) -> str:
    """What a number counts."""
    if what.startswith(MISSING):
        return gettext("Nothing stands in this field.")
    return gettext(NAMES[what][1]) % {"months": months or 12}


def label(name: str) -> str:
    """A field every customer has."""
    return gettext(FIELDS[name]) if name in FIELDS else field_name(name)


def day_of(day: date) -> str:
    """A day without its year: 22 Nov."""
    return str(format_skeleton("MMMd", datetime.combine(day, time()), locale=reader().language))


def reasons(one: Judged, what: str, labels: dict[str, str]) -> list[Reason]:
    """Why she is in the list, each with what mends it."""
    here = f"/customers/{one.id}"
    if what in ("conflicting", "duplicate"):
        return _doubts(one, what, labels)
    if what == "stale":
        return [Reason(why, here, gettext("Look at her")) for why in _silence(one)]
    if what == "merged":
        told = ngettext("%(num)d was merged, last %(ago)s", "%(num)d were merged, last %(ago)s", one.merges)
        when = ago(one.merged_at) if one.merged_at else ""
        return [Reason(told % {"num": one.merges, "ago": when}, f"{here}#merges", gettext("Look at the merges"))]
    if what.startswith(MISSING):
        return [Reason("", f"{here}#fields-head", gettext("Fill in"))]
    return [Reason(_unproven(one), f"{here}#addresses-head", gettext("Prove or add an address"))]


def _doubts(one: Judged, what: str, labels: dict[str, str]) -> list[Reason]:
    made: list[Reason] = []
    if one.question and (what == "duplicate" or one.asked):
        told = ngettext("%(num)d open question", "%(num)d open questions", one.questions)
        proved = gettext("Both proved the same address") if one.asked else told % {"num": one.questions}
        made.append(Reason(proved, f"/suggestions/{one.question}", gettext("Decide")))
    if one.differs and what == "conflicting":
        names = ", ".join(labels.get(name) or labels.get(f"fields.{name}") or label(name) for name in one.disagree)
        told = gettext("Sources disagree: %(fields)s") % {"fields": names}
        made.append(Reason(told, f"/customers/{one.id}#fields-head", gettext("Correct it")))
    return made


def _silence(one: Judged) -> list[str]:
    made = []
    if one.silent and one.seen_at:
        made.append(gettext("Last heard %(ago)s") % {"ago": ago(one.seen_at)})
    elif one.silent:
        made.append(gettext("Never heard, known since %(ago)s") % {"ago": ago(one.created_at)})
    if one.returned:
        made.append(gettext("Came back: %(address)s") % {"address": ", ".join(one.returned_from[:3])})
    return made


def _unproven(one: Judged) -> str:
    if set(one.kinds) - {"cookie"}:
        return gettext("No channel in use writes to what is proven")
    if one.said:
        return gettext("Only said: %(address)s") % {"address": ", ".join(one.said[:3])}
    return gettext("A browser only") if one.kinds else gettext("No address at all")


def share(report: Report, n: int) -> str:
    """Of all customers, in words."""
    part = 100 * report.share(n)
    if not n:
        return "0%"
    if part < 0.1:
        return "< 0.1%"
    return f"{part:.1f}%" if part < 10 else f"{part:.0f}%"


def change(report: Report, what: str) -> tuple[str, str]:
    """What it was 30 days ago or as early as it was counted: words and tone; empty when there is nothing to compare."""
    some = [one for one in report.trend[what][-31:] if one is not None]
    if len(some) < 2:
        return "", ""
    more = some[-1] - some[0]
    if not more:
        return gettext("unchanged in 30 days"), ""
    told = gettext("%(n)s more than 30 days ago") if more > 0 else gettext("%(n)s fewer than 30 days ago")
    return told % {"n": grouped(abs(more))}, "" if what == "merged" else "warn" if more > 0 else "ok"
