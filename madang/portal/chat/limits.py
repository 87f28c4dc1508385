"""How much one visitor, and one address, may ask (T20). What must hold over processes is counted in the database."""

from __future__ import annotations

from datetime import timedelta

from madang.lib.pace import Pace
from madang.lib.postgres import Database
from madang.portal.chat.visitors import Visitor
from madang.staff.attempts import Limit, Try, network, spend

HOUR = timedelta(hours=1)
NEW_VISITORS = Limit("chat.visitor", 300, HOUR)  # a company's whole office may share one address
WRONG_HASHES = Limit("chat.hash", 60, HOUR)
FILES = Limit("chat.file", 40, HOUR)
FILES_HERE = Limit("chat.file.here", 200, HOUR)

SIGNS = Pace(burst=20, rate=0.7)  # typing and leaving: never stored, so never worth a row
PAGES = Pace(burst=10, rate=0.1)  # looked at with consent: each is a row
STREAMS = Pace(burst=300, rate=10.0)  # opened, by one address


async def new_visitor(database: Database, remote: str) -> None:
    """Count a browser that asks for a token; raises TooMany."""
    await spend(database, Try(NEW_VISITORS, network(remote)))


async def wrong_hash(database: Database, remote: str) -> None:
    """Count a user whose hash was wrong; raises TooMany."""
    await spend(database, Try(WRONG_HASHES, network(remote)))


async def file(database: Database, visitor: Visitor, remote: str) -> None:
    """Count an upload; raises TooMany."""
    await spend(database, Try(FILES, visitor.owner), Try(FILES_HERE, network(remote)))
