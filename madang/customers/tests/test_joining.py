"""Who turns out to be whom on the way in: proof joins people, a shared browser or telephone does not."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import text

from madang.channels.connector import Inbound, Kind, Party
from madang.conversations import merging
from madang.conversations.arrivals import Arrival
from madang.conversations.senders import senders_of
from madang.customers.trees import root_of
from madang.events.record import SYSTEM
from madang.tests import cast
from madang.tests.cast import Yard

NOW = datetime(2026, 11, 22, 3, 4, tzinfo=UTC)
BROWSER = (Kind.COOKIE, "browser-7")
PHONE = (Kind.PHONE, "+821012345678")
OPEN = text("select one_id, two_id from suggestion where reason = 'conflict' and state = 0")


async def _meets(yard: Yard, kind: Kind, value: str, *also: tuple[Kind, str], name: str = "", key: str = "") -> int:
    """Somebody speaks and proves these addresses; returns whom the house takes her for."""
    bound = await yard.book.by_key(key or yard.channel.key)
    assert bound is not None
    party = Party(kind, value, name, also=also)
    arrival = Arrival(0, NOW, bound, Inbound("session", "s", NOW, party))
    async with yard.ground.database.begin() as tx:
        senders = await senders_of(tx, [arrival])
        await senders.hold(tx)
        return senders.who[0].customer_id


async def _root(yard: Yard, customer: int) -> int:
    async with yard.ground.database.begin() as tx:
        return await root_of(tx, customer)


async def _conflicts(yard: Yard) -> list[tuple[int, int]]:
    async with yard.ground.database.begin() as tx:
        return [(row.one_id, row.two_id) for row in await tx.execute(OPEN)]


async def test_a_visitor_who_signs_in_is_whom_she_always_was(yard: Yard) -> None:
    mina = await _meets(yard, Kind.ACCOUNT, "user-1", name="미나")
    visitor = await _meets(yard, *BROWSER)
    assert visitor != mina
    assert await _meets(yard, Kind.ACCOUNT, "user-1", BROWSER) == mina
    assert await _root(yard, visitor) == mina
    assert await _meets(yard, *BROWSER) == mina


async def test_a_visitor_nobody_knew_stays_the_same_when_she_signs_in(yard: Yard) -> None:
    visitor = await _meets(yard, *BROWSER)
    assert await _meets(yard, Kind.ACCOUNT, "user-1", BROWSER) == visitor


async def test_a_shared_browser_does_not_glue_two_people(yard: Yard) -> None:
    mother = await _meets(yard, Kind.ACCOUNT, "mother", BROWSER)
    daughter = await _meets(yard, Kind.ACCOUNT, "daughter", BROWSER)
    assert daughter != mother
    assert await _meets(yard, Kind.ACCOUNT, "mother", BROWSER) == mother
    assert await _conflicts(yard) == [], "two people at one browser is no conflict"


async def test_a_shared_family_phone_asks_a_person(yard: Yard) -> None:
    mother = await _meets(yard, *PHONE)
    daughter = await _meets(yard, Kind.ACCOUNT, "daughter")
    assert await _meets(yard, Kind.ACCOUNT, "daughter", PHONE) == daughter
    assert await _meets(yard, Kind.ACCOUNT, "daughter", PHONE) == daughter
    assert await _root(yard, mother) == mother
    assert await _conflicts(yard) == [(mother, daughter)]


async def test_the_same_mailbox_proven_twice_is_the_same_person(yard: Yard) -> None:
    by_mail = await _meets(yard, Kind.EMAIL, "mina@naver.example")
    by_site = await _meets(yard, Kind.ACCOUNT, "user-1")
    assert await _meets(yard, Kind.ACCOUNT, "user-1", (Kind.EMAIL, "mina@naver.example")) == by_site
    assert await _root(yard, by_mail) == by_site


async def test_two_accounts_of_one_shop_are_two_people_until_somebody_says_so(yard: Yard) -> None:
    one = await _meets(yard, Kind.ACCOUNT, "user-1", (Kind.EMAIL, "shared@naver.example"))
    two = await _meets(yard, Kind.ACCOUNT, "user-2")
    assert await _meets(yard, Kind.ACCOUNT, "user-2", (Kind.EMAIL, "shared@naver.example")) == two
    assert await _conflicts(yard) == [(one, two)]


async def test_a_scoped_id_means_its_channel_only(yard: Yard) -> None:
    other = await cast.channel(yard.ground, yard.brand_id)
    here, there = await _meets(yard, Kind.SCOPED, "U123"), await _meets(yard, Kind.SCOPED, "U123", key=other.key)
    assert here != there


async def test_a_join_by_proof_is_in_the_journal_and_is_undone(yard: Yard) -> None:
    mina = await _meets(yard, Kind.ACCOUNT, "user-1")
    visitor = await _meets(yard, *BROWSER)
    await _meets(yard, Kind.ACCOUNT, "user-1", BROWSER)
    async with yard.ground.database.begin() as tx:
        merge = (await tx.execute(text("select id, why ->> 'reason' as reason from merge"))).one()
        assert merge.reason == "the same proven address"
        await merging.take_apart(tx, SYSTEM, merge.id)
    assert await _meets(yard, *BROWSER) == visitor != mina
