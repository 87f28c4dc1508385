"""The whole of a CRM: people by number, and the order in which they were changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from madang.channels.connector import Malformed, Request, SetupError
from madang.channels.crm import Contact, Crm, CrmLimits, Heard, Page, Property, Write, Written

PEOPLE: dict[str, dict[str, str]] = {}
LOG: list[str] = []  # who was changed, in order


class Tiny(Crm):
    """Its properties are ``full``, ``mail`` and ``firm``."""

    name = "tiny"
    limits = CrmLimits(batch=10, poll=3_600)
    guesses = {"name": "full", "company": "firm"}

    async def check(self) -> str:
        if self.config.secrets.get("password") != "open":
            raise SetupError("This is not the password.", "password")
        return "tiny"

    async def properties(self) -> Sequence[Property]:
        return [Property("full", "Full name"), Property("firm", "Firm"), Property("mail", "Mail", "email", fixed=True)]

    async def count(self) -> int:
        return len(PEOPLE)

    async def everyone(self, cursor: str, names: Sequence[str]) -> Page:
        ids = [one for one in sorted(PEOPLE, key=int) if int(one) > int(cursor or 0)]
        some = ids[: self.limits.batch]
        return Page([_contact(one) for one in some], some[-1] if some else cursor, len(ids) > len(some))

    async def changed(self, cursor: str, names: Sequence[str]) -> Page:
        since = int(cursor) if cursor else len(LOG)
        return Page([_contact(one) for one in dict.fromkeys(LOG[since:]) if one in PEOPLE], str(len(LOG)), False)

    async def read(self, ids: Sequence[str], names: Sequence[str]) -> Mapping[str, Contact]:
        return {one: _contact(one) for one in ids if one in PEOPLE}

    async def find(self, emails: Sequence[str], names: Sequence[str]) -> Mapping[str, Contact]:
        return {has["mail"]: _contact(one) for one, has in PEOPLE.items() if has["mail"] in emails}

    async def write(self, writes: Sequence[Write]) -> Sequence[Written]:
        return [_write(one) for one in writes]

    def hear(self, request: Request) -> Sequence[Heard]:
        raise Malformed("it says nothing")


def put(number: str, **values: str) -> str:
    """A contact as it is from now on."""
    PEOPLE[number] = PEOPLE.get(number, {}) | values
    LOG.append(number)
    return number


def _contact(number: str) -> Contact:
    return Contact(number, PEOPLE[number], datetime.now(UTC), emails=(PEOPLE[number]["mail"],))


def _write(one: Write) -> Written:
    if "mail" in one.values:
        return Written(one.key, None, "the address cannot be written")
    known = one.id or next((number for number, has in PEOPLE.items() if has["mail"] == one.email), "")
    number = put(known or str(len(PEOPLE) + 1), **({"mail": one.email} if one.email else {}), **one.values)
    return Written(one.key, _contact(number), new=not known)
