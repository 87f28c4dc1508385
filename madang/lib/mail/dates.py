"""Date fields, from the strict to the absurd."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

ZONES = re.compile(r"\b(KST|JST|CST-8|HKT|SGT|IST|CET|CEST|BST)\b(?!\))")
OFFSET = {"KST": "+0900", "JST": "+0900", "HKT": "+0800", "SGT": "+0800", "CST-8": "+0800"}
OFFSET |= {"IST": "+0530", "CET": "+0100", "CEST": "+0200", "BST": "+0100"}
COLON = re.compile(r"(?:GMT|UTC)?\s*([+-]\d{2}):(\d{2})\b")
FIRST_YEAR, LAST_YEAR = 1900, 9998  # beyond them a change of zone may leave the calendar


def parse_date(text: str) -> datetime | None:
    """An aware time with the sender's offset (UTC when none is told); None when it means nothing or is absurd."""
    found = by_mail_rules(text[:200]) or by_iso_rules(text[:200])
    if found is None or not FIRST_YEAR <= found.year <= LAST_YEAR:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def by_mail_rules(text: str) -> datetime | None:
    """RFC 5322, with the zone names and the colon that Asian systems write."""
    usual = COLON.sub(r" \1\2", ZONES.sub(lambda zone: OFFSET[zone[1]], text))
    try:
        return parsedate_to_datetime(usual)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def by_iso_rules(text: str) -> datetime | None:
    """RFC 3339 where RFC 5322 was due."""
    try:
        return datetime.fromisoformat(text.strip())
    except ValueError:
        return None
