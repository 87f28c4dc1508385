"""What the settings show of a CRM: its state in words, its figures, what could not be synced, its mapping."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row

from madang.crm import pairs, queries
from madang.crm.account import offered
from madang.crm.models import State
from madang.crm.pairs import Pair
from madang.customers import defined
from madang.customers.queries import names as customer_names
from madang.lib.language import gettext
from madang.lib.language import marked as _
from madang.lib.postgres import Tx
from madang.staff.permissions import Viewer

STATES = {
    State.MAPPING: (_("To be mapped"), ""),
    State.CHECKING: (_("Being looked through"), ""),
    State.CHECKED: (_("Looked through"), ""),
    State.FILLING: (_("Being brought in step"), ""),
    State.LIVE: (_("In step"), "ok"),
}
COUNTS = {
    "linked": _("Customers found to be a contact"),
    "made_here": _("Customers made here"),
    "made_there": _("Contacts made there"),
    "changed_here": _("Changed here"),
    "changed_there": _("Changed there"),
    "same": _("The same on both sides"),
    "conflicts": _("Decided because both had changed"),
    "gone": _("Contacts deleted there"),
    "skipped": _("Contacts left out"),
    "unreachable": _("Customers without a proven e-mail address"),
    "problems": _("With a value that does not fit"),
    "refused": _("Refused by the CRM"),
}
WAYS = {"both": _("Both ways"), "in": _("Only in"), "out": _("Only out")}
WINS = {"later": _("The later change"), "here": _("What is here"), "there": _("What is there")}


def state_of(row: Row[Any]) -> tuple[str, str]:
    """(words, tone)."""
    if row.paused_at is not None:
        return gettext(_("Paused")), "bad" if row.problem else "warn"
    if row.problem:
        return gettext(_("Does not work now")), "warn"
    words, tone = STATES[State(row.state)]
    return gettext(words), tone


async def overview(tx: Tx, viewer: Viewer, row: Row[Any]) -> dict[str, Any]:
    """Everything of its page but the set-up."""
    stuck = await queries.stuck(tx, viewer, row.id)
    whose = await customer_names(tx, {one.customer_id for one in stuck if one.customer_id})
    labels = {name: gettext(label) for name, label in pairs.names(await defined.fields(tx)).items()}
    there = {one.name: one.label for one in offered(row.properties)}
    lines = [
        (labels.get(one.field, one.field), there.get(one.theirs, one.theirs), one) for one in pairs.read(row.mapping)
    ]
    counts: Mapping[str, int] = row.checked if row.state in (State.CHECKING, State.CHECKED) else row.counts
    return {
        "state": state_of(row),
        "figures": await queries.figures(tx, row.id),
        "counts": [(gettext(label), counts[name]) for name, label in COUNTS.items() if counts.get(name)],
        "stuck": stuck,
        "whose": whose,
        "labels": labels,
        "lines": lines,
        "WAYS": WAYS,
        "WINS": WINS,
    }


async def mapping(tx: Tx, row: Row[Any], typed: tuple[list[Pair], dict[str, Any]] | None) -> dict[str, Any]:
    """A line a field, with what is chosen; and what may be."""
    fields = await defined.fields(tx)
    kinds = {f"{pairs.CUSTOM}{one.name}": one.kind for one in fields}
    there = offered(row.properties)
    chosen, options = typed or (pairs.read(row.mapping), row.options)
    by_field = {one.field: one for one in chosen}
    lines = [
        {
            "field": name,
            "label": gettext(label),
            "pair": by_field.get(name) or Pair(name, ""),
            "offered": [one for one in there if pairs.fits(kinds.get(name, "text"), one)],
        }
        for name, label in pairs.names(fields).items()
    ]
    return {"lines": lines, "options": options, "WAYS": WAYS, "WINS": WINS}
