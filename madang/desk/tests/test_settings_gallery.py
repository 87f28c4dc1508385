"""The gallery of doors, and what a channel's page says beside its set-up."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import text

from madang.channels.health import health
from madang.channels.registry import entries
from madang.desk.gallery import GROUPS, card, gallery, prices
from madang.desk.page import pages
from madang.desk.tests.visitor import Visitor
from madang.ground import Ground
from madang.lib.language import speaking
from madang.tests import cast
from madang.tests.cast import Yard

MORE = "insert into tally (channel_id, what, n, at) values (:channel, :what, :n, :at)"
HOUR = "insert into tally_hour (channel_id, what, hour, n, gone) values (:channel, :what, :at, :n, 0)"


def test_every_connector_is_in_one_group() -> None:
    shown = [one.name for _, cards in gallery() for one in cards]
    assert sorted(shown) == sorted(entries())
    assert card("email").group == "web"
    assert card("api").group == "shop"
    assert all(one.group in GROUPS for _, cards in gallery() for one in cards)


def test_a_search_finds_by_name_in_both_languages_and_by_what_it_can() -> None:
    def found(wanted: str) -> set[str]:
        return {one.name for _, cards in gallery(wanted) for one in cards}

    assert "email" in found("e-mail")
    assert found("no such door") == set()
    assert "webchat" in found("FILES writing")
    pages()  # learns every connector's texts
    with speaking("ko"):
        assert "email" in found("이메일")


def test_prices_are_shown_where_the_provider_takes_money() -> None:
    paid = {name for name in entries() if card(name).paid}
    for name in paid:
        assert prices(entries()[name], {}), f"{name} has a price, and no field for it"
    assert not prices(entries()["api"], {"price": "1"})


async def test_health_is_what_was_tallied_today(ground: Ground, yard: Yard) -> None:
    channel, today = yard.channel.id, datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    now = datetime.now(UTC)
    async with ground.database.begin() as tx:
        await tx.execute(text("delete from tally"))
        for what, n, at in [(1, 2, now), (6, 1, now), (8, 3, now), (8, 5, now - timedelta(days=1))]:
            await tx.execute(text(MORE), {"channel": channel, "what": what, "n": n, "at": at})
        for what, n, at in [(4, 2, today), (1, 7, today - timedelta(days=1)), (1, 1, today)]:
            await tx.execute(text(HOUR), {"channel": channel, "what": what, "n": n, "at": at})
        found = (await health(tx, [channel, 999], today))[channel]
        none = (await health(tx, [999], today))[999]
    assert (found.received, found.sent, found.failed, found.quarantined, found.errors) == (3, 1, 3, 2, 5)
    assert found.in_at is not None
    assert abs(found.in_at - now) < timedelta(seconds=1)
    assert found.out_at is not None
    assert (none.in_at, none.errors) == (None, 0)


async def test_the_gallery_and_a_guide_beside_the_form(ground: Ground, hana: Visitor) -> None:
    await cast.brand(ground)
    await hana.get("/settings/channels/new")
    for name in entries():
        assert f'href="/settings/channels/new/{name}"' in hana.page
    await hana.get("/settings/channels/new?q=zzz")
    assert "No channel is called so" in hana.text
    await hana.get("/settings/channels/new/api")
    assert "Set-up guide" in hana.text
    assert "standardwebhooks.com" in hana.page


async def test_a_test_says_what_came_of_it_and_a_pause_says_why(yard: Yard, hana: Visitor) -> None:
    where = f"/settings/channels/{yard.channel.id}"
    await hana.get(where)
    assert (await hana.post(f"{where}/check")).status_code == 200
    assert "The connection works" in hana.text
    await hana.post(f"{where}/pause", reason=" <b>정기</b>  점검 ")
    await hana.get(where)
    assert "&lt;b&gt;정기&lt;/b&gt; 점검" in hana.page
    assert "This channel does not work now" not in hana.text
    await hana.post(f"{where}/resume")
    await hana.get(where)
    assert "점검" not in hana.text


async def test_templates_only_where_the_provider_approves_them(yard: Yard, hana: Visitor) -> None:
    await hana.get(f"/settings/channels/{yard.channel.id}")
    assert "Fetch again" not in hana.text
    answer = await hana.post(f"/settings/channels/{yard.channel.id}/templates")
    assert answer.status_code == 400
