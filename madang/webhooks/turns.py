"""The fields of a conversation's turns (``turn_shapes``), out of what the event says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from madang.events.record import BY_TOKEN
from madang.lib import trace
from madang.webhooks import turn_shapes as shapes
from madang.webhooks.shapes import EventNamed

Told = Mapping[str, Any]


def _assigned(told: Told) -> dict[str, Any]:
    what, before = ("team", "before_team") if "team" in told else ("assignee", "before")
    return {"what": what, "to": told[what], "before": told.get(before)}


def _snoozed(told: Told) -> dict[str, Any]:
    return {name: datetime.fromisoformat(told[name]) if told.get(name) else None for name in ("until", "before")}


def _joined(told: Told) -> dict[str, Any]:
    ends = {"from_conversation_id": told["from"], "into_conversation_id": told["into"]}
    return ends | {"messages": told["messages"]}


def _moved(told: Told) -> dict[str, Any]:
    return {"from_conversation_id": told["from"], "to_conversation_id": told["to"], "messages": told["messages"]}


def _macro(told: Told) -> dict[str, Any]:
    changed = told.get("changed", told.get("stays", []))
    used = {"run": told["run"], "steps": told.get("steps", []), "changed": changed}
    return {"macro": EventNamed(told["macro"], told["name"])} | used


def _guide(told: Told) -> dict[str, Any]:
    return {"guide": EventNamed(told["guide"], told["name"]) if told.get("guide") else None}


TURNS: dict[type[Any], Callable[[Told], dict[str, Any]]] = {
    shapes.ConversationAssignedData: _assigned,
    shapes.ConversationTaggedData: lambda told: {"tags": told["tags"], "before": told.get("before", [])},
    shapes.SplitData: lambda told: {"from_conversation_id": told["from"], "messages": told["messages"]},
    shapes.SnoozedData: _snoozed,
    shapes.WokenData: lambda told: {"why": told["why"]},
    shapes.PrioritisedData: lambda told: {"priority": told["priority"], "before": told["before"]},
    shapes.FollowedData: lambda told: {"colleague": told["user"], "follows": told["follows"]},
    shapes.FilledData: lambda told: {"fields": sorted(told.keys() - {trace.KEY, BY_TOKEN})},
    shapes.JoinedData: _joined,
    shapes.MovedData: _moved,
    shapes.LinkedData: lambda told: {"other_conversation_id": told["other"]},
    shapes.MacroData: _macro,
    shapes.GuideData: _guide,
    shapes.TickData: lambda told: _guide(told) | {"item": told["item"], "says": told["says"]},
}
