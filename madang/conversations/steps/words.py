"""Steps as people read them: one line each, in the reader's language."""

from __future__ import annotations

from madang.conversations.steps.vocabulary import PRIORITY_WORDS, Known, Step, texts
from madang.lib.language import gettext, ngettext, reader
from madang.lib.language import marked as _

SHORT = 60  # characters of a text that a line shows


def describe(step: Step, known: Known) -> str:
    """What a step does, in a line."""
    match step["do"]:
        case "say":
            return _said(_("Say “%(text)s”"), step) + _files(step)
        case "note":
            return _said(_("Leave the note “%(text)s”"), step)
        case "assign":
            return _assign(step["to"], known)
        case "tag":
            return gettext(_("Add the tags %(tags)s")) % {"tags": ", ".join(step["tags"])}
        case "untag":
            return gettext(_("Remove the tags %(tags)s")) % {"tags": ", ".join(step["tags"])}
        case "priority":
            return gettext(_("Priority: %(level)s")) % {"level": gettext(PRIORITY_WORDS[step["level"]])}
        case "snooze":
            return gettext(_("Snooze until: %(when)s")) % {"when": step["until"]}
        case "field":
            return _field(step, known)
        case "guide":
            gone = gettext(_("a guide that is gone"))
            return gettext(_("Open the guide %(name)s")) % {"name": known.guides.get(step["guide"], gone)}
    return gettext(_PLAIN[step["do"]])


_PLAIN = {
    "close": _("Close the conversation"),
    "reopen": _("Reopen the conversation"),
    "follow": _("Follow the conversation"),
}


def _said(sentence: str, step: Step) -> str:
    written = texts(step)
    words = " ".join((written.get(reader().language) or next(iter(written.values()), "")).split())
    return gettext(sentence) % {"text": words if len(words) <= SHORT else f"{words[: SHORT - 1]}…"}


def _files(step: Step) -> str:
    n = len(step.get("files", ()))
    return ngettext(" and %(n)s file", " and %(n)s files", n) % {"n": n} if n else ""


def _assign(to: str, known: Known) -> str:
    if to == "me":
        return gettext(_("Assign to whoever uses it"))
    if to == "nobody":
        return gettext(_("Assign to nobody"))
    if to == "team:none":
        return gettext(_("Take from every team"))
    sort, _colon, number = to.partition(":")
    names = known.people if sort == "user" else known.teams
    return gettext(_("Assign to %(name)s")) % {"name": names.get(int(number), gettext(_("somebody who has left")))}


def _field(step: Step, known: Known) -> str:
    one = known.fields.get(step["field"])
    name = one.label if one else step["field"]
    if "value" not in step:
        return gettext(_("Empty the field %(name)s")) % {"name": name}
    return gettext(_("%(name)s: %(value)s")) % {"name": name, "value": step["value"]}
