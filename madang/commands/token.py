"""Make, list and revoke the tokens programs use, whether the server runs or not."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from madang.commands._ground import on_ground
from madang.commands._options import with_settings
from madang.settings import Settings

if TYPE_CHECKING:
    from madang.ground import Ground


@click.group()
def command() -> None:
    """Make, list and revoke the tokens programs use, whether the server runs or not."""


@command.command()
@click.option("--name", required=True, help="What the token is for, as lists show it.")
@click.option("--role", required=True, help="administrator, lead, agent or viewer: the smallest that is enough.")
@click.option("--user", default="", help="The mail address of a person it speaks for: it sees and may what she does.")
@with_settings("token")
def create(settings: Settings, name: str, role: str, user: str) -> None:
    """Make a token and print it, and nothing else. It is not shown again."""

    async def work(ground: Ground) -> str:
        from madang.staff.actions import create_token
        from madang.staff.permissions import CONSOLE

        async with ground.database.begin() as tx:
            made = await create_token(tx, CONSOLE, name=name, role=role, user=user)  # type: ignore[arg-type]  # checked there
            return made.token

    click.echo(on_ground(settings, work))


@command.command("list")
@with_settings("token")
def list_(settings: Settings) -> None:
    """Print every token that works as JSON: {id, name, prefix, role, user, created_at, used_at}."""

    async def work(ground: Ground) -> list[dict[str, Any]]:
        from madang.staff.queries import tokens

        async with ground.database.begin() as tx:
            rows = await tokens(tx)
        return [
            {
                "id": row.id,
                "name": row.name,
                "prefix": row.prefix,
                "role": row.role,
                "user": row.speaks_for or None,
                "created_at": row.created_at.isoformat(),
                "used_at": row.used_at.isoformat() if row.used_at else None,
            }
            for row in rows
        ]

    click.echo(json.dumps(on_ground(settings, work), ensure_ascii=False, indent=2))


@command.command()
@click.argument("token_id", type=int)
@with_settings("token")
def revoke(settings: Settings, token_id: int) -> None:
    """Let the token with this id (see list) no longer work."""

    async def work(ground: Ground) -> None:
        from madang.staff.actions import revoke_token
        from madang.staff.permissions import CONSOLE

        async with ground.database.begin() as tx:
            await revoke_token(tx, CONSOLE, token_id)

    on_ground(settings, work)
    click.echo(f"Token {token_id} no longer works.", err=True)
