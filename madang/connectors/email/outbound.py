"""An answer of ours as a mail."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from madang.channels.connector import Kind, Media, Outbound, SendError
from madang.connectors.email.account import Account
from madang.lib.mail import Address
from madang.lib.mail.compose import ComposeError, Draft, File, checked, compose
from madang.lib.mail.reply_token import message_id, reply_address

ANSWERING = re.compile(r"\s*(?:re|aw|sv|회신|답장|답변)\s*[:：]", re.IGNORECASE)
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


def mail_of(account: Account, key: bytes, brand: dict[str, object], out: Outbound) -> tuple[str, bytes, list[str]]:
    """(Message-ID, the mail, whom it goes to). Raises :class:`SendError` when it cannot become one."""
    if out.to.kind is not Kind.EMAIL:
        raise SendError("invalid", "This customer has no mail address.")
    identifier = message_id(key, account.domain, out.conversation, out.message)
    answers_to = reply_address(key, account.address, out.conversation) if out.conversation else account.address
    further, hidden, chosen = (
        [Address(one) for one in out.data.get(name, ()) if isinstance(one, str)] for name in ("cc", "bcc", "to")
    )
    to, further, hidden = once(chosen or [Address(out.to.value, tidy(out.to.name))], further, hidden)
    draft = Draft(
        sender=Address(written_from(account, out), sender_name(account, out)),
        to=tuple(to),
        cc=tuple(further),
        reply_to=Address(answers_to, tidy(account.name)),
        subject=subject(out, account),
        text=out.text,
        html=out.html,
        message_id=identifier,
        in_reply_to=out.reply_to if out.reply_to.startswith("<") else "",
        references=out.references,
        files=tuple(file(one) for one in out.media if one.content is not None),
        history=out.history,
        signature=str(brand.get("signature") or ""),
        language=out.language or str(brand.get("language") or "en"),
        automatic=out.auto,
        unsubscribe=out.unsubscribe,
        loop=account.address,
    )
    try:
        return identifier, compose(draft), [one.address for one in (*to, *further, *hidden)]
    except ComposeError as error:
        raise SendError("invalid", f"This cannot be sent as a mail. {error}") from error


def once(*lines: list[Address]) -> list[list[Address]]:
    """Each address where it stands first, in whatever case it is written: nobody gets the same mail twice."""
    known: set[str] = set()
    made: list[list[Address]] = [[] for _line in lines]
    for fresh, line in zip(made, lines, strict=True):
        for one in line:
            if one.address.lower() not in known:
                known.add(one.address.lower())
                fresh.append(one)
    return made


def named(heard: Mapping[str, Any]) -> list[str]:
    """Whom a mail named in To and Cc, each once, as far as an answer can go there."""
    lines = [given for name in ("to", "cc") if isinstance(given := heard.get(name), list)]
    some = [Address(str(one.get("address") or "")) for line in lines for one in line if isinstance(one, Mapping)]
    return [one.address for one in once(some)[0] if writable(one)]


def writable(address: Address) -> bool:
    """Whether an address out of somebody's mail can be written to from anywhere: ``root@localhost`` cannot."""
    try:
        checked("Cc", address)
    except ComposeError:
        return False
    labels = address.address.rpartition("@")[2].split(".")
    return len(labels) > 1 and all(labels)


def written_from(account: Account, out: Outbound) -> str:
    """The address that was chosen, if it is ours still, else the one she wrote to."""
    ours = account.speaks_as(out.heard)
    return str(out.data["sender"]) if out.data.get("sender") in ours else ours[0]


def sender_name(account: Account, out: Outbound) -> str:
    """``Ada · 하늘``; a machine speaks in the name of the house alone."""
    names = [account.name] if out.auto else [out.sender_name, account.name]
    return " · ".join(name for name in map(tidy, names) if name)


def subject(out: Outbound, account: Account) -> str:
    """The thread's subject, marked as an answer where it is one."""
    words = tidy(out.subject) or tidy(account.name) or account.address
    return f"Re: {words}" if out.reply_to and not ANSWERING.match(words) else words


def tidy(text: str) -> str:
    """One line: a name or a subject from wherever is no place for line breaks."""
    return " ".join(CONTROL.sub(" ", text).split())


def file(one: Media) -> File:
    return File(one.name, one.mime, one.content or b"", one.content_id if one.inline else "")
