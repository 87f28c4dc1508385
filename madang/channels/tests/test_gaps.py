"""What a provider has counted and we never got is seen, shown, and closed when it comes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import text

from madang.channels import gaps, queries
from madang.channels.connector import Delivery
from madang.channels.registry import simulator
from madang.channels.store import pack, store
from madang.conversations.actions import gaps as verbs
from madang.conversations.ledger import ledger
from madang.ground import Ground
from madang.lib.errors import NotFound, Refused
from madang.staff.permissions import CONSOLE
from madang.tests import cast
from madang.tests.cast import Yard

pytestmark = pytest.mark.slow  # the house in small; the quick suite has its time

ADDRESS, PASSWORD = "support@haneul.example", "correct horse"
MAIL = b"From: mina@naver.example\r\nTo: support@haneul.example\r\nSubject: %d\r\nMessage-ID: <%d@n.example>\r\n\r\nhi"


async def _count(yard: Yard, *numbers: int, stream: str = "orders") -> None:
    given = [Delivery(f"{stream}-{number}", "x", b"{}", place=(stream, number)) for number in numbers]
    packed = [await pack(yard.ground.files, yard.channel.id, one) for one in given]
    async with yard.ground.database.begin() as tx:
        await store(tx, packed)
    await gaps.fold(yard.ground)


async def _gaps(ground: Ground) -> list[tuple[int, int, str]]:
    async with ground.database.begin() as tx:
        rows = await tx.execute(text("select low, high, how from gap order by id"))
        return [(row[0], row[1], row[2]) for row in rows]


async def _missing(ground: Ground) -> int:
    """As the ledger says it, once what is missing has been missing for long enough."""
    async with ground.database.begin() as tx:
        await tx.execute(text("update gap set found_at = found_at - interval '10 minutes'"))
    await gaps.fold(ground)
    async with ground.database.begin() as tx:
        return (await ledger(tx))[-1].missing


async def test_a_hole_in_a_counting_is_a_gap_until_it_is_filled(yard: Yard) -> None:
    await _count(yard, 1, 2, 5)
    await _count(yard, 6, 9)
    assert await _gaps(yard.ground) == [(3, 4, ""), (7, 8, "")]
    async with yard.ground.database.begin() as tx:
        assert (await ledger(tx))[0].missing == 0  # it may only be late
    assert await _missing(yard.ground) == 4
    await _count(yard, 4, 7, 8)
    assert await _gaps(yard.ground) == [(3, 4, ""), (7, 8, "filled")]
    assert await _missing(yard.ground) == 1
    await _count(yard, 3)
    assert await _missing(yard.ground) == 0
    async with yard.ground.database.begin() as tx:
        told = (await tx.execute(text("select data from event where kind = 'gap.found' order by id"))).scalars().all()
    assert [(one["first"], one["last"]) for one in told] == [(3, 4), (7, 8)]


async def test_numbers_that_come_in_any_order_leave_no_gap(yard: Yard) -> None:
    await _count(yard, 3, 1)
    await _count(yard, 2, 2, 3)
    assert all(how == "filled" for _, _, how in await _gaps(yard.ground))
    await _count(yard, 10, stream="another")
    assert await _missing(yard.ground) == 0


@pytest.fixture
async def mailbox(yard: Yard) -> AsyncIterator[Any]:
    """Haneul's mailbox, and a channel on it."""
    server = simulator("email").MailServer()
    await server.start()
    server.open_account(ADDRESS, PASSWORD)
    usual = {"address": ADDRESS, "incoming": "imap", "auth": "password", "imap_host": server.host}
    usual |= {"imap_port": server.imap_port, "imap_security": "none", "smtp_host": server.host}
    usual |= {"smtp_port": server.smtp_port, "smtp_security": "none"}
    made = await cast.channel(yard.ground, yard.brand_id, "email", usual, {"password": PASSWORD})
    server.channel = made.id
    yield server
    await server.stop()


async def _read(yard: Yard, mailbox: Any, *, lose: int = 0) -> None:
    """One look of the session at the mailbox; a fault loses one of its mails."""
    async with yard.ground.database.begin() as tx:
        row = await queries.channel(tx, mailbox.channel)
        email = await queries.connector(yard.ground, tx, mailbox.channel)
    pairs = email.listen(row.cursor)  # type: ignore[attr-defined]
    async for deliveries, cursor in pairs:
        kept = [one for one in deliveries if one.place and one.place[1] != lose]
        packed = [await pack(yard.ground.files, mailbox.channel, one) for one in kept]
        async with yard.ground.database.begin() as tx:
            await tx.execute(text("update channel set cursor = :c where id = :i"), {"c": cursor, "i": mailbox.channel})
            await store(tx, packed)
        if deliveries:
            break
    await pairs.aclose()
    await email.close()


async def _look(yard: Yard) -> None:
    async with yard.ground.database.begin() as tx:
        await tx.execute(text("update stocktaking set at = at - interval '1 hour'"))
    assert await gaps.look(yard.ground) == 1


@pytest.fixture
def allowed(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The simulator lives on loopback."""
    object.__setattr__(settings, "allow_hosts", ("127.0.0.0/8",))


async def test_a_mail_that_lies_in_the_mailbox_and_never_came_is_found_and_fetched(
    allowed: None, yard: Yard, mailbox: Any
) -> None:
    for number in (1, 2, 3):
        await mailbox.deliver(ADDRESS, MAIL % (number, number))
    await _read(yard, mailbox, lose=102)
    await mailbox.deliver(ADDRESS, MAIL % (4, 4))
    await _look(yard)
    (found,) = await _gaps(yard.ground)
    assert found[:2] == (102, 102)
    async with yard.ground.database.begin() as tx:
        assert (await ledger(tx))[-1].behind == 1  # mail 4 is no gap: it is only not fetched yet
        await tx.execute(text("update gap set asked_at = now()"))
    assert await gaps.fetch_again(yard.ground) == 1
    assert await _gaps(yard.ground) == [(102, 102, "filled")]
    assert await yard.take_in() == 3
    assert await _missing(yard.ground) == 0


async def test_a_mail_somebody_deleted_is_no_gap(allowed: None, yard: Yard, mailbox: Any) -> None:
    for number in (1, 2, 3):
        await mailbox.deliver(ADDRESS, MAIL % (number, number))
    await _read(yard, mailbox, lose=102)
    await _look(yard)
    assert len(await _gaps(yard.ground)) == 1
    await mailbox.imap.remove(ADDRESS, 102)
    await _look(yard)
    assert await _gaps(yard.ground) == [(102, 102, "gone")]


async def test_a_provider_that_cannot_be_asked_is_noted(allowed: None, yard: Yard, mailbox: Any) -> None:
    await mailbox.deliver(ADDRESS, MAIL % (1, 1))
    await _read(yard, mailbox)
    await mailbox.stop()
    await _look(yard)
    async with yard.ground.database.begin() as tx:
        assert (await tx.execute(text("select problem from stocktaking"))).scalar_one() != ""
    assert await _gaps(yard.ground) == []


async def test_a_lead_closes_a_gap_and_it_is_not_found_again(yard: Yard) -> None:
    await _count(yard, 1, 4)
    async with yard.ground.database.begin() as tx:
        gap = (await tx.execute(text("select id from gap"))).scalar_one()
        ada = await cast.agent(yard.ground, "Ada", "lead", brands=frozenset({99}))
        with pytest.raises(NotFound):
            await verbs.dismiss(tx, ada, gap, "not hers")
        with pytest.raises(Refused):
            await verbs.dismiss(tx, CONSOLE, gap, " ")
        await verbs.dismiss(tx, CONSOLE, gap, "Their counter jumped")
    await _count(yard, 5)
    assert await _gaps(yard.ground) == [(2, 3, "dismissed")]
    assert await _missing(yard.ground) == 0
