"""What LINE's message objects look like on a phone, and which it refuses. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from madang.channels.connector import Button
from madang.channels.playing import Bubble, Refused, Shown

MOST = {"quickReply": 13, "actions": 4}
MIMES = {"image": "image/jpeg", "video": "video/mp4", "audio": "audio/mp4"}


def refuse(message: str, *details: tuple[str, str], status: int = 400) -> Refused:
    """An error as LINE writes it."""
    body: dict[str, Any] = {"message": message}
    if details:
        body["details"] = [{"message": why, "property": where} for where, why in details]
    return Refused(status, body)


def check(messages: Any) -> Sequence[Mapping[str, Any]]:
    """The message objects of a request; raises :class:`Refused` as LINE does."""
    if not isinstance(messages, list) or not 1 <= len(messages) <= 5:
        raise refuse("The request body has 1 error(s)", ("messages", "Size must be between 1 and 5"))
    problems = [
        (f"messages[{n}].{where}", why) for n, one in enumerate(messages) for where, why in _problems(dict(one))
    ]
    if problems:
        raise refuse(f"The request body has {len(problems)} error(s)", *problems)
    return messages


def _problems(one: dict[str, Any]) -> list[tuple[str, str]]:
    kind, name = one.get("type"), one.get("sender", {}).get("name", "")
    if len(name) > 20 or "line" in name.lower():
        return [("sender.name", "The value is not allowed")]
    items = one.get("quickReply", {}).get("items", [])
    found = [("quickReply.items", "Size must be between 1 and 13")] if len(items) > MOST["quickReply"] else []
    found += [bad for item in items for bad in _bad_action(item.get("action", {}))]
    if kind == "text":
        size = len(str(one.get("text", "")).encode("utf-16-le")) // 2
        return found + ([] if 1 <= size <= 5000 else [("text", "Length must be between 1 and 5000")])
    if kind == "template":
        template = one.get("template", {})
        if not 1 <= len(template.get("actions", [])) <= MOST["actions"]:
            found.append(("template/actions", "Size must be between 1 and 4"))
        if not 1 <= len(template.get("text", "")) <= 160:
            found.append(("template/text", "Length must be between 1 and 160"))
        return found + [bad for action in template.get("actions", []) for bad in _bad_action(action)]
    if kind not in MIMES:
        return [("type", "unknown message type")]
    wanted = ["originalContentUrl"] + (["duration"] if kind == "audio" else ["previewImageUrl"])
    found += [(name, "May not be empty") for name in wanted if not one.get(name)]
    return found + [
        (name, "Must be https") for name in wanted if name.endswith("Url") and not _reachable(one.get(name))
    ]


def _bad_action(action: Mapping[str, Any]) -> list[tuple[str, str]]:
    found = [] if 1 <= len(action.get("label", "")) <= 20 else [("label", "Length must be between 1 and 20")]
    if action.get("type") == "postback" and not 1 <= len(action.get("data", "")) <= 300:
        found.append(("data", "Length must be between 1 and 300"))
    return found


def _reachable(url: Any) -> bool:
    """https, as LINE wants it; on loopback there are no certificates."""
    parts = urlsplit(str(url or ""))
    return parts.scheme == "https" or parts.hostname in ("127.0.0.1", "localhost", "::1")


def bubble(number: str, one: Mapping[str, Any]) -> Bubble:
    """One message object as the phone shows it."""
    actions = [item["action"] for item in one.get("quickReply", {}).get("items", [])]
    if one["type"] == "template":
        actions = one["template"]["actions"]
    made = Bubble(number, False, author=str(one.get("sender", {}).get("name", "")))
    made.buttons = tuple(
        Button(action["label"], str(action.get("data", "")), str(action.get("uri", ""))) for action in actions
    )
    if one["type"] in MIMES:
        url = str(one["originalContentUrl"])
        made.files = (Shown(url.rpartition("/")[2], MIMES[one["type"]], url=url),)
        return made
    made.text = one["template"]["text"] if one["type"] == "template" else one["text"]
    made.kind = "template" if one["type"] == "template" else ""
    return made
