"""What Prometheus reads, and who else may not (T15)."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text

from madang.channels.connector import Delivery
from madang.front import Front
from madang.settings import load
from madang.staff.actions import create_token
from madang.staff.permissions import CONSOLE, Role
from madang.tests import cast, frames
from madang.tests.cast import Yard

pytestmark = pytest.mark.slow  # the house in small; the quick suite has its time

NEAR, FAR = "127.0.0.1", "203.0.113.9"


def asking(yard: Yard, peer: str = NEAR, trusted: tuple[str, ...] = ()) -> httpx.AsyncClient:
    app = frames.app(yard.ground)
    transport = httpx.ASGITransport(Front(app, trusted, app.times), client=(peer, 50000))
    return httpx.AsyncClient(transport=transport, base_url="http://desk.haneul.example")


def figures(answer: httpx.Response) -> dict[str, float]:
    """Every sample, as ``name{label values}``; a parser of Prometheus's own has read it."""
    return {
        f"{sample.name}{{{','.join(sample.labels.values())}}}": sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


async def test_the_ledger_the_work_and_the_process_are_told(yard: Yard) -> None:
    await yard.says("안녕하세요")
    await yard.put({"type": "nonsense"})
    await yard.take_in()
    await yard.put(cast.message("waits"))
    async with yard.ground.database.begin() as tx:
        await tx.execute(
            text("insert into reaction_position (reaction, tx, id) values ('webhooks', '0', 0), ('of yore', '0', 0)")
        )
        await tx.execute(text("insert into dead_letter (reaction, event_id, error) values ('webhooks', 1, 'x')"))
        await tx.execute(text("insert into heartbeat (process, kind, at) values ('w', 'worker', now())"))
    async with asking(yard) as web:
        await web.get("/healthz")
        told = figures(await web.get("/metrics"))
    channel = f"{{Haneul,{yard.channel.id},api,api channel}}"
    assert told[f"madang_channel_received_total{channel}"] == 3
    assert told[f"madang_channel_taken_in{channel}"] == 1
    assert told[f"madang_channel_quarantined{channel}"] == 1
    assert told[f"madang_channel_waiting{channel}"] == 1
    assert told[f"madang_channel_oldest_waiting_timestamp_seconds{channel}"] > 1.7e9
    assert told["madang_reaction_lag_seconds{webhooks}"] > 0
    assert told["madang_dead_letters{webhooks}"] == 1
    assert "madang_reaction_lag_seconds{of yore}" not in told  # no version does it any more
    assert told["madang_workers{}"] == 1
    assert told["madang_database_up{}"] == 1
    assert told["madang_request_seconds_count{GET,/healthz,2xx}"] == 1
    assert told["madang_streams{desk}"] == 0
    assert told["process_resident_memory_bytes{}"] > 1e6


async def test_commits_are_counted(yard: Yard) -> None:
    app = frames.app(yard.ground)
    await app.door.put(yard.channel.id, [Delivery("a", "m", b"{}"), Delivery("b", "m", b"{}")])
    assert app.door.sizes.total == 2
    assert sum(app.door.seconds.counts) >= 1


async def test_without_its_database_a_process_still_speaks_for_itself(yard: Yard) -> None:
    async with yard.ground.database.begin() as tx:
        await tx.execute(text("alter table reaction_position rename to gone"))
    async with asking(yard) as web:
        told = figures(await web.get("/metrics"))
    assert told["madang_database_up{}"] == 0
    assert "madang_streams{desk}" in told


@pytest.mark.parametrize(
    ("peer", "trusted", "headers", "status"),
    [
        (NEAR, (), {}, 200),
        ("::1", (), {}, 200),
        (FAR, (), {}, 403),
        (NEAR, (), {"x-forwarded-for": FAR}, 403),  # a proxy nobody told us of: its visitors are not our neighbours
        (NEAR, (), {"via": "1.1 proxy"}, 403),
        (NEAR, ("127.0.0.1",), {"x-forwarded-for": FAR}, 403),
        (NEAR, ("127.0.0.1",), {"x-forwarded-for": NEAR}, 200),
        (FAR, (), {"x-forwarded-for": NEAR}, 403),
        (FAR, (), {"authorization": "Bearer nonsense"}, 403),
        (FAR, (), {"authorization": "Basic bm90OmhlcmU="}, 403),
    ],
)
async def test_only_neighbours_read_it(
    yard: Yard, peer: str, trusted: tuple[str, ...], headers: dict[str, str], status: int
) -> None:
    async with asking(yard, peer, trusted) as web:
        answer = await web.get("/metrics", headers=headers)
    assert answer.status_code == status
    assert ("madang_" in answer.text) == (status == 200)


@pytest.mark.parametrize(("role", "status"), [("administrator", 200), ("lead", 200), ("agent", 403), ("viewer", 403)])
async def test_from_afar_it_takes_a_token_that_may(yard: Yard, role: Role, status: int) -> None:
    async with yard.ground.database.begin() as tx:
        made = await create_token(tx, CONSOLE, name="prometheus", role=role)
    async with asking(yard, FAR) as web:
        answer = await web.get("/metrics", headers={"authorization": f"Bearer {made.token}"})
    assert answer.status_code == status


@pytest.mark.parametrize(
    ("environment", "open_here"),
    [
        ({}, True),
        ({"MADANG_PUBLIC_URL": "https://desk.haneul.example"}, False),  # perhaps behind a proxy that says nothing
        ({"MADANG_PUBLIC_URL": "https://desk.haneul.example", "MADANG_TRUSTED_PROXIES": "127.0.0.1"}, True),
        ({"MADANG_PUBLIC_URL": "https://desk.haneul.example", "MADANG_METRICS_ALLOW": "127.0.0.1"}, True),
        ({"MADANG_METRICS_ALLOW": "10.0.0.0/8"}, False),
    ],
)
def test_this_machine_is_near_only_where_that_means_something(
    tmp_path: Path, environment: dict[str, str], open_here: bool
) -> None:
    allowed = load(environment, data=tmp_path / "data").metrics_allow
    assert any(one.startswith("127.") for one in allowed) == open_here


async def test_other_networks_can_be_let_in(yard: Yard) -> None:
    settings = dataclasses.replace(yard.ground.settings, metrics_allow=("10.2.0.0/16",))
    elsewhere = dataclasses.replace(yard, ground=dataclasses.replace(yard.ground, settings=settings))
    async with asking(elsewhere, "10.2.3.4") as near, asking(elsewhere, NEAR) as far:
        assert (await near.get("/metrics")).status_code == 200
        assert (await far.get("/metrics")).status_code == 403
