"""What happened to a conversation, in a sentence each. Filters of the desk's templates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from madang.conversations.rows import TOLD
from madang.desk.records_words import entry_icon, money
from madang.lib import moments
from madang.lib.language import gettext, ngettext
from madang.lib.language import marked as _

PRIORITIES = {0: _("low"), 1: _("normal"), 2: _("high"), 3: _("urgent")}
FOLDED = 3  # so many in a row fold into one line
ICONS = {
    "conversation.closed": "circle-check",
    "conversation.reopened": "rotate-ccw",
    "conversation.merged": "merge",
    "conversation.unmerged": "undo-2",
    "conversation.moved": "corner-up-right",
    "conversation.linked": "link",
    "conversation.snoozed": "clock",
    "door.barred": "ban",
    "macro.used": "zap",
    "macro.undone": "undo-2",
}

TURNED = {  # why an answer takes another channel
    "": _("The answer goes out by %(channel)s instead"),
    "window": _("%(was)s does not reach the customer now: the answer goes out by %(channel)s"),
    "blocked": _("%(was)s does not lead to the customer any more: the answer goes out by %(channel)s"),
    "silence": _("Nobody knows whether it arrived by %(was)s: the answer goes out by %(channel)s"),
    "failed": _("It could not be sent by %(was)s: the answer goes out by %(channel)s"),
    "invalid": _("%(was)s does not take it: the answer goes out by %(channel)s"),
    "policy": _("%(was)s does not allow it: the answer goes out by %(channel)s"),
}

PLAIN = {  # what happened; when it ended
    "carry.offered": (_("%(who)s offered a link to carry on elsewhere"), ""),
    "door.barred": (_("The customer wants nothing more by %(channel)s"), ""),
    "door.opened": (_("The customer can be reached by %(channel)s again"), ""),
    "conversation.linked": (_("%(who)s linked another conversation"), ""),
    "conversation.unlinked": (_("%(who)s took a link to another conversation away"), ""),
    "carry.used": (_("The customer carries on by %(channel)s"), ""),
    "macro.used": (_("%(who)s used the macro “%(name)s”"), ""),
    "macro.undone": (_("%(who)s took the macro “%(name)s” back"), ""),
    "conversation.kept": (
        _("%(who)s: what the customer writes next belongs here"),
        _("%(who)s: what the customer writes next goes where it fits"),
    ),
}


def by_token(who: str, token: str) -> str:
    """Somebody's name, where a program did it in her name: both are said."""
    return gettext(_("%(who)s (by the token “%(token)s”)")) % {"who": who, "token": token}


def line_text(line: Any, names: Mapping[int, str], teams: Mapping[int, str], channels: Mapping[int, str]) -> str:
    """What happened, in a sentence. ``line`` has kind, actor, actor_name, data, and the token's name, if it was one."""
    if line.token:
        line = replace(line, actor_name=by_token(line.actor_name, line.token), token="")
    who = line.actor_name
    if line.kind == "conversation.closed":
        return gettext(_("%(who)s closed the conversation")) % {"who": who} if who else gettext(_("Closed by itself"))
    if line.kind == "conversation.reopened":
        if who:
            return gettext(_("%(who)s opened the conversation again")) % {"who": who}
        return gettext(_("Open again: the customer wrote"))
    if line.kind == "message.rerouted":
        return _rerouted(line, channels)
    if line.kind in ("conversation.moved", "conversation.moved_back"):
        return _moved(line)
    if line.kind in ("conversation.merged", "conversation.unmerged"):
        return _merged(line)
    if line.kind == TOLD:
        return _told(line)
    if line.kind in SAID:
        return SAID[line.kind](line, names)
    if line.kind in PLAIN:
        channel = channels.get(line.data.get("channel", 0), "")
        given = {"who": who or "Madang", "channel": channel, "name": line.data.get("name", "")}
        return gettext(PLAIN[line.kind][0 if line.data.get("keeps", True) else 1]) % given
    return _assigned(line, names, teams)


def _rerouted(line: Any, channels: Mapping[int, str]) -> str:
    """One step of the way to her: what did not lead there, why, and what is tried now."""
    names = {"was": channels.get(line.data.get("from", 0), ""), "channel": channels.get(line.data.get("to", 0), "")}
    why = str(line.data.get("why") or "")
    said = gettext(TURNED.get(why, TURNED[""])) % names
    template = line.data.get("template")
    if not template:
        return said
    return gettext(_("%(said)s, by the template “%(name)s”")) % {"said": said, "name": template}


def _moved(line: Any) -> str:
    """Messages that came or went. ``from`` and ``to`` are conversations."""
    given = {"who": line.actor_name or "Madang", "n": line.data.get("messages", 0)}
    if line.kind == "conversation.moved_back":
        return gettext(_("%(who)s moved the messages back")) % given
    if line.data.get("to") == line.conversation_id:
        return ngettext("%(who)s moved a message here", "%(who)s moved %(n)s messages here", given["n"]) % given
    return (
        ngettext(
            "%(who)s moved a message to another conversation",
            "%(who)s moved %(n)s messages to another conversation",
            given["n"],
        )
        % given
    )


def other_place(line: Any) -> int:
    """The conversation messages went to or came from, 0 where a line is about something else."""
    here, data = line.conversation_id, line.data
    if line.kind in ("conversation.linked", "conversation.unmerged"):
        return int(next((one for one in (data.get("other"), data.get("from")) if one and one != here), 0))
    if line.kind != "conversation.moved":
        return 0
    return int(next((one for one in (data.get("to"), data.get("from")) if one and one != here), 0))


def _assigned(line: Any, names: Mapping[int, str], teams: Mapping[int, str]) -> str:
    who = line.actor_name or "Madang"
    if "team" in line.data:
        team = teams.get(line.data["team"] or 0, "")
        text = _("%(who)s handed it to the team %(team)s") if team else _("%(who)s took it from its team")
        return gettext(text) % {"who": who, "team": team}
    to = line.data.get("assignee")
    if to is None:
        return gettext(_("%(who)s put it back: nobody has it")) % {"who": who}
    if line.actor == f"user:{to}":
        return gettext(_("%(who)s took the conversation")) % {"who": who}
    return gettext(_("%(who)s assigned it to %(name)s")) % {"who": who, "name": names.get(to, "")}


def _merged(line: Any) -> str:
    """One that came in, or is on its own again; of one that went, where it went."""
    given = {"who": line.actor_name or "Madang", "n": line.data.get("messages", 0)}
    if line.kind == "conversation.unmerged":
        return gettext(_("%(who)s undid the merge: they are two again")) % given
    text = ngettext(
        "%(who)s merged another conversation in: %(n)s message",
        "%(who)s merged another conversation in: %(n)s messages",
        given["n"],
    )
    return text % given


def _told(line: Any) -> str:
    """What she did elsewhere: an order, with what it was worth."""
    data = line.data
    worth = money(data["amount"], data["currency"]) if data.get("amount") and data.get("currency") else ""
    words = data.get("title") or gettext(_("Order"))
    return f"{words} · {worth}" if worth else str(words)


def _tagged(line: Any, _names: Mapping[int, str]) -> str:
    """Which tags came and which went."""
    now, before = set(line.data.get("tags") or []), set(line.data.get("before") or [])
    given = {"who": line.actor_name or "Madang", "came": ", ".join(sorted(now - before))}
    given["went"] = ", ".join(sorted(before - now))
    if given["came"] and given["went"]:
        return gettext(_("%(who)s added the tag %(came)s and removed %(went)s")) % given
    text = _("%(who)s added the tag %(came)s") if given["came"] else _("%(who)s removed the tag %(went)s")
    return gettext(text) % given


def _snoozed(line: Any, _names: Mapping[int, str]) -> str:
    """Until when."""
    given = {"who": line.actor_name or "Madang", "until": _moment(line.data.get("until"))}
    return gettext(_("%(who)s snoozed it until %(until)s")) % given


def _woken(line: Any, _names: Mapping[int, str]) -> str:
    """By its time, or by somebody."""
    if line.data.get("why") == "due" or not line.actor_name:
        return gettext(_("Back in the lists: its time has come"))
    return gettext(_("%(who)s took it back into the lists")) % {"who": line.actor_name}


def _prioritised(line: Any, _names: Mapping[int, str]) -> str:
    """How much it hurries."""
    word = gettext(PRIORITIES.get(line.data.get("priority", 1), PRIORITIES[1]))
    return gettext(_("%(who)s set the priority to %(word)s")) % {"who": line.actor_name or "Madang", "word": word}


def _moment(text: Any) -> str:
    try:
        return moments.moment(datetime.fromisoformat(str(text)))
    except ValueError:
        return str(text or "")


SAID = {
    "conversation.tagged": _tagged,
    "conversation.snoozed": _snoozed,
    "conversation.woken": _woken,
    "conversation.prioritised": _prioritised,
}


def line_icon(line: Any) -> str:
    """Its icon, '' for what needs none."""
    return entry_icon(line) if line.kind == TOLD else ICONS.get(line.kind, "")


def runs(items: Sequence[Any]) -> list[list[Any]]:
    """What is drawn as one: each message by itself, and several that happened in a row on one day."""
    made: list[list[Any]] = []
    for item in items:
        before: Any = made[-1][-1] if made else item
        joins = made and hasattr(item, "event_id") and hasattr(before, "event_id")
        joins = joins and moments.same_day(item.at, before.at)
        if joins:
            made[-1].append(item)
        else:
            made.append([item])
    return [part for some in made for part in ([some] if len(some) >= FOLDED else [[one] for one in some])]


FILTERS = {one.__name__: one for one in (line_icon, line_text, other_place, runs)}
