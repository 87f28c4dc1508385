"""Do steps, in one transaction, through the verbs that people use: with their permissions, locks and events."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from madang.conversations.actions import note, reply
from madang.conversations.actions.files import add_upload
from madang.conversations.rows import File
from madang.conversations.scheduling import Later
from madang.conversations.steps import outlook, verbs
from madang.conversations.steps.facts import Facts, facts
from madang.conversations.steps.vocabulary import STEPS, TEXTS, Known, Step, texts
from madang.lib.errors import Refused
from madang.lib.postgres import Tx
from madang.staff.permissions import Scope, Viewer, permit

# What is written down of a conversation before and after, so that it can be taken back.
KEPT = ("assignee_id", "team_id", "status", "tags", "priority", "snoozed_until", "fields", "following")


@dataclass(frozen=True, slots=True)
class Done:
    """What came of it. ``changed``: what was so before, and what is so now, by name; ``opens``: a guide to be shown."""

    messages: list[int] = field(default_factory=list)
    changed: dict[str, list[Any]] = field(default_factory=dict)
    opens: int | None = None


async def run(
    tx: Tx,
    viewer: Viewer,
    conversation_id: int,
    steps: Sequence[Step],
    known: Known,
    key: uuid.UUID,
    *,
    files: Mapping[str, File] | None = None,
    said: bool = False,
    language: str = "",
    later: Later | None = None,
) -> Done:
    """Do them all or none: words first, the rest in order. ``said``: her answer is written already, without its step.

    ``files`` are those the texts name, by key; ``later``: when an answer leaves. Raises Refused where a step cannot be
    done, NotPermitted, NotFound.
    """
    for step in steps:
        permit(viewer, STEPS[step["do"]].verb)
    before = await facts(tx, viewer, conversation_id)
    messages: list[int] = []
    opens: int | None = None
    for number, step in sorted(enumerate(steps), key=lambda one: _turn(one[1])):
        if step["do"] in TEXTS:
            if not (said and step["do"] == "say"):
                one = uuid.uuid5(key, str(number))
                messages.append(await _say(tx, viewer, before, step, one, files or {}, language, later))
        elif step["do"] == "guide":
            opens = step["guide"] if step["guide"] in known.guides else None
        else:
            await verbs.DO[step["do"]](tx, viewer, conversation_id, step)
    after = await facts(tx, _everywhere(viewer), conversation_id)
    return Done(messages, _changed(before, after), opens)


def _turn(step: Step) -> int:
    """Words first, who holds it last, a colleague after a team: it may leave her sight with that."""
    if step["do"] in TEXTS:
        return 0
    if step["do"] != "assign":
        return 1
    return 2 if step["to"].startswith("team:") else 3


def _everywhere(viewer: Viewer) -> Viewer:
    """To look at what she has done, where it has left her sight with that."""
    return replace(viewer, scope=Scope(viewer.user_id))


async def _say(
    tx: Tx,
    viewer: Viewer,
    one: Facts,
    step: Step,
    key: uuid.UUID,
    files: Mapping[str, File],
    language: str,
    later: Later | None,
) -> int:
    _language, filled = one.say(texts(step), language)
    if filled.missing:
        raise Refused(outlook.missing_words(filled.missing), "steps")
    if step["do"] == "note":
        return await note(tx, viewer, one.id, text=filled.text, client_key=key)
    uploads = await attach(tx, viewer, [files[name] for name in step.get("files", ()) if name in files])
    return await reply(tx, viewer, one.id, text=filled.text, client_key=key, uploads=uploads, marks=True, later=later)


async def attach(tx: Tx, viewer: Viewer, files: Sequence[File]) -> list[str]:
    """Make kept files wait for a message of hers; returns their keys."""
    return [await add_upload(tx, viewer.actor, one.name, one.mime, one.sha256, one.size) for one in files]


def _changed(before: Facts, after: Facts) -> dict[str, list[Any]]:
    both = ((name, _kept(before, name), _kept(after, name)) for name in KEPT)
    return {name: [was, now] for name, was, now in both if was != now}


def _kept(one: Facts, name: str) -> Any:
    """As JSON keeps it."""
    value = getattr(one, name)
    if isinstance(value, tuple):
        return list(value)
    return value.isoformat() if isinstance(value, datetime) else value


async def undo(tx: Tx, viewer: Viewer, conversation_id: int, changed: Mapping[str, Sequence[Any]]) -> list[str]:
    """Put back what is still as the steps left it; returns the names of what is not, and stays.

    What was said stays said. Raises NotPermitted and NotFound as the verbs do.
    """
    now = await facts(tx, viewer, conversation_id)
    stays = [name for name, (_was, made) in changed.items() if _kept(now, name) != made and name != "tags"]
    for name in sorted(set(changed) - set(stays), key=KEPT[::-1].index):  # who holds it last
        was, made = changed[name]
        await verbs.BACK[name](tx, viewer, now, was, made)
    return stays
