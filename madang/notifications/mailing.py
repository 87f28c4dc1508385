"""The digest: one mail of all she has not seen, as often as she likes, with a way out that takes one click."""

from __future__ import annotations

import base64
import hmac
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from madang.channels import mailing
from madang.channels.book import Book
from madang.channels.mailing import AGAIN, Mail
from madang.ground import Ground
from madang.lib.crypto import Keys
from madang.lib.language import gettext as _
from madang.lib.language import ngettext
from madang.lib.pages import Pages
from madang.lib.postgres import Tx
from madang.lib.script import language_of
from madang.notifications import queries, quiet, words
from madang.notifications.actions import handing
from madang.notifications.actions.handing import Batch
from madang.notifications.queries import Item
from madang.notifications.wishes import SOON, Wishes
from madang.staff.permissions import Viewer
from madang.staff.viewers import viewer_of_user

MOST = 12  # conversations named in one mail; of more there is a number
LASTS = timedelta(days=14)
PAUSE = 300.0  # seconds before the next try where no channel could send
_TOKEN = re.compile(r"([0-9]{1,18})-([A-Za-z0-9_-]{22})")


@dataclass(frozen=True, slots=True)
class Line:
    """One conversation in the mail."""

    title: str
    words: str
    language: str
    at: datetime
    url: str


async def send(ground: Ground, book: Book) -> int:
    """Send what is due; returns how many mails were tried."""
    done = 0
    while await _one(ground, book):
        done += 1
    return done


async def _one(ground: Ground, book: Book) -> bool:
    async with ground.database.begin() as tx:
        batch = await handing.take(tx, "mail", SOON, LASTS)  # what is nearly due comes along: one mail, not two
        if batch is None:
            return False
        mail = await _written(ground, tx, batch) if batch.ids else None
        ways = [one.id for one in await mailing.mailers(tx)]
    if mail is not None:
        state, _problem = await mailing.post(book, ways, mail)
        if state == AGAIN:
            async with ground.database.begin() as tx:
                await handing.again(tx, batch, PAUSE * 2**batch.tries)
    return True


async def _written(ground: Ground, tx: Tx, batch: Batch) -> Mail | None:
    """The mail; None when by now there is nothing she has not seen, or she wants none."""
    viewer = await viewer_of_user(tx, batch.user_id)
    if viewer is None:
        return None
    hers, items = await queries.wishes(tx, viewer.user_id), await queries.of(tx, viewer, batch.ids)
    test = any(one.kind == "test" for one in items)
    if not items or (hers.mail == "never" and not test) or await quiet.holds(tx, viewer, batch):
        return None
    return written(ground, viewer, hers, items, batch.ids[0])


def written(ground: Ground, viewer: Viewer, hers: Wishes, items: list[Item], number: int) -> Mail:
    """The mail as she reads it."""
    house = ground.settings.public_url.rstrip("/")
    off = f"{house}/notifications/mail/off/{token(ground.keys, viewer.user_id or 0)}"
    with words.spoken(viewer.language, viewer.timezone):
        lines = [_line(one, hers) for one in items[:MOST]]
        rest = len(items) - len(lines)
        more = ngettext("And %(n)s more.", "And %(n)s more.", rest) % {"n": rest} if rest else ""
        head = lines[0].title if len(items) == 1 else words.many(len(items))
        names = words.names([one.customer for one in items if one.conversation_id])
        subject = head if len(items) == 1 or not names else f"{head}: {names}"
        plain = [head, *(f"- {one.title}\n  {house}{one.url}" for one in lines), *([more] if more else [])]
        plain += [f"{_('Open the desk')}: {house}/notifications", f"{_('No more mails like this')}: {off}"]
    context: dict[str, Any] = {"head": head, "items": lines, "more": more, "house": house, "off": off}
    html = _pages().render("digest.html", viewer.language, viewer.timezone, **context)
    return Mail(number, viewer.email, subject, "\n\n".join(plain), html, off, viewer.language)


def _line(one: Item, hers: Wishes) -> Line:
    said = one.excerpt if hers.words and one.kind not in ("assigned", "woke") else ""
    return Line(words.title(one), said, language_of(said) if said else "", one.at, one.url)


@cache
def _pages() -> Pages:
    return Pages([Path(__file__).parent / "templates"], {})


def token(keys: Keys, user_id: int) -> str:
    """What the link in her mails carries: it turns hers off, and nothing else."""
    return f"{user_id}-{_mac(keys, user_id)}"


def whose(keys: Keys, given: str) -> int | None:
    """Whose mails the link turns off; None when we did not make it."""
    found = _TOKEN.fullmatch(given)
    if found is None or not hmac.compare_digest(_mac(keys, int(found[1])), found[2]):
        return None
    return int(found[1])


def _mac(keys: Keys, user_id: int) -> str:
    made = hmac.digest(keys.derive("notification mails"), str(user_id).encode(), "sha256")[:16]
    return base64.urlsafe_b64encode(made).rstrip(b"=").decode()
