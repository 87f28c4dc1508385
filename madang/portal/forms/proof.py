"""On the page of a case, where the brand asks for proof: a code goes to the address she left, and she types it here.

Nothing that is answered says whether the address is anybody's.
"""

from __future__ import annotations

from typing import Any

from litestar.response import Redirect
from sqlalchemy import text

from madang.channels.book import Bound
from madang.conversations import proving
from madang.customers import identity
from madang.customers.identity import Address, Found
from madang.customers.proving import entering, limits
from madang.events.record import Actor
from madang.lib.errors import NotFound
from madang.lib.postgres import Tx
from madang.portal.chat.asking import Asked, ground_of, remote_of
from madang.portal.forms.sending import Case
from madang.portal.paper import asked_of

CLAIMS = text("""
select value from claim where coalesce(home_id, customer_id) = :home and kind = 'email' order by at limit 1
""")


def _address(bound: Bound, case: Case) -> Address:
    return Address("scoped", case.name, f"{bound.row.connector}:{bound.row.key}")


async def whose(tx: Tx, bound: Bound, case: Case) -> Found | None:
    """Who wrote the case; None while it is not taken in."""
    address = _address(bound, case)
    return (await identity.find(tx, [address])).get(address)


async def offered(tx: Tx, bound: Bound, case: Case) -> dict[str, Any] | None:
    """What the page asks her: for a code that is on its way, or whether one shall be sent. None for nothing."""
    found = await whose(tx, bound, case)
    if found is None or not bound.connector.config.brand.get("ask_proof"):
        return None
    shown = await proving.shown(tx, found.home_id)
    if shown is not None:
        return {"form": shown[1], "address": ""}
    address = (await tx.execute(CLAIMS, {"home": found.home_id})).scalar()
    return {"form": None, "address": address} if address else None


async def ask(request: Asked, bound: Bound, case: Case) -> None:
    """Send a code to the address she left, or once more."""
    ground = ground_of(request)
    await limits.from_network(ground.database, remote_of(request))
    async with ground.database.begin() as tx:
        found = await whose(tx, bound, case)
        asked = await offered(tx, bound, case)
        if found is None or asked is None:
            raise NotFound("There is nothing to prove here.")
        shown = await proving.shown(tx, found.home_id)
        if shown is not None:
            await proving.again_herself(tx, shown[0], bound.row.brand_id)
        else:
            await proving.ask_herself(tx, found, bound.row.brand_id, asked["address"])


async def enter(request: Asked, bound: Bound, case: Case, typed: str) -> str:
    """She types it: proven, wrong or over."""
    ground = ground_of(request)
    async with ground.database.begin() as tx:
        found = await whose(tx, bound, case)
        shown = await proving.shown(tx, found.home_id) if found is not None else None
    if found is None or shown is None:
        return "over"
    actor, remote = Actor("customer", found.customer_id), remote_of(request)
    answer = await entering.enter(ground, actor, shown[0], typed, speaker=_address(bound, case), remote=remote)
    return str(answer.state)


def back(request: Asked, bound: Bound, case: Case, said: str) -> Redirect:
    """To the page of the case, with what became of it."""
    kept = asked_of(request)
    return Redirect(
        f"/forms/{bound.row.key}/case/{case.token}{kept}{'&' if kept else '?'}proof={said}#proof", status_code=303
    )
