"""Calls of the HubSpot API: paced, and each failure with what to do about it.

Limits (developers.hubspot.com, API usage guidelines): 100 calls in 10 seconds for an account of any size; search
5 a second for the whole account. We stay below both, because other programs of the account share them.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from madang.channels.crm import CrmError
from madang.lib.http import Answer, Blocked, CallFailed, Client
from madang.lib.language import gettext as _
from madang.lib.steady import Steady

RATE, BURST = 9.0, 9
SEARCHES = 4.0
LONGEST_REST = timedelta(minutes=10)
LARGEST = 16 << 20  # bytes of an answer: a hundred contacts with long texts


class Refusal(CrmError):
    """HubSpot understood and says no: ``status`` 400, 404 or 409, with its own words."""

    def __init__(self, status: int, said: str) -> None:
        super().__init__("invalid", said)
        self.status = status


class Calls:
    """One account's API."""

    def __init__(self, url: str, token: str, allow: Iterable[str]) -> None:
        self._url = url.rstrip("/")
        self._headers = {"authorization": f"Bearer {token}"}
        self._http = Client(allow, timeout=20, total=60, limit=LARGEST)
        self._pace, self._searches = Steady(RATE, BURST), Steady(SEARCHES)

    async def get(self, path: str) -> Any:
        """What is there; raises CrmError, Refusal."""
        return await self._call("GET", path, None)

    async def post(self, path: str, body: Any) -> Any:
        """The answer; raises CrmError, Refusal."""
        return await self._call("POST", path, body)

    async def close(self) -> None:
        """Let go of connections."""
        await self._http.close()

    async def _call(self, method: str, path: str, body: Any) -> Any:
        if path.endswith("/search"):
            await self._searches.turn()
        await self._pace.turn()
        try:
            answer = await self._http.request(method, f"{self._url}{path}", headers=self._headers, json=body)
        except Blocked as error:
            raise CrmError("invalid", str(error)) from None
        except CallFailed as error:
            raise CrmError("down", _("HubSpot cannot be reached: %(why)s") % {"why": error}) from None
        if answer.ok:
            return _json(answer)
        raise self._judge(answer)

    def _judge(self, answer: Answer) -> CrmError:
        said = _said(answer)
        if answer.status == 429:
            rest = _rest(answer)
            self._pace.rest(rest.total_seconds())
            return CrmError("rate", _("HubSpot takes no more calls just now."), retry=rest)
        if answer.status == 401:
            return CrmError("auth", _("HubSpot does not know this access token. Copy it again from your app."))
        if answer.status == 403:
            words = _("The app lacks a permission in HubSpot: %(why)s") % {"why": said}
            return CrmError("auth", words)
        if answer.status in (400, 404, 409):
            return Refusal(answer.status, said)
        return CrmError("down", _("HubSpot answers with %(status)s.") % {"status": answer.status})


def _json(answer: Answer) -> Any:
    try:
        return answer.json() if answer.body else {}
    except ValueError:
        raise CrmError("down", _("HubSpot’s answer cannot be understood.")) from None


def _said(answer: Answer) -> str:
    try:
        return str(answer.json().get("message", ""))[:300]
    except (ValueError, AttributeError):
        return str(answer.status)


def _rest(answer: Answer) -> timedelta:
    """As long as it asks for; ten seconds when it says nothing, because its window is that long."""
    if b'"DAILY"' in answer.body:  # its policyName: the day's calls are used up
        return LONGEST_REST
    given = answer.headers.get("retry-after", "")
    seconds = float(given) if given.replace(".", "", 1).isdecimal() else 10.0
    return min(timedelta(seconds=seconds), LONGEST_REST)
