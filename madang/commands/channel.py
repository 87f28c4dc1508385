"""Connect channels and list them; both print JSON, whether the server runs or not."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from madang.commands._ground import on_ground
from madang.commands._options import with_settings
from madang.settings import Settings

if TYPE_CHECKING:
    from madang.ground import Ground
    from madang.lib.postgres import Tx

FIRST_BRAND = "Our company"


@click.group()
def command() -> None:
    """Connect channels and list them."""


@command.command()
@click.argument("connector")
@click.option("--name", required=True, help="What the channel is called on screens.")
@click.option("--brand", default="", help="The brand it belongs to, by name or number; the oldest one if not given.")
@click.option("--set", "given", multiple=True, metavar="FIELD=VALUE", help="A field of its set-up; may be repeated.")
@with_settings("channel")
def create(settings: Settings, connector: str, name: str, brand: str, given: Sequence[str]) -> None:
    """Connect a channel: test its set-up, save it, print {id, key} and the secrets that were made for it."""
    fields = dict(_pair(one) for one in given)

    async def work(ground: Ground) -> dict[str, Any]:
        return await _create(ground, connector, name, brand, fields)

    click.echo(json.dumps(on_ground(settings, work), ensure_ascii=False))


@command.command("list")
@with_settings("channel")
def list_(settings: Settings) -> None:
    """Print every channel in use: {id, key, connector, name, brand, paused, problem}."""
    click.echo(json.dumps(on_ground(settings, _list), ensure_ascii=False, indent=2))


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise click.BadParameter(f"{text!r} is no FIELD=VALUE", param_hint="--set")
    return name.strip(), value


async def _create(ground: Ground, connector: str, name: str, brand: str, given: dict[str, str]) -> dict[str, Any]:
    from madang.channels import actions, registry
    from madang.channels.connector import SetupError
    from madang.channels.setup import fill
    from madang.events.record import SYSTEM

    try:
        fields = registry.fields(connector)
        unknown = given.keys() - {field.name for field in fields}
        if unknown:
            raise SetupError(f"There is no field {', '.join(sorted(unknown))}. There are: {_names(fields)}.")
        settings, secrets = fill(fields, given)
        if not name.strip():
            raise SetupError("Please give the channel a name.", "--name")
        async with ground.database.begin() as tx:
            setup: dict[str, Any] = {
                "connector": connector,
                "name": name,
                "brand_id": await _brand(tx, brand),
                "settings": settings,
                "secrets": secrets,
            }
            await actions.test_setup(ground, tx, **setup)
            made = await actions.create(tx, SYSTEM, ground.keys, **setup)
        await actions.try_out(ground, made.id)
    except registry.UnknownConnector as error:
        raise click.ClickException(f"{error}") from None
    except SetupError as error:
        raise click.ClickException(f"{error.field}: {error.message}" if error.field else error.message) from None
    ours = {field.name: secrets[field.name] for field in fields if field.fresh and field.name in secrets}
    return {"id": made.id, "key": made.key, **ours}


def _names(fields: Sequence[Any]) -> str:
    return ", ".join(field.name for field in fields)


async def _brand(tx: Tx, wanted: str) -> int:
    """The brand by name or number, else the oldest; on a machine where none is yet, a first one."""
    from madang.brands.actions import Look, create_brand
    from madang.brands.queries import brands
    from madang.events.record import SYSTEM
    from madang.lib.errors import Refused

    living = await brands(tx)
    if wanted:
        found = [one.id for one in living if wanted in (one.name, str(one.id))]
        if not found:
            raise Refused(f"There is no brand {wanted!r}. There are: {', '.join(one.name for one in living)}.")
        return found[0]
    if not living:
        return await create_brand(tx, SYSTEM, Look(FIRST_BRAND))
    return min(one.id for one in living)


async def _list(ground: Ground) -> list[dict[str, Any]]:
    from madang.channels.queries import channels

    async with ground.database.begin() as tx:
        rows = await channels(tx)
    return [
        {
            "id": row.id,
            "key": row.key,
            "connector": row.connector,
            "name": row.name,
            "brand": row.brand_name,
            "paused": row.paused_at is not None,
            "problem": row.problem,
        }
        for row in rows
    ]
