"""T1 T2 T3 T9 T13 T19: who may set up what, where it may go, what it may hear, and what stays written down."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from madang.conversations import actions as conversations
from madang.customers.actions import suggesting
from madang.customers.actions.suggesting import Pair
from madang.events.log import Happened
from madang.ground import Ground
from madang.lib.errors import NotFound, Refused
from madang.lib.http import Guard
from madang.staff.permissions import CONSOLE, NotPermitted, Scope
from madang.tests import cast
from madang.webhooks import actions, queries
from madang.webhooks.actions import Wanted
from madang.webhooks.catalogue import PATTERNS
from madang.webhooks.delivery import Hands
from madang.webhooks.scoping import Listener, heard
from madang.webhooks.targets import Target, judged
from madang.webhooks.tests.conftest import Teller
from madang.webhooks.tests.receiver import Receiver

pytestmark = pytest.mark.slow  # the house in small; the quick suite has its time

INSIDE = [
    "https://127.0.0.1/",
    "https://127.1/",
    "https://2130706433/",
    "https://0x7f000001/",
    "https://0177.0.0.1/",
    "https://0x7f.1/",
    "https://0/",
    "https://[::1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[::ffff:a9fe:a9fe]/",
    "https://[64:ff9b::7f00:1]/",
    "https://169.254.169.254/latest/meta-data/",
    "https://10.1.2.3/",
    "https://localhost/",
    "https://LOCALHOST./",
    "https://①②⑦.⓪.⓪.①/",
    "https://127。0。0。1/",
]
NOWHERE = [
    "",
    "ftp://8.8.8.8/",
    "file:///etc/passwd",
    "gopher://8.8.8.8/",
    "//8.8.8.8/",
    "https://",
    "https:///x",
    "8.8.8.8",
    "javascript:alert(1)",
    "https://8.8.8.8/a b",
    "https://8.8.8.8/\r\nhost: evil",
    "https://8.8.8.8\\@127.0.0.1/",
    "https://user:pass@8.8.8.8/",
    "https://8.8.8.8/#x",
    "https://8.8.8.8:99999/",
    "http://8.8.8.8/",
    "https://" + "a" * 64 + ".example/",
    "https://no-such-name.invalid/",
    "https://8.8.8.8/" + "x" * 2_000,
]


@pytest.mark.parametrize("url", INSIDE + NOWHERE)
async def test_no_spelling_of_an_address_inside_is_taken(url: str) -> None:
    """T9, when it is set up."""
    with pytest.raises(Refused) as refused:
        await judged(url, Guard())
    assert refused.value.field == "url"


async def test_what_is_allowed_is_taken_and_what_is_public_must_be_https() -> None:
    assert (await judged(" http://127.0.0.1:81/x ", Guard(["127.0.0.0/8"]))).url == "http://127.0.0.1:81/x"
    assert (await judged("https://8.8.8.8/x?key=1", Guard())).host == "8.8.8.8"


async def test_an_address_that_moved_inside_is_refused_at_the_try(teller: Teller, shop: Receiver) -> None:
    """T9, when it is sent: the name led outside when it was set up."""
    await teller.listen(shop.url, "message.received")
    await teller.yard.says("hello")
    await teller.spread()
    strict = _without_allowed(teller.ground)
    hands = Hands(strict, "w", lambda: None)
    assert await hands.take() == 1
    await hands.finish()
    assert shop.heard == []
    ((problem, stage),) = await teller.rows("select problem, stage from webhook_delivery")
    assert "MADANG_ALLOW_HOSTS" in problem
    assert stage == 0


def _without_allowed(ground: Ground) -> Ground:
    return replace(ground, settings=replace(ground.settings, allow_hosts=()))


async def test_it_never_hears_of_what_is_outside_of_its_scope(teller: Teller, shop: Receiver) -> None:
    """T2, live events: by brand, by team, and by a scope that changes between the event and its sending."""
    juniper = await cast.brand(teller.ground, "Juniper")
    other = await cast.channel(teller.ground, juniper)
    await teller.rows("insert into team (name) values ('Parcels') returning id")
    await teller.listen(shop.url, "*", brands=frozenset({teller.yard.brand_id}), sees="team")
    await teller.yard.says("for haneul")
    await teller.yard.put(cast.message("for juniper", value="mia@juniper.example"), channel_id=other.id)
    await teller.yard.take_in()
    await teller.deliver()
    heard = " ".join(one.body.decode() for one in shop.heard)
    assert "for haneul" in heard
    assert "for juniper" not in heard
    assert "mia@juniper.example" not in heard, "her customer events neither"
    (conversation, _other) = await teller.yard.conversations()
    await teller.yard.says("still ours")
    await teller.spread()
    async with teller.ground.database.begin() as tx:
        await conversations.assign_team(tx, CONSOLE, conversation, 1)
    shop.heard.clear()
    await teller.deliver()
    assert shop.heard == [], "it is another team's by now"
    assert 3 in await teller.stages()


async def test_nobody_makes_one_that_sees_more_than_she(teller: Teller) -> None:
    """T2 T3."""
    ground, target = teller.ground, Target("https://8.8.8.8/")
    narrow = await cast.agent(ground, "Small", "administrator", brands=frozenset({teller.yard.brand_id}))
    agent = await cast.agent(ground, "Ada")
    async with ground.database.begin() as tx:
        with pytest.raises(NotPermitted):
            await actions.create(tx, agent, ground.keys, Wanted(target, ("*",)))
        with pytest.raises(NotPermitted):
            await actions.create(tx, narrow, ground.keys, Wanted(target, ("*",)))
        with pytest.raises(NotPermitted):
            await queries.webhooks(tx, agent)
        all_brands = await actions.create(tx, CONSOLE, ground.keys, Wanted(target, ("*",)))
        hers = await actions.create(tx, narrow, ground.keys, Wanted(target, ("*",), brands=narrow.scope.brands))
        assert [one.id for one in await queries.webhooks(tx, narrow)] == [hers.id]
        with pytest.raises(NotPermitted):
            await actions.change(tx, narrow, hers.id, Wanted(target, ("*",)))
        for verb in (actions.retire, actions.enable, actions.disable, actions.test, actions.drop_old_secrets):
            with pytest.raises(NotFound):
                await verb(tx, narrow, all_brands.id)
        with pytest.raises(NotFound):
            await actions.rotate(tx, narrow, ground.keys, all_brands.id)
        with pytest.raises(NotFound):
            await queries.deliveries(tx, narrow, all_brands.id)


async def test_of_a_question_about_two_only_who_sees_both_hears(teller: Teller, shop: Receiver) -> None:
    """T2: that somebody of another brand may be her is not for a brand's own webhook."""
    yard = teller.yard
    other = await cast.brand(teller.ground, "Juniper")
    away = await cast.channel(teller.ground, other)
    await yard.says("hello", name="미나", value="mina@naver.example")
    await yard.says("hello", name="김미나", value="mina@work.example")
    await yard.put(cast.message("hello", name="Mia", value="mia@juniper.example"), channel_id=away.id)
    await yard.take_in()
    await teller.listen(shop.url, "suggestion.made", brands=frozenset({yard.brand_id}))
    async with teller.ground.database.begin() as tx:
        await suggesting.suggest(tx, [Pair(1, 2, 0.93), Pair(1, 3, 0.94), Pair(2, 3, 0.95)])
    await teller.deliver()
    assert [(one.said["data"]["customer"]["id"], one.said["data"]["other_id"]) for one in shop.heard] == [(1, 2)]


async def test_a_delivery_belongs_to_its_webhook(teller: Teller, shop: Receiver) -> None:
    """T2: another one's delivery by number."""
    await teller.listen(shop.url, "message.received")
    second = await teller.listen(shop.url, "channel.created")
    await teller.yard.says("hello")
    await teller.deliver()
    ((number,),) = await teller.rows("select id from webhook_delivery")
    async with teller.ground.database.begin() as tx:
        with pytest.raises(NotFound):
            await queries.delivery(tx, CONSOLE, second.id, number)
        with pytest.raises(NotFound):
            await actions.replay(tx, CONSOLE, second.id, number)


@pytest.mark.parametrize("kind", ["user.*", "message.%", "' or 1=1", "**", "token.created", "Message.received", ""])
async def test_only_kinds_of_the_catalogue_can_be_asked_for(teller: Teller, kind: str) -> None:
    """T1."""
    assert kind not in PATTERNS
    async with teller.ground.database.begin() as tx:
        with pytest.raises(Refused):
            await actions.create(tx, CONSOLE, teller.ground.keys, Wanted(Target("https://8.8.8.8/"), (kind,)))


async def test_two_secrets_sign_for_a_day_and_never_three(teller: Teller, shop: Receiver) -> None:
    """T13: an old secret ends."""
    first = (await teller.listen(shop.url, "message.received")).secret
    secrets = [first]
    for _time in range(2):
        async with teller.ground.database.begin() as tx:
            secrets.append(await actions.rotate(tx, CONSOLE, teller.ground.keys, 1))
    await teller.yard.says("hello")
    await teller.deliver()
    assert [shop.heard[-1].proven(secret) for secret in secrets] == [False, True, True]
    assert len(shop.heard[-1].headers["webhook-signature"].split(" ")) == 2
    await teller.rows("update webhook_secret set expires_at = now() where expires_at is not null returning 1")
    await teller.yard.says("again")
    await teller.deliver()
    assert [shop.heard[-1].proven(secret) for secret in secrets] == [False, False, True]


async def test_secrets_lie_sealed_and_everything_done_is_written_down(teller: Teller, shop: Receiver) -> None:
    """T19."""
    made = await teller.listen(shop.url + "?key=hush", "message.received")
    async with teller.ground.database.begin() as tx:
        await actions.rotate(tx, CONSOLE, teller.ground.keys, 1)
        await actions.drop_old_secrets(tx, CONSOLE, 1)
        await actions.disable(tx, CONSOLE, 1)
        await actions.enable(tx, CONSOLE, 1)
        await actions.test(tx, CONSOLE, 1)
        await actions.change(tx, CONSOLE, 1, Wanted(Target(shop.url), ("*",)))
        await actions.retire(tx, CONSOLE, 1)
    kinds = [row[0] for row in await teller.rows("select kind from event where kind like 'webhook.%' order by id")]
    assert kinds == [
        f"webhook.{what}"
        for what in ("created", *("secret_changed",) * 2, "disabled", "enabled", "tested", "changed", "retired")
    ]
    log = str(await teller.rows("select data from event"))
    assert made.secret not in log
    assert "hush" not in log, "paths and queries hold keys"


async def test_a_house_with_another_key_sends_nothing_unsigned(teller: Teller, shop: Receiver) -> None:
    await teller.listen(shop.url, "message.received")
    await teller.rows("update webhook_secret set sealed = 'x' returning 1")
    await teller.yard.says("hello")
    await teller.deliver()
    assert shop.heard == []
    ((problem, tries),) = await teller.rows("select problem, tries from webhook_delivery")
    assert "MADANG_SECRET_KEY" in problem
    assert tries == 0


async def test_what_goes_wrong_elsewhere_is_not_told(teller: Teller) -> None:
    """T2: an alert is about a channel, and that is a brand's; one about the whole house is for who sees it whole."""
    other = await cast.channel(teller.ground, await cast.brand(teller.ground, "Juniper"))
    about: list[dict[str, Any]] = [
        {"channel": teller.yard.channel.id},
        {"channel": other.id},
        {},
        {"channel": "1"},
        {"channel": 424242},
    ]
    now = datetime.now(UTC)
    events = [
        Happened(number, 1, "alert.opened", "system", now, None, None, None, data)
        for number, data in enumerate(about, 1)
    ]
    narrow = Listener(1, frozenset(("*",)), Scope(None, brands=frozenset({teller.yard.brand_id})))
    whole = Listener(2, frozenset(("*",)), Scope(None))
    async with teller.ground.database.begin() as tx:
        assert await heard(tx, [narrow, whole], events) == {1: {1}, 2: {1, 2, 3, 4, 5}}


async def test_a_link_is_told_only_to_who_may_hear_of_both(teller: Teller) -> None:
    """T2: that a conversation has to do with another one is no news for whom the other does not exist."""
    await teller.yard.says("hello")
    (here,) = await teller.yard.conversations()
    juniper = await cast.brand(teller.ground, "Juniper")
    ((there,),) = await teller.rows(
        f"""insert into conversation (customer_id, brand_id, status, subject, language)
        select customer_id, {juniper}, 'open', '', 'ko' from conversation returning id"""
    )
    now = datetime.now(UTC)
    events = [
        Happened(number, 1, kind, "user:1", now, one, None, 1, data)
        for number, (kind, one, data) in enumerate(
            [
                ("conversation.linked", here, {"other": there}),
                ("conversation.unlinked", there, {"other": here}),
                ("conversation.linked", here, {"other": here}),
                ("conversation.snoozed", there, {"until": None}),
            ],
            1,
        )
    ]
    narrow = Listener(1, frozenset(("*",)), Scope(None, brands=frozenset({teller.yard.brand_id})))
    async with teller.ground.database.begin() as tx:
        assert await heard(tx, [narrow], events) == {1: {3}}
