"""A connected account in the hands of whoever works on it: its mapping read, its CRM bound."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import Row, text

from madang.channels.connector import Config
from madang.channels.crm import Crm, Property
from madang.channels.registry import crm
from madang.crm import pairs
from madang.crm.pairs import CUSTOM, Pair
from madang.crm.translating import Terms
from madang.customers import defined
from madang.events.record import Actor
from madang.ground import Ground
from madang.lib.postgres import Tx

OTHERS = text("select count(*) from crm_account where id <> :id and connector = :connector")


@dataclass(frozen=True, slots=True)
class Account:
    """One account as it was when a round began."""

    id: int
    key: str
    row: Row[Any]
    pairs: Sequence[Pair]
    terms: Terms
    sources: Sequence[str]  # under which names numbers of its contacts are known: its own, and that of imported files

    @property
    def actor(self) -> Actor:
        """In whose name its changes are made here."""
        return Actor("crm", self.id)

    @property
    def names(self) -> list[str]:
        """The properties that are read."""
        return [one.theirs for one in self.pairs]

    def option(self, name: str) -> bool:
        """One of ``make_here``, ``make_there``, ``proven``."""
        return bool(self.row.options.get(name))


async def opened(tx: Tx, row: Row[Any]) -> Account:
    """Its mapping, with what the fields mean now."""
    fields = {f"{CUSTOM}{one.name}": one for one in await defined.fields(tx)}
    kept = [one for one in pairs.read(row.mapping) if not one.field.startswith(CUSTOM) or one.field in fields]
    terms = Terms(fields, {one.name: one for one in offered(row.properties)}, row.options.get("region", "KR"))
    alone = (await tx.execute(OTHERS, {"id": row.id, "connector": row.connector})).scalar_one() == 0
    return Account(row.id, row.key, row, kept, terms, [source(row), *([row.connector] if alone else [])])


def source(row: Row[Any]) -> str:
    """Under which name the numbers of its contacts are kept: two accounts of one CRM may number alike."""
    return f"{row.connector} {row.account or row.id}"


def offered(kept: Mapping[str, Any]) -> list[Property]:
    """The CRM's properties, as they were last read."""
    return [msgspec.convert(one, Property) for one in kept.get("all", [])]


def keep(some: Sequence[Property]) -> dict[str, Any]:
    """The CRM's properties, to keep."""
    return {"all": [msgspec.to_builtins(one) for one in some]}


def config(ground: Ground, row: Row[Any]) -> Config:
    """The account as its CRM sees it, secrets opened; raises ValueError where they cannot be."""
    secrets = msgspec.json.decode(ground.keys.unseal(row.secrets)) if row.secrets else {}
    return trial(ground, row.settings, secrets, number=row.id, key=row.key, name=row.name)


def trial(
    ground: Ground,
    settings: Mapping[str, Any],
    secrets: Mapping[str, str],
    *,
    number: int = 0,
    key: str = "trial",
    name: str = "",
) -> Config:
    """A set-up that may come to be."""
    return Config(
        id=number,
        key=key,
        name=name,
        settings=settings,
        secrets=secrets,
        host=ground.settings.public_url,
        allow_hosts=ground.settings.allow_hosts,
    )


def bound(ground: Ground, row: Row[Any]) -> Crm:
    """Its CRM; close it after use. Raises ValueError where the secrets cannot be opened, UnknownConnector."""
    return crm(row.connector)(config(ground, row))
