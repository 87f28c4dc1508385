"""HubSpot's contacts, by its CRM API v3 (developers.hubspot.com)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import ClassVar
from urllib.parse import quote

from madang.channels.connector import Config, Reply, Request, SetupError
from madang.channels.crm import Contact, Crm, CrmError, CrmLimits, Heard, Page, Property, Write, Written
from madang.connectors.hubspot import contacts, webhooks
from madang.connectors.hubspot.calls import Calls, Refusal
from madang.connectors.hubspot.setup import API
from madang.connectors.hubspot.writing import write
from madang.lib.language import gettext as _

HERE = "/crm/v3/objects/contacts"
SCOPES = ("crm.objects.contacts.read", "crm.objects.contacts.write")
PAGE = 100
LAG = timedelta(seconds=90)  # the search learns of a change a little later than the contact itself
DEEPEST = 9_900  # HubSpot answers 400 behind 10,000 results of one search
_NOT_POST = Reply(405, b"webhooks are posted here", headers=(("allow", "POST"),), store=False)


class HubSpot(Crm):
    """One HubSpot account, by the token of an app of its own."""

    name = "hubspot"
    limits = CrmLimits(batch=PAGE, poll=60.0)
    guesses: ClassVar[Mapping[str, str]] = {
        "name": contacts.NAME,
        "phone": "phone",
        "company": "company",
        "language": "hs_language",
        "region": "country",
        "timezone": contacts.TIMEZONE,
    }

    def __init__(self, config: Config) -> None:
        super().__init__(config)
        url = str(config.settings.get("api_url") or API)
        self._calls = Calls(url, config.secrets.get("token", ""), config.allow_hosts)

    async def check(self) -> str:
        """Who the token is of, and whether it may read and write contacts."""
        try:
            known = await self._calls.post(
                "/oauth/v2/private-apps/get/access-token-info", {"tokenKey": self.config.secrets.get("token", "")}
            )
            missing = [one for one in SCOPES if one not in known.get("scopes", SCOPES)]
            if missing:
                said = _("Give the app these permissions in HubSpot, then try again: %(scopes)s")
                raise SetupError(said % {"scopes": ", ".join(missing)}, "token")
            account = str(known.get("hubId", ""))
        except Refusal:
            account = ""  # a token of another kind: what it may is shown by using it
        except CrmError as error:
            raise SetupError(error.detail, "token" if error.why == "auth" else "") from None
        await self._try_reading()
        return account

    async def _try_reading(self) -> None:
        try:
            await self._calls.get(f"{HERE}?limit=1")
            await self._calls.get("/crm/v3/properties/contacts/email")
        except Refusal as error:
            said = _("There is no HubSpot API at this address: %(why)s") % {"why": error.detail}
            raise SetupError(said, "api_url") from None
        except CrmError as error:
            raise SetupError(error.detail, "token" if error.why == "auth" else "") from None

    async def properties(self) -> Sequence[Property]:
        """All but hidden ones."""
        return contacts.properties((await self._calls.get("/crm/v3/properties/contacts"))["results"])

    async def count(self) -> int:
        """As the search counts them."""
        return int((await self._calls.post(f"{HERE}/search", {"filterGroups": [], "limit": 1})).get("total", 0))

    async def everyone(self, cursor: str, names: Sequence[str]) -> Page:
        """The list: it has no end at 10,000, and no filter."""
        after = f"&after={quote(cursor, safe='')}" if cursor else ""
        said = await self._calls.get(f"{HERE}?limit={PAGE}&properties={','.join(contacts.asked(names))}{after}")
        onward = said.get("paging", {}).get("next", {}).get("after", "")
        return Page([contacts.contact(one, names) for one in said["results"]], onward or cursor, bool(onward))

    async def changed(self, cursor: str, names: Sequence[str]) -> Page:
        """By the search, the oldest change first. The cursor is a moment and how many of that moment are known."""
        now = datetime.now(UTC)
        if not cursor:
            return Page((), _stand(now - LAG), False)
        since, _colon, known = cursor.partition(":")
        body = {
            "filterGroups": [{"filters": [{"propertyName": "lastmodifieddate", "operator": "GTE", "value": since}]}],
            "sorts": [{"propertyName": "lastmodifieddate", "direction": "ASCENDING"}],
            "properties": contacts.asked(names),
            "limit": PAGE,
            "after": known or "0",
        }
        said = await self._calls.post(f"{HERE}/search", body)
        found = [contacts.contact(one, names) for one in said["results"]]
        onward = said.get("paging", {}).get("next", {}).get("after", "")
        if not onward:
            last = max((one.at for one in found), default=now)
            return Page(found, max(_stand(min(last, now - LAG)), f"{since}:", key=_order), False)
        return Page(found, _further(since, found, onward), True)

    async def read(self, ids: Sequence[str], names: Sequence[str]) -> Mapping[str, Contact]:
        """In one call; those it does not answer are asked for one by one, because they may have been merged."""
        found = {one.id: one for one in await self._batch([{"id": one} for one in ids], "", names)}
        made = {}
        for one in ids:
            known = found.get(one) or next((other for other in found.values() if one in other.merged), None)
            known = known or await self._alone(one, names)
            if known is not None:
                made[one] = known
        return made

    async def find(self, emails: Sequence[str], names: Sequence[str]) -> Mapping[str, Contact]:
        """By the main address, and by further ones of what comes back."""
        found = await self._batch([{"id": one} for one in emails], "email", names)
        return {mail: one for one in found for mail in (each.lower() for each in one.emails[::-1]) if mail in emails}

    async def write(self, writes: Sequence[Write]) -> Sequence[Written]:
        """Known contacts by their ids, others by their address."""
        return await write(self._calls, HERE, writes, self._alone)

    async def _batch(self, inputs: Sequence[Mapping[str, str]], by: str, names: Sequence[str]) -> list[Contact]:
        body = {"inputs": inputs, "properties": contacts.asked(names)} | ({"idProperty": by} if by else {})
        said = await self._calls.post(f"{HERE}/batch/read?archived=false", body)
        return [contacts.contact(one, names) for one in said.get("results", [])]

    async def _alone(self, number: str, names: Sequence[str]) -> Contact | None:
        if not re.fullmatch(r"\d{1,19}", number):
            return None
        try:
            said = await self._calls.get(f"{HERE}/{number}?properties={','.join(contacts.asked(names))}")
        except Refusal as error:
            if error.status == 404:
                return None
            raise
        return contacts.contact(said, names)

    def verify(self, request: Request) -> Reply:
        """Signature v3, five minutes, constant time. The address is our public one: a proxy may have shown another."""
        if request.method != "POST":
            return _NOT_POST
        address = f"{self.config.host.rstrip('/')}{request.path}"
        webhooks.prove(self.config.secrets.get("client_secret", ""), address, request, datetime.now(UTC))
        return Reply()

    def hear(self, request: Request) -> Sequence[Heard]:
        """Contacts; events of other records are left out."""
        return webhooks.hear(request.body)

    async def close(self) -> None:
        """Let go of connections."""
        await self._calls.close()


def _stand(at: datetime) -> str:
    return f"{int(at.timestamp() * 1000)}:"


def _order(cursor: str) -> int:
    return int(cursor.partition(":")[0])


def _further(since: str, found: Sequence[Contact], onward: str) -> str:
    """Behind a full page: at the moment of its last contact, or deeper into one moment that fills whole pages."""
    last = _stand(found[-1].at)
    if _order(last) > int(since):
        return last
    return f"{since}:{onward}" if int(onward) < DEEPEST else f"{int(since) + 1}:"
