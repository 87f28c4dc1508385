"""The whole examination, in the order in which one thing rests on the other: what the base lacks is not asked above."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy.exc import SQLAlchemyError

from madang.conversations.ledger import Line, ledger
from madang.conversations.search import queries as search
from madang.doctor import channels, database, machine, work
from madang.doctor.findings import Finding, problem
from madang.events import pulse
from madang.ground import Ground
from madang.lib.embedded_postgres import PostgresError
from madang.lib.embedded_postgres import database as open_database
from madang.settings import Settings
from madang.wiring import REACTIONS

WHERE = "If it is your own PostgreSQL, see DATABASE_URL and whether it runs; the embedded one's log is server.log."


@dataclass(slots=True)
class Examined:
    """What was found, and the ledger as it stands."""

    findings: list[Finding] = field(default_factory=list)
    lines: Sequence[Line] = ()

    @property
    def good(self) -> bool:
        """Whether nothing needs mending."""
        return not any(one.level == "problem" for one in self.findings)


def examine(settings: Settings, *, ask: bool = True) -> Examined:
    """Look at everything; ``ask`` providers too. Nothing is changed, the schema neither."""
    made = Examined([*machine.settings(settings), *machine.disks(settings)])
    try:
        with open_database(settings) as url:
            asyncio.run(_inside(settings, url, made, ask))
    except (PostgresError, OSError, SQLAlchemyError) as error:
        made.findings.append(problem("database", f"It cannot be reached: {error}", WHERE))
    return made


async def _inside(settings: Settings, url: str, made: Examined, ask: bool) -> None:
    ground = Ground.open(settings, url, pool=4)
    try:
        await look(ground, made, ask=ask)
    finally:
        await ground.close()


async def look(ground: Ground, made: Examined, *, ask: bool) -> None:
    """All that rests on the database."""
    async with ground.database.begin() as tx:
        made.findings += [one async for one in database.examine(ground, tx)]
        if any(one.topic == "schema" and one.level == "problem" for one in made.findings):
            return  # nothing above it means anything
        made.findings += await database.key(ground, tx)
        made.findings.append(await database.months(tx))
        names = {one.name for one in REACTIONS}
        found = await work.processes(tx, ground.settings)
        working = any(one.topic == "workers" and one.level == "well" for one in found)
        made.findings += found
        made.findings += work.behind(await pulse.reactions(tx, names), await pulse.seal_lag(tx), working)
        made.findings.append(work.searchable(await search.behind(tx), working))
        made.lines = await ledger(tx)
    made.findings += channels.standing(made.lines, working)
    made.findings.append(await machine.files(ground))
    if ask:
        made.findings += await channels.reachable(ground, made.lines)
