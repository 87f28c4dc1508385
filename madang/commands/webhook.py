"""Tell other programs of events: make, list and replay webhooks, whether the server runs or not."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from madang.commands._ground import on_ground
from madang.commands._options import with_settings
from madang.settings import Settings

if TYPE_CHECKING:
    from madang.ground import Ground


@click.group()
def command() -> None:
    """Tell other programs of events: make, list and replay webhooks, whether the server runs or not."""


@command.command()
@click.argument("url")
@click.option("--kind", "kinds", multiple=True, required=True, help="A kind of event, message.*, or *. Repeatable.")
@click.option("--description", default="", help="What it is for.")
@with_settings("webhook")
def create(settings: Settings, url: str, kinds: tuple[str, ...], description: str) -> None:
    """Make a webhook and print JSON: its id and its secret, which is not shown again."""

    async def work(ground: Ground) -> dict[str, Any]:
        from madang.lib.http import Guard
        from madang.staff.permissions import CONSOLE
        from madang.webhooks.actions import Wanted
        from madang.webhooks.actions import create as make
        from madang.webhooks.targets import judged

        target = await judged(url, Guard(settings.allow_hosts))
        async with ground.database.begin() as tx:
            made = await make(tx, CONSOLE, ground.keys, Wanted(target, kinds, description))
        return {"id": made.id, "secret": made.secret}

    click.echo(json.dumps(on_ground(settings, work)))


@command.command("list")
@with_settings("webhook")
def list_(settings: Settings) -> None:
    """Print every webhook as JSON, and how each does."""

    async def work(ground: Ground) -> list[dict[str, Any]]:
        from madang.staff.permissions import CONSOLE
        from madang.webhooks.queries import webhooks

        async with ground.database.begin() as tx:
            rows = await webhooks(tx, CONSOLE)
        return [
            {
                "id": row.id,
                "description": row.description,
                "url": row.url,
                "kinds": row.kinds,
                "enabled": row.disabled_at is None,
                "disabled_why": row.disabled_why,
                "failing_since": row.failing_since.isoformat() if row.failing_since else None,
                "waiting": row.waiting,
                "failed": row.failed,
            }
            for row in rows
        ]

    click.echo(json.dumps(on_ground(settings, work), ensure_ascii=False, indent=2))


@command.command()
@click.argument("webhook_id", type=int)
@click.option("--since", required=True, help="From then on, with its zone: 2026-03-02T09:00:00+09:00.")
@click.option("--until", help="And before then; now, if not given.")
@click.option("--failed", is_flag=True, help="Only what failed.")
@with_settings("webhook")
def replay(settings: Settings, webhook_id: int, since: str, until: str | None, failed: bool) -> None:
    """Send a time again, what was never sent too; prints how many deliveries that is."""
    from madang.webhooks.actions import Range

    wanted = Range(_moment(since), _moment(until) if until else datetime.now().astimezone(), failed)

    async def work(ground: Ground) -> int:
        from madang.staff.permissions import CONSOLE
        from madang.webhooks.actions import replay_range

        async with ground.database.begin() as tx:
            return await replay_range(tx, CONSOLE, webhook_id, wanted)

    click.echo(on_ground(settings, work))


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"{text} is no time. It looks like 2026-03-02T09:00:00+09:00.") from None
