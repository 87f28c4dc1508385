"""Signatures at the end of what was written: the delimiter of old, phones and apps, business cards under a rule."""

from __future__ import annotations

import re

MAX_SIGNATURE = 20  # lines
DASHES = re.compile(r"--[ \t]?\Z")
DEVICE = re.compile(
    r"\s*(?:"
    r"(?:Sent|Enviado|Envoyé) (?:from|via|with|by) (?:my |the )?\S.{0,60}"
    r"|Get Outlook for \w+.{0,40}"
    r"|(?:(?:나의|내|저의) )?\S.{0,40}에서 (?:보냄|보낸 (?:메일|메시지|이메일)|보냈습니다|보냄)[.\s]*"
    r"|\S.{0,20}용 (?:Outlook|메일)(?:에서 보냄|을 다운로드|\s*다운로드| 받기|\s*앱 다운로드).{0,40}"
    r"|(?:iOS|Android|Windows|Mac)용 (?:Outlook|메일).{0,40}"
    r"|Outlook for (?:iOS|Android|Mac).{0,40}"
    r")(?:<[^<>]{1,200}>)?\s*\Z"
)
RULE = re.compile(r"\s*[-_=─━―*·]{4,}\s*\Z")
CARD = re.compile(
    r"(?:\b(?:Tel|Phone|Mobile|Fax|HP|H\.P|M|T|F|E|E-?mail|Mob)\b\s*[.:)]|전화|휴대폰|핸드폰|팩스|이메일|주소|연락처|직통"
    r"|\+?\d[\d ().-]{7,}\d|[^\s@<>]+@[^\s@<>]+\.\w)",
    re.IGNORECASE,
)


def cut_signature(lines: list[str]) -> list[str]:
    """``lines`` without the signature at their end; unchanged if nothing would be left."""
    kept = without_blank_end(lines)
    for cut in (cut_at_dashes, cut_device, cut_card, cut_device):
        shorter = without_blank_end(cut(kept))
        if any(line.strip() for line in shorter):
            kept = shorter
    return kept


def without_blank_end(lines: list[str]) -> list[str]:
    end = len(lines)
    while end and not lines[end - 1].strip():
        end -= 1
    return lines[:end]


def cut_at_dashes(lines: list[str]) -> list[str]:
    """``-- `` alone on a line (RFC 3676 §4.3), the blank at its end often lost."""
    for index in range(len(lines) - 1, max(-1, len(lines) - MAX_SIGNATURE - 1), -1):
        if DASHES.match(lines[index]):
            return lines[:index]
    return lines


def cut_device(lines: list[str]) -> list[str]:
    """``나의 iPhone에서 보냄`` and the like, as the last line."""
    return lines[:-1] if lines and len(lines[-1]) < 300 and DEVICE.match(lines[-1]) else lines


def cut_card(lines: list[str]) -> list[str]:
    """A rule, and below it a few short lines with a telephone number or an address."""
    for index in range(len(lines) - 2, max(-1, len(lines) - MAX_SIGNATURE - 1), -1):
        if RULE.match(lines[index][:200]):
            below = [line[:200] for line in lines[index + 1 :] if line.strip()]
            looks_right = any(CARD.search(line) for line in below) and max(map(len, below), default=0) < 120
            return lines[:index] if looks_right else lines
    return lines
