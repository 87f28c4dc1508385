"""Whoever is to be told is told, once, and told again when it is over; no name becomes a header (T5)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from madang.alerts import actions, queries
from madang.alerts.actions import Wanted
from madang.alerts.conditions import Trouble
from madang.alerts.rounds import go, look, post
from madang.channels import actions as channels
from madang.connectors.email.simulator import Customer, MailServer
from madang.connectors.email.tests.conftest import ADDRESS, PASSWORD, config
from madang.events.record import SYSTEM
from madang.lib.errors import Refused
from madang.lib.postgres import Tx
from madang.settings import Settings, load
from madang.staff.permissions import NotPermitted
from madang.tests import cast
from madang.tests.cast import Yard

pytestmark = pytest.mark.slow  # the house in small; the quick suite has its time

URL = "https://desk.haneul.example"
START = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
STOPPED = Trouble("quarantined", "channel:1", 1, {"name": "support@haneul.kr", "count": 2})


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load({}, data=tmp_path / "data", secret_key="k" * 32, allow_hosts=("127.0.0.0/8",))


@pytest.fixture
async def tx(yard: Yard) -> AsyncIterator[Tx]:
    async with yard.ground.database.begin() as tx:
        yield tx


class Watch:
    """The house's eyes, with a clock of their own."""

    def __init__(self, tx: Tx, *recipients: str) -> None:
        self.tx = tx
        self.chosen = queries.Chosen(list(recipients or ("ada@haneul.kr",)))

    async def sees(self, minute: float, *found: Trouble) -> int:
        now = START + timedelta(minutes=minute)
        return await actions.watch(self.tx, found, self.chosen, now, URL)

    async def subjects(self) -> list[str]:
        return list((await self.tx.execute(text("select subject from alert_mail order by id"))).scalars())

    async def events(self) -> list[str]:
        query = text("select kind from event where kind like 'alert.%' order by id")
        return list((await self.tx.execute(query)).scalars())


async def test_one_mail_when_it_begins_one_an_hour_and_one_when_it_is_over(tx: Tx) -> None:
    watch = Watch(tx, "ada@haneul.kr", "ben@haneul.kr")
    assert await watch.sees(0, STOPPED) == 2
    for minute in range(1, 60):
        assert await watch.sees(minute, STOPPED) == 0
    assert await watch.sees(61, STOPPED) == 2
    assert [await watch.sees(minute) for minute in (70, 71, 72.5)] == [0, 0, 2]
    assert await watch.sees(200) == 0
    told = "support@haneul.kr: deliveries in quarantine (2)"
    assert (await watch.subjects())[::2] == [told, told, f"Over: {told}"]
    assert await watch.events() == ["alert.opened", "alert.closed"]


async def test_what_comes_at_once_is_told_at_once(tx: Tx) -> None:
    watch = Watch(tx)
    many = [Trouble("quarantined", f"channel:{n}", n, {"name": f"channel {n}", "count": 1}) for n in range(1, 51)]
    assert await watch.sees(0, many[0]) == 1
    assert [await watch.sees(minute, *many) for minute in (1, 2, 4)] == [0, 0, 0]
    assert await watch.sees(5, *many) == 1
    assert (await watch.subjects())[-1] == "channel 2: deliveries in quarantine (1), and 48 more"


async def test_what_flutters_is_one_incident(tx: Tx) -> None:
    watch = Watch(tx)
    mails = 0
    for minute in range(0, 120, 2):
        mails += await watch.sees(minute, *([STOPPED] if minute % 8 == 0 else []))
    assert mails <= 5
    assert (await tx.execute(text("select count(*) from incident"))).scalar_one() == 1


async def test_what_passes_by_itself_is_no_alert(tx: Tx) -> None:
    watch, lost = Watch(tx), Trouble("disconnected", "channel:1", 1, {"name": "support@haneul.kr"})
    for minute in (0, 1, 2):
        assert await watch.sees(minute, lost) == 0
    assert await watch.sees(2.5) == 0
    assert (await tx.execute(text("select count(*) from incident"))).scalar_one() == 0
    assert [await watch.sees(minute, lost) for minute in (3, 6)] == [0, 1]


async def test_without_anybody_to_write_to_the_events_still_tell_programs(tx: Tx) -> None:
    watch = Watch(tx)
    watch.chosen = queries.Chosen()
    assert await watch.sees(0, STOPPED) == 0
    assert await watch.events() == ["alert.opened"]


async def test_korean_is_written_in_korean(tx: Tx) -> None:
    watch = Watch(tx)
    watch.chosen = queries.Chosen(["ada@haneul.kr"], "ko", "Asia/Seoul")
    await watch.sees(0, STOPPED)
    (subject,) = await watch.subjects()
    assert subject == "support@haneul.kr: 격리된 원본이 있어요 (2)"


async def test_a_round_sees_writes_and_sends(yard: Yard, provider: MailServer) -> None:
    ada = await watched(yard, provider)
    await yard.put({"type": "riddle"})
    await yard.take_in()
    await go(yard.ground, yard.book)
    mail = await ada.wait()
    assert mail.subject == "api channel: deliveries in quarantine (1)"
    assert "/ledger" in mail.text
    assert "/mark/mail-64.png" in (mail.html or "")
    assert '<div lang="en"' in (mail.html or ""), "read aloud as the language it is in"
    await go(yard.ground, yard.book)
    async with yard.ground.database.begin() as tx:
        assert [one.state for one in await queries.posted(tx)] == [2]


async def test_a_killed_worker_repeats_nothing(yard: Yard, provider: MailServer) -> None:
    await watched(yard, provider)
    await yard.put({"type": "riddle"})
    await yard.take_in()
    assert await look(yard.ground) == 1
    async with yard.ground.database.begin() as tx:
        assert len(await actions.claim(tx)) == 1  # and then it is killed
    async with yard.ground.database.begin() as tx:
        await tx.execute(text("update alert_mail set leased_until = now() - interval '1 second'"))
    assert await post(yard.ground, yard.book) == 0
    async with yard.ground.database.begin() as tx:
        assert [one.state for one in await queries.posted(tx)] == [3]
    assert await look(yard.ground) == 0


async def test_the_channel_that_is_gone_is_not_the_only_way(yard: Yard, provider: MailServer) -> None:
    ada = await watched(yard, provider)
    async with yard.ground.database.begin() as tx:
        broken = dict(config(provider).settings) | {"smtp_port": 1, "address": "other@haneul.example"}
        made = await channels.create(
            tx, SYSTEM, yard.ground.keys, connector="email", name="other", brand_id=yard.brand_id,
            settings=broken, secrets={"password": PASSWORD},
        )  # fmt: skip
        hana = await cast.agent(yard.ground, "Cleo", "administrator")
        await actions.change(tx, hana, Wanted(("ada@haneul.example",), channel_id=made.id))
        await actions.test(tx, hana, "en", URL)
        await tx.execute(text("update alert_mail set recipient = 'ada@haneul.example'"))
    assert await post(yard.ground, yard.book) == 1
    assert (await ada.wait()).subject == "Alerts reach you"


async def test_a_name_cannot_become_a_header(yard: Yard, provider: MailServer) -> None:
    ada = await watched(yard, provider)
    async with yard.ground.database.begin() as tx:
        await tx.execute(text("update channel set name = E'Shop\\r\\nBcc: eve@evil.example' where connector = 'api'"))
    await yard.put({"type": "riddle"})
    await yard.take_in()
    await go(yard.ground, yard.book)
    mail = await ada.wait()
    assert str(mail.subject).startswith("Shop Bcc: eve@evil.example")
    assert "eve@evil.example" not in str(getattr(mail, "recipients", ""))


async def watched(yard: Yard, provider: MailServer) -> Customer:
    """Ada is told of everything, by the mail channel of Haneul."""
    async with yard.ground.database.begin() as tx:
        settings: dict[str, Any] = dict(config(provider).settings)
        await channels.create(
            tx, SYSTEM, yard.ground.keys, connector="email", name=ADDRESS, brand_id=yard.brand_id,
            settings=settings, secrets={"password": PASSWORD},
        )  # fmt: skip
    admin = await cast.agent(yard.ground, "Hana", "administrator")
    async with yard.ground.database.begin() as tx:
        await actions.change(tx, admin, Wanted(("ada@haneul.example",)))
    return Customer(provider, "ada@haneul.example", "Ada")


@pytest.fixture
async def provider() -> AsyncIterator[MailServer]:
    made = MailServer()
    await made.start()
    made.open_account(ADDRESS, PASSWORD)
    yield made
    await made.stop()


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        (Wanted(("no address",)), "recipients"),
        (Wanted(("a@b.example\r\nBcc: eve@evil.example",)), "recipients"),
        (Wanted(tuple(f"a{n}@b.example" for n in range(21))), "recipients"),
        (Wanted(channel_id=1), "channel"),  # the shop's own channel writes no mails
        (Wanted(waiting_minutes=0), "waiting_minutes"),
        (Wanted(quarantined=0), "quarantined"),
        (Wanted(language="tlh"), "language"),
    ],
)
async def test_impossible_choices_are_refused(tx: Tx, yard: Yard, wanted: Wanted, field: str) -> None:
    admin = await cast.agent(yard.ground, "Hana", "administrator")
    with pytest.raises(Refused) as refused:
        await actions.change(tx, admin, wanted)
    assert refused.value.field == field


async def test_only_administrators_choose(tx: Tx, yard: Yard) -> None:
    lead = await cast.agent(yard.ground, "Ben", "lead")
    with pytest.raises(NotPermitted):
        await actions.change(tx, lead, Wanted())
    with pytest.raises(NotPermitted):
        await actions.test(tx, lead, "en", URL)


async def test_who_had_a_test_sent_is_written_down(yard: Yard) -> None:
    """Every write has an event that names its actor."""
    hana = await cast.agent(yard.ground, "Hana", "administrator")
    async with yard.ground.database.begin() as tx:
        await actions.test(tx, hana, "ko", URL)
    async with yard.ground.database.begin() as tx:
        said = text("select e.actor, e.data ->> 'mail' = m.id::text from event e, alert_mail m where kind = :kind")
        assert tuple((await tx.execute(said, {"kind": "alert.tested"})).one()) == (str(hana.actor), True)
