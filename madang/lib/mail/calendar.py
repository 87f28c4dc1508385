"""Invitations (RFC 5545) as one readable line, without words of any language."""

from __future__ import annotations

import re
from datetime import datetime

MAX_TEXT = 256 << 10
LINE = re.compile(r"^([A-Za-z-]+)((?:;(?:\"[^\"\n]*\"|[^:\"\n])*+)?):(.*)$", re.MULTILINE)
TZID = re.compile(r";TZID=\"?([^\";:]+)", re.IGNORECASE)
WANTED = ("SUMMARY", "DTSTART", "DTEND", "LOCATION", "STATUS")


def describe_calendar(text: str) -> str:
    """``📅 title · 2026-11-23 10:00–11:00 (Asia/Seoul) · place``; '' when there is no event in it."""
    unfolded = re.sub(r"\r?\n[ \t]", "", text[:MAX_TEXT])
    _, begin, event = unfolded.partition("BEGIN:VEVENT")
    if not begin:
        return ""
    found: dict[str, tuple[str, str]] = {}
    for name, parameters, value in LINE.findall(event.partition("END:VEVENT")[0]):
        if name.upper() in WANTED:
            found.setdefault(name.upper(), (parameters, value.strip()))
    cancelled = "METHOD:CANCEL" in unfolded or found.get("STATUS", ("", ""))[1] == "CANCELLED"
    pieces = [unescape(found["SUMMARY"][1]) if "SUMMARY" in found else "", when(found), place(found)]
    line = " · ".join(piece for piece in pieces if piece)
    return f"📅 {'✕ ' if cancelled else ''}{line}" if line else ""


def place(found: dict[str, tuple[str, str]]) -> str:
    return unescape(found["LOCATION"][1]) if "LOCATION" in found else ""


def unescape(value: str) -> str:
    """RFC 5545 text on one line."""
    plain = re.sub(r"\\([,;\\])", r"\1", re.sub(r"\\[nN]", " ", value))
    return " ".join(plain.split())[:200]


def when(found: dict[str, tuple[str, str]]) -> str:
    """The span in the zone the organiser wrote."""
    if "DTSTART" not in found:
        return ""
    start, zone = moment(*found["DTSTART"])
    end = moment(*found["DTEND"])[0] if "DTEND" in found else None
    if start is None:
        return ""
    if "T" not in found["DTSTART"][1]:
        return f"{start:%Y-%m-%d}"
    span = f"{start:%Y-%m-%d %H:%M}"
    if end is not None:
        span += f"–{end:%H:%M}" if end.date() == start.date() else f"–{end:%Y-%m-%d %H:%M}"
    return f"{span} ({zone})" if zone else span


def moment(parameters: str, value: str) -> tuple[datetime | None, str]:
    """A DATE or DATE-TIME and the name of its zone ('' when floating)."""
    match = TZID.search(parameters)
    zone = match[1].strip() if match else "UTC" if value.endswith("Z") else ""
    form = "%Y%m%dT%H%M%S" if "T" in value else "%Y%m%d"
    try:
        return datetime.strptime(value.rstrip("Z"), form), zone
    except ValueError:
        return None, ""
