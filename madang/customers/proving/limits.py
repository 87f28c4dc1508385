"""How often a code may be asked for and tried (T20), counted in the database: over processes, and for the address."""

from __future__ import annotations

from datetime import timedelta

from madang.lib.postgres import Database, Tx
from madang.staff.attempts import Limit, Try, allow, network, spend

HOUR = timedelta(hours=1)
SOON = Limit("proof.soon", 1, timedelta(seconds=20))  # a second press is no second mail
ADDRESS = Limit("proof.address", 5, HOUR)
ADDRESS_DAY = Limit("proof.address.day", 10, timedelta(days=1))
CUSTOMER = Limit("proof.customer", 8, HOUR)
NETWORK = Limit("proof.network", 30, HOUR)  # a company's whole office may share one
COLLEAGUE = Limit("proof.colleague", 60, HOUR)
TYPED = Limit("proof.typed", 20, HOUR)  # codes for one customer
TYPED_HERE = Limit("proof.typed.here", 60, HOUR)


async def asking(tx: Tx, customer_id: int, kind: str, value: str) -> None:
    """Count a code that is asked for; raises TooMany. What is refused for another reason does not count."""
    address = f"{kind}:{value}"
    tries = (Try(SOON, address), Try(ADDRESS, address), Try(ADDRESS_DAY, address), Try(CUSTOMER, str(customer_id)))
    await allow(tx, *tries)


async def from_network(database: Database, remote: str) -> None:
    """Count a question from the chat, whatever comes of it; raises TooMany."""
    await spend(database, Try(NETWORK, network(remote)))


async def by_colleague(tx: Tx, actor: str) -> None:
    """Count a question by a colleague or a program; raises TooMany."""
    await allow(tx, Try(COLLEAGUE, actor))


async def typing(database: Database, customer_id: int, remote: str = "") -> None:
    """Count a code that is typed, right or wrong; raises TooMany."""
    here = (Try(TYPED_HERE, network(remote)),) if remote else ()
    await spend(database, Try(TYPED, str(customer_id)), *here)
