"""What the desk says of things: states, reasons, addresses. Filters of its templates."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from babel import Locale, UnknownLocaleError
from babel.dates import format_datetime

from madang.channels.registry import entries
from madang.conversations.models import State
from madang.conversations.rows import File, Said
from madang.conversations.translating import seat
from madang.conversations.ways import Way
from madang.customers.queries import Address
from madang.lib.language import gettext, reader, zone
from madang.lib.language import marked as _
from madang.lib.script import language_of

TOGETHER = 600  # seconds within which one author's messages are drawn as one

STATES = {
    State.NONE: ("", "check", ""),
    State.QUEUED: ("queued", "clock", _("Sending…")),
    State.SENDING: ("sending", "clock", _("Sending…")),
    State.UNSURE: ("unsure", "circle-question-mark", _("Not sure it arrived")),
    State.SENT: ("sent", "check", _("Sent")),
    State.DELIVERED: ("delivered", "check-check", _("Delivered")),
    State.READ: ("read", "check-check", _("Read")),
    State.FAILED: ("failed", "circle-alert", _("Not sent")),
}

WHY = {
    "window": _("The time in which this channel lets us answer has passed. Choose another channel."),
    "blocked": _("The customer does not take messages from us on this channel."),
    "invalid": _("This address does not take the message."),
    "rate": _("The provider takes no more just now. It is tried again by itself."),
    "auth": _("The channel cannot sign in any more. The administrators have been told."),
    "down": _("The provider cannot be reached. It is tried again by itself."),
    "policy": _("The provider does not allow this message."),
    "unsure": _("The connection broke while it was being sent. Ask the customer before you send it again."),
}

CAN = {
    "html": _("formatted text"),
    "image": _("pictures"),
    "file": _("files"),
    "buttons": _("buttons"),
    "delivered": _("delivery receipts"),
    "read": _("read receipts"),
    "typing": _("typing"),
    "initiate": _("can write first"),
    "verify": _("one-time codes"),
}

ADDRESS_ICONS = {"email": "mail", "phone": "phone", "account": "badge-check", "cookie": "cookie", "scoped": "at-sign"}
FILE_ICONS = {"video": "file-video", "text": "file-text", "image": "file-image"}
MANY = 9  # files of one message that are seen at once
SIGNATURE_PICTURE = 10_000  # bytes: smaller inline pictures of a mail are logos
_ANSWER = re.compile(r"^(?:\s*(?:re|aw|fw|fwd|회신|답장|전달)\s*[:：])+", re.IGNORECASE)


def state_name(state: State) -> str:
    """The state as stylesheets and scripts call it."""
    return STATES[state][0]


def state_icon(state: State) -> str:
    """Its icon."""
    return STATES[state][1]


def state_word(state: State) -> str:
    """Its word."""
    return gettext(STATES[state][2])


def why_text(message: Said) -> str:
    """Why it was not sent or waits, in plain words; '' when there is nothing to say."""
    if message.direction != "out" or message.state in (State.SENT, State.DELIVERED, State.READ):
        return ""
    words = gettext(WHY.get("unsure" if message.state == State.UNSURE else message.why, ""))
    detail = gettext(message.problem.strip())
    return f"{words} ({detail})" if words and detail else words or detail


def joins(message: Said, before: Said | None) -> bool:
    """Whether its bubble stands close under the one before: same author, same channel, soon after."""
    if before is None or message.direction == "note":
        return False
    same = (message.direction, message.author_id, message.author) == (before.direction, before.author_id, before.author)
    return same and same_way(message, before) and (message.at - before.at).total_seconds() < TOGETHER


def same_way(message: Said, before: Said | None) -> bool:
    """Whether it came by the channel of the message before it."""
    return before is not None and message.channel == before.channel


def lang_of(message: Said) -> str:
    """BCP 47 of its text, for line breaking and screen readers."""
    return language_of(message.text) or reader().language


def translatable(message: Said) -> bool:
    """Whether it has a place for its translation: hers, in another language, where somebody can translate."""
    return message.direction == "in" and seat.wanted(language_of(message.text) or "", reader().language)


def plain_subject(subject: str) -> str:
    """Without Re: and its like, to compare."""
    return _ANSWER.sub("", subject).strip().casefold()


def rest_of(message: Said) -> str:
    """What the shown text leaves out: the quoted mail, the signature."""
    whole, said = message.full_text.strip(), message.text.strip()
    return whole.removeprefix(said).strip("\n") if said else whole


def shown_files(message: Said) -> list[File]:
    """Its attachments without the logos of signatures."""
    return [file for file in message.attachments if not (file.inline and file.size < SIGNATURE_PICTURE)]


def in_two(files: Sequence[File]) -> tuple[Sequence[File], Sequence[File]]:
    """Those that are seen at once, and the rest, which one asks for."""
    first = len(files) if len(files) <= MANY + 1 else MANY
    return files[:first], files[first:]


def file_icon(file: File) -> str:
    """The icon of a file that is no picture."""
    return "file-text" if file.mime == "application/pdf" else FILE_ICONS.get(file.mime.split("/")[0], "file")


def daykey(at: datetime) -> str:
    """The day where the reader is, to tell days apart."""
    return at.astimezone(reader().zone).date().isoformat()


def address_icon(kind: str) -> str:
    """The icon of an address."""
    return ADDRESS_ICONS.get(kind, "at-sign")


def shown_addresses(addresses: Sequence[Address]) -> list[Address]:
    """What says something to a person: no cookies, and of a messenger's own names for her one for each account."""
    seen: set[str] = set()
    made: list[Address] = []
    for one in addresses:
        if one.kind == "cookie" or (one.kind == "scoped" and one.account in seen):
            continue
        seen.add(one.account)
        made.append(one)
    return made


def messenger_of(address: Address) -> tuple[str, str] | None:
    """(connector, its title) of an address that means something in one messenger only; None for all others."""
    connector = address.account.partition(":")[0]
    if address.kind != "scoped" or connector not in entries():
        return None
    return connector, gettext(entries()[connector].manifest.title)


def shown_to(way: Way) -> str:
    """The address a way leads to, when it means something to a person."""
    return way.to if way.kind in ("email", "phone") else ""


def can_words(way: Way) -> str:
    """What the channel can carry, in a line."""
    return ", ".join([gettext(_("text")), *(gettext(words) for name, words in CAN.items() if name in way.can)])


def language_name(tag: str) -> str:
    """The language in the reader's own: Korean, 영어."""
    try:
        return Locale.parse(tag.replace("-", "_")).get_language_name(reader().language) or tag
    except (UnknownLocaleError, ValueError):
        return tag


def time_there(name: str) -> str:
    """The time of day in a zone."""
    pattern = "aaaa h:mm" if reader().language == "ko" else "HH:mm"
    return format_datetime(reader().now.astimezone(zone(name)), pattern, locale=reader().language)


FILTERS = {
    one.__name__: one
    for one in (
        address_icon,
        can_words,
        daykey,
        file_icon,
        in_two,
        joins,
        lang_of,
        language_name,
        messenger_of,
        plain_subject,
        rest_of,
        same_way,
        shown_addresses,
        shown_files,
        shown_to,
        state_icon,
        state_name,
        state_word,
        time_there,
        translatable,
        why_text,
    )
}
