"""Words looked for in one conversation, however long it is and however they are spaced. The browser marks them by the
same rule (``static/js/desk/find.js``)."""

from __future__ import annotations

import re
import unicodedata

from sqlalchemy import func, select

from madang.conversations.models import Attachment, Conversation, Message
from madang.conversations.scheduling import SAID
from madang.lib.postgres import Tx
from madang.staff.permissions import Viewer, permit

READ = 5_000  # messages that are looked through, the newest
MOST = 500  # hits that are told
LONGEST = 100  # letters asked for
FIRST, EACH, VOWEL = 0xAC00, 588, 28  # 가; syllables of one consonant, and of one consonant and vowel
JAMO = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"


def pattern(asked: str) -> re.Pattern[str] | None:
    """Spaces do not matter, ㅎㅂ finds 환불, a last syllable without an end finds what it begins. None for nothing."""
    letters = re.sub(r"\s+", "", unicodedata.normalize("NFC", asked))[:LONGEST]
    if not letters:
        return None
    parts = [_one(letter, place == len(letters) - 1) for place, letter in enumerate(letters)]
    return re.compile(r"\s*".join(parts), re.IGNORECASE)


def _one(letter: str, last: bool) -> str:
    if letter in JAMO:
        return f"[{letter}{_range(FIRST + JAMO.index(letter) * EACH, EACH)}]"
    code = ord(letter) - FIRST
    if last and 0 <= code < 11_172 and code % VOWEL == 0:
        return f"[{_range(FIRST + code, VOWEL)}]"
    return re.escape(letter)


def _range(start: int, many: int) -> str:
    return f"{chr(start)}-{chr(start + many - 1)}"


async def find(tx: Tx, viewer: Viewer, conversation_id: int, asked: str) -> tuple[list[int], bool]:
    """The messages that say it, the newest first, and whether there may be more than were looked through or told."""
    permit(viewer, "conversation.read")
    sought = pattern(asked)
    if sought is None:
        return [], False
    names = select(func.string_agg(Attachment.name, " ")).where(Attachment.message_id == Message.id).scalar_subquery()
    query = (
        select(Message.id, Message.text, names)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(Message.conversation_id == conversation_id, Message.id >= Conversation.first_id)
        .where(viewer.scope.where(Conversation), Message.deleted_at.is_(None), SAID)
        .order_by(Message.id.desc())
        .limit(READ)
    )
    rows = (await tx.execute(query)).all()
    hits = [row[0] for row in rows if sought.search(unicodedata.normalize("NFC", f"{row[1]}\n{row[2] or ''}"))]
    return hits[:MOST], len(rows) == READ or len(hits) > MOST
