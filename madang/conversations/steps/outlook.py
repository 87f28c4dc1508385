"""What steps would change in one conversation, before anybody does it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from madang.conversations.inbox.when import NotATime, when
from madang.conversations.steps import variables
from madang.conversations.steps.facts import Facts
from madang.conversations.steps.variables import Filled
from madang.conversations.steps.vocabulary import PRIORITY_WORDS, STEPS, TEXTS, Known, Step, texts
from madang.conversations.steps.words import describe
from madang.lib import moments
from madang.lib.language import gettext
from madang.lib.language import marked as _
from madang.staff.permissions import Viewer

State = Literal["will", "already", "cannot"]


@dataclass(frozen=True, slots=True)
class Change:
    """What one step would do. ``state``: it will, it is so already, or it cannot, for the reason ``why``.

    ``text`` is what would be said, in ``language``; ``missing`` what nobody knows of it; ``before`` what is so now.
    """

    do: str
    line: str
    state: State = "will"
    why: str = ""
    before: str = ""
    text: str = ""
    language: str = ""
    missing: tuple[str, ...] = ()
    gaps: tuple[int, ...] = ()
    files: tuple[str, ...] = ()

    @property
    def icon(self) -> str:
        """Of the vocabulary."""
        return STEPS[self.do].icon


def preview(viewer: Viewer, one: Facts, steps: Sequence[Step], known: Known, language: str = "") -> list[Change]:
    """One change for each step, in order. Nothing is written."""
    return [_change(viewer, one, step, known, language) for step in steps]


def _change(viewer: Viewer, one: Facts, step: Step, known: Known, language: str) -> Change:
    do, line = step["do"], describe(step, known)
    if not viewer.may(STEPS[do].verb):
        return Change(do, line, "cannot", gettext(_("Your role does not permit this.")))
    if do in TEXTS:
        spoken, filled = one.say(texts(step), language)
        return _said(do, line, spoken, filled, tuple(step.get("files", ())))
    gone = _gone(step, known)
    if gone:
        return Change(do, line, "cannot", gettext(gone))
    if do == "snooze":
        until = when(step["until"], datetime.now(UTC), viewer.timezone)
        return Change(do, gettext(_("Snooze until: %(when)s")) % {"when": moments.moment(until)})
    return Change(do, line, "already" if _already(viewer, one, step) else "will", before=_before(one, step, known))


def _said(do: str, line: str, language: str, filled: Filled, files: tuple[str, ...]) -> Change:
    state: State = "cannot" if filled.missing else "will"
    why = missing_words(filled.missing) if filled.missing else ""
    return Change(do, line, state, why, "", filled.text, language, filled.missing, filled.gaps, files)


def missing_words(missing: Sequence[str]) -> str:
    """What is not known of this customer, in a sentence."""
    names = ", ".join(gettext(variables.NAMES[one]) if one in variables.NAMES else one for one in missing)
    return gettext(_("Not known here: %(names)s. Fill it in yourself before you send.")) % {"names": names}


def _gone(step: Step, known: Known) -> str:
    """Why what a step names is no longer there, '' when it is."""
    if step["do"] == "field" and step["field"] not in known.fields:
        return _("This field is not there any more. Change the macro.")
    if step["do"] == "snooze" and not _moment(step):
        return _("Nobody can say when this is. Change the macro.")
    if step["do"] == "guide" and step["guide"] not in known.guides:
        return _("This guide is not there any more. Change the macro.")
    if step["do"] == "assign":
        sort, _colon, number = step["to"].partition(":")
        people: Mapping[int, str] = {"user": known.people, "team": known.teams}.get(sort, {})
        if number.isdecimal() and int(number) not in people:
            return _("This colleague or team is not there any more. Change the macro.")
    return ""


def _moment(step: Step) -> bool:
    try:
        return bool(when(step["until"], datetime.now(UTC), "UTC"))
    except NotATime:
        return False


def _already(viewer: Viewer, one: Facts, step: Step) -> bool:
    match step["do"]:
        case "assign":
            return _is_held(viewer, one, step["to"])
        case "tag":
            return set(step["tags"]) <= set(one.tags)
        case "untag":
            return not set(step["tags"]) & set(one.tags)
        case "priority":
            return bool(one.priority == step["level"])
        case "close":
            return one.status == "closed"
        case "reopen":
            return one.status == "open"
        case "follow":
            return one.following
    return False


def _is_held(viewer: Viewer, one: Facts, to: str) -> bool:
    if to.startswith("team:"):
        return to == f"team:{one.team_id or 'none'}"
    wanted = {"me": viewer.user_id, "nobody": None}.get(to, 0)
    return one.assignee_id == (int(to.partition(":")[2]) if wanted == 0 else wanted)


def _before(one: Facts, step: Step, known: Known) -> str:
    match step["do"]:
        case "assign" if step["to"].startswith("team:"):
            return known.teams.get(one.team_id or 0, "")
        case "assign":
            return known.people.get(one.assignee_id or 0, "")
        case "priority":
            return gettext(PRIORITY_WORDS[one.priority])
        case "field":
            value = one.fields.get(step["field"])
            return "" if value is None else str(value)
    return ""
