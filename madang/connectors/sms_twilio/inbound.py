"""From Twilio's form to the house's facts. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Literal, cast

from madang.channels.connector import Inbound, Kind, Malformed, Media, Party
from madang.connectors.sms_twilio.signature import form
from madang.lib import sms
from madang.lib.language import marked
from madang.lib.uploads import media_kind

MOST_FILES = 10  # Twilio's bound
STATES: Mapping[str, Literal["sent", "delivered", "read", "failed"]] = {
    "sent": "sent",
    "delivered": "delivered",
    "read": "read",
    "undelivered": "failed",
    "failed": "failed",
    "canceled": "failed",
}
UNDERWAY = {"accepted", "scheduled", "queued", "sending"}
WISHES: Mapping[str, sms.Wish] = {"STOP": "blocked", "START": "allowed"}
# What Twilio stops for by itself, where a messaging service does not say it in OptOutType.
STOPS = {"stop", "stopall", "unsubscribe", "cancel", "end", "quit", "revoke", "optout"}
STARTS = {"start", "unstop"}
OPTED_OUT = "21610"


def fields(body: bytes) -> dict[str, str]:
    """The form's fields, the first of each name. Raises :class:`Malformed`."""
    try:
        return {name: values[0] for name, values in form(body).items()}
    except (ValueError, UnicodeError):
        raise Malformed("the body is no form") from None


def key(given: Mapping[str, str]) -> str:
    """What is the same when Twilio repeats a webhook. Raises :class:`Malformed`."""
    sid = given.get("MessageSid") or given.get("SmsSid") or given.get("CallSid") or ""
    if not sid or len(sid) > 100:
        raise Malformed("the form names no message")
    return sid if _is_message(given) else f"{sid}:{_state(given)}"


def hers(given: Mapping[str, str]) -> str:
    """The customer's end of it."""
    return given.get("From" if _is_message(given) else "To", "")


def facts(body: bytes, at: datetime, region: str) -> Sequence[Inbound]:
    """What one webhook means. Raises :class:`Malformed`."""
    given = fields(body)
    sid = key(given).partition(":")[0]
    if not _is_message(given):
        return _receipts(given, sid, at, region)
    party = person(given.get("From", ""), region, given.get("ProfileName", ""))
    return _message(given, sid, at, party)


def _is_message(given: Mapping[str, str]) -> bool:
    return "MessageStatus" not in given and given.get("SmsStatus", "received") == "received"


def _state(given: Mapping[str, str]) -> str:
    return given.get("MessageStatus") or given.get("SmsStatus") or ""


def person(address: str, region: str, name: str = "") -> Party:
    """Who writes: a phone, or a short code or sender name that means something only at Twilio."""
    number = sms.e164(address, region)
    if number:
        return Party(Kind.PHONE, number, name)
    if not address or len(address) > 200 or not address.isprintable():
        raise Malformed("the form does not say who wrote")
    return Party(Kind.SCOPED, address, name)


def _message(given: Mapping[str, str], sid: str, at: datetime, party: Party) -> list[Inbound]:
    words, code = sms.carried(given.get("Body", ""))
    media = _media(given)
    data: dict[str, Any] = {"to": [given["To"]]} if given.get("To") else {}
    if not words and not media and not code:
        data["unsupported"] = _unknown(given)
    made = [Inbound("message", sid, at, party, text=words, media=media, carry=code, data=data)]
    wish = _wish(given, words)
    return [*made, Inbound("consent", f"{sid}:{wish}", at, party, reach=wish)] if wish else made


def _unknown(given: Mapping[str, str]) -> str:
    if "CallSid" in given:
        return "call"
    return (given.get("MessageType") or given.get("EventType") or "empty")[:100]


def _wish(given: Mapping[str, str], words: str) -> sms.Wish | None:
    """Twilio's own word for it comes first: it has stopped, or not."""
    if "OptOutType" in given:
        return WISHES.get(given["OptOutType"].upper())
    bare = words.strip().lower()
    if bare in STOPS or bare in STARTS:
        return "blocked" if bare in STOPS else "allowed"
    return sms.wish(words)


def _media(given: Mapping[str, str]) -> tuple[Media, ...]:
    count = given.get("NumMedia", "0")
    made = []
    for place in range(min(int(count), MOST_FILES) if count.isascii() and count.isdecimal() else 0):
        url = given.get(f"MediaUrl{place}", "")
        mime = given.get(f"MediaContentType{place}") or "application/octet-stream"
        if url.startswith(("https://", "http://")):
            kind = cast(Literal["image", "audio", "video", "file"], media_kind(mime))
            made.append(Media(kind, url.rpartition("/")[2][:100], mime, ref=url))
    return tuple(made)


def _receipts(given: Mapping[str, str], sid: str, at: datetime, region: str) -> list[Inbound]:
    state = STATES.get(_state(given))
    if state is None:  # still under way, or a word that is newer than this
        return []
    code = given.get("ErrorCode", "")
    why = reason(code, given.get("ErrorMessage", "")) if state == "failed" else ""
    made = [Inbound("receipt", f"{sid}:{_state(given)}", at, about=sid, state=state, text=why)]
    if code == OPTED_OUT and given.get("To"):
        party = person(given["To"], region)
        made.append(Inbound("consent", f"{sid}:blocked", at, party, reach="blocked"))
    return made


def reason(code: str, said: str = "") -> str:
    """Why it did not arrive, in plain words: a msgid of ours, or what Twilio says."""
    if code in REASONS:
        return REASONS[code]
    return f"{said} (Twilio {code})" if said else f"Twilio {code}" if code else marked("It was not delivered.")


REASONS: Mapping[str, str] = {
    "21610": marked("The customer has opted out by answering STOP."),
    "30001": marked("Too many messages wait at Twilio."),
    "30002": marked("The Twilio account is suspended."),
    "30003": marked("The phone is switched off or out of reach."),
    "30004": marked("The customer or the network has blocked this message."),
    "30005": marked("This number is not in use."),
    "30006": marked("This is a landline, or a network that takes no SMS."),
    "30007": marked("The network took the message for spam and stopped it."),
    "30008": marked("The network gave no reason."),
    "30034": marked("The sender number is not registered for this country."),
}


def moment(meta: Mapping[str, str]) -> datetime:
    """When the webhook came: Twilio's form has no time."""
    stamp = meta.get("at", "0")
    return datetime.fromtimestamp(int(stamp) if stamp.isdecimal() else 0, UTC)
