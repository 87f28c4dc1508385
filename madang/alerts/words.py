"""What a mail says: one line a thing, with what to do, in the language that was chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Literal

from madang.lib import language
from madang.lib.language import gettext, ngettext
from madang.lib.language import marked as _
from madang.lib.moments import moment

What = Literal["opened", "still", "over"]
LOCALE = Path(__file__).parents[1] / "locale"

TITLES = {
    "stopped": _("%(name)s has stopped"),
    "disconnected": _("%(name)s has no connection to its provider"),
    "silent": _("%(name)s has been silent for unusually long"),
    "waiting": _("%(name)s: deliveries wait to be taken in (%(count)s)"),
    "unsent": _("%(name)s: answers wait to be sent (%(count)s)"),
    "quarantined": _("%(name)s: deliveries in quarantine (%(count)s)"),
    "missing": _("%(name)s: deliveries are missing (%(count)s)"),
    "dead": _("“%(name)s” has laid events aside (%(count)s)"),
    "behind": _("“%(name)s” is behind (%(count)s min)"),
    "apart": _("%(name)s: customers and contacts are not kept in step"),
}
TODO = {
    "stopped": _("Nothing comes in or goes out by it until it is resumed. Settings, Channels shows why."),
    "disconnected": _("Nothing comes in by it until the connection is back. See the worker’s log, or its settings."),
    "silent": _("That may be chance. Send it a message yourself to be sure."),
    "waiting": _("Nothing is lost. See whether a worker runs and what its log says."),
    "unsent": _("Nothing is lost. Each thread says why its answer waits."),
    "quarantined": _("Nothing is lost. The ledger shows why they could not be understood."),
    "missing": _("The provider has counted them and we never got them. The ledger can ask for them again."),
    "dead": _("The ledger shows why, and tries them again after a fix."),
    "behind": _("Nothing is lost. See the worker’s log."),
    "apart": _("Nothing is lost: what changes waits. Settings, CRM shows why."),
}
HEADS: dict[What, str] = {"opened": _("New"), "still": _("Still so"), "over": _("Over")}


@dataclass(frozen=True, slots=True)
class Item:
    """One thing a mail tells of."""

    what: What
    kind: str
    facts: Mapping[str, Any]
    since: datetime
    until: datetime | None = None


@cache
def _ready() -> None:
    """A worker has read no translations yet."""
    language.learn([LOCALE])


def title(kind: str, facts: Mapping[str, Any]) -> str:
    """What is wrong, in the reader's language. Names are data: they are put in after the translation, once."""
    given = {"name": str(facts.get("name", "")), "count": str(facts.get("count", ""))}
    return gettext(TITLES.get(kind, _("%(name)s needs a look"))) % given


def mail(items: Sequence[Item], spoken: str, timezone: str, url: str) -> tuple[str, str]:
    """(subject, text)."""
    _ready()
    with language.speaking(spoken, timezone):
        return _subject(items), _body(items, url)


def test_mail(spoken: str, url: str) -> tuple[str, str]:
    """What a try says."""
    _ready()
    with language.speaking(spoken):
        said = gettext(_("This is a test: alerts of Madang reach you."))
        return gettext(_("Alerts reach you")), f"{said}\n\n{url}/settings/alerts\n"


def _subject(items: Sequence[Item]) -> str:
    first, wrong = items[0], [one for one in items if one.what != "over"]
    told = title(first.kind, first.facts)
    if not wrong:
        told = gettext(_("Over: %(what)s")) % {"what": told}
    if len(items) == 1:
        return told
    more = len(items) - 1
    return ngettext("%(what)s, and %(n)s more", "%(what)s, and %(n)s more", more) % {"what": told, "n": more}


def _body(items: Sequence[Item], url: str) -> str:
    parts: list[str] = []
    for what, head in HEADS.items():
        some = [one for one in items if one.what == what]
        if some:
            parts += [gettext(head).upper(), "", *(line for one in some for line in _lines(one))]
    return "\n".join([*parts, f"{url}/ledger", f"{url}/settings/alerts", ""])


def _lines(one: Item) -> list[str]:
    when = _when(one)
    lines = [f"- {title(one.kind, one.facts)}", f"  {when}"]
    if one.what != "over":
        lines += [f"  {gettext(str(one.facts['problem']))}"] if one.facts.get("problem") else []
        lines += [f"  {gettext(TODO.get(one.kind, ''))}"]
    return [*lines, ""]


def _when(one: Item) -> str:
    since = moment(one.since)
    if one.until is None:
        return gettext(_("since %(since)s")) % {"since": since}
    return gettext(_("from %(since)s to %(until)s")) % {"since": since, "until": moment(one.until)}
