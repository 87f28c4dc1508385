"""The mails of alerts: each is "being sent" before it is sent, so that a killed worker repeats none."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import insert, text

from madang.alerts.models import LEASE, AlertMail
from madang.alerts.words import test_mail
from madang.events.kinds import Kind
from madang.events.record import News, record
from madang.lib.postgres import Tx
from madang.staff.attempts import Limit, Try, allow
from madang.staff.permissions import Viewer, permit

SENT, PERHAPS, FAILED = 2, 3, 9
TRIES = 8  # with the pauses below about four hours
MOST = 1  # in hand: a killed worker leaves one mail that was perhaps sent, those behind it go out
TESTS = Limit("alert.test", 10, timedelta(hours=1))  # to one address

# What a killed worker had in hand may have been sent: a mail about it would be the second one.
LOST = text("update alert_mail set state = 3, leased_until = null where state = 1 and leased_until < now()")
CLAIM = text("""
update alert_mail set state = 1, tries = tries + 1, leased_until = now() + cast(:lease as interval)
where id in (select id from alert_mail where state = 0 and due <= now() order by id limit :most for update skip locked)
returning id, recipient, subject, body, tries
""")
SETTLE = text("""
update alert_mail set state = :state, problem = :problem, leased_until = null, due = now() + cast(:pause as interval)
where id = :id and state = 1 and tries = :tries
""")


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail in a worker's hands."""

    id: int
    recipient: str
    subject: str
    body: str
    tries: int


async def claim(tx: Tx) -> list[Letter]:
    """Take what is due in hand. Committed before anything is sent."""
    await tx.execute(LOST)
    rows = await tx.execute(CLAIM, {"lease": LEASE, "most": MOST})
    return sorted((Letter(*row) for row in rows), key=lambda one: one.id)


async def settle(tx: Tx, letter: Letter, state: int, problem: str = "") -> None:
    """Write down what became of it. ``state`` 0 tries again later, until it has been tried often enough."""
    again = state == 0 and letter.tries < TRIES
    pause = timedelta(minutes=2 ** min(letter.tries, 6)) if again else timedelta()
    given = {"id": letter.id, "tries": letter.tries, "problem": problem[:1000], "pause": pause}
    await tx.execute(SETTLE, given | {"state": state if state or again else FAILED})


async def test(tx: Tx, viewer: Viewer, language: str, url: str) -> None:
    """Write to herself, to see whether alerts arrive. Raises NotPermitted, TooMany."""
    permit(viewer, "channel.manage")
    await allow(tx, Try(TESTS, viewer.email))
    subject, body = test_mail(language, url)
    made = insert(AlertMail).values(recipient=viewer.email, subject=subject, body=body).returning(AlertMail.id)
    number: int = (await tx.execute(made)).scalar_one()
    await record(tx, viewer.actor, News(Kind.ALERT_TESTED, data={"mail": number}))
