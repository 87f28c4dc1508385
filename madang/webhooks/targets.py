"""Where a webhook may go: judged when it is set up, and again at every try, because names move (SSRF guard)."""

from __future__ import annotations

import asyncio
import ipaddress
from dataclasses import dataclass

import httpx

from madang.lib.errors import Refused
from madang.lib.http import Blocked, Guard
from madang.lib.http_guard import is_public
from madang.lib.language import gettext as _

LONGEST = 2_000
PATIENCE = 5  # seconds to resolve a name


@dataclass(frozen=True, slots=True)
class Target:
    """An address that was judged: what the verbs take, so that none can forget to."""

    url: str

    @property
    def host(self) -> str:
        """What the audit log says of it: the path may hold somebody's key."""
        return httpx.URL(self.url).host


async def judged(url: str, guard: Guard) -> Target:
    """The address, when events may be sent there; raises :class:`Refused` naming what is wrong with it."""
    clean = url.strip()
    parsed = _parsed(clean)
    port = parsed.port or (443 if parsed.scheme == "https" else 80)
    try:
        async with asyncio.timeout(PATIENCE):
            found = await guard.addresses(parsed.host, port)
    except Blocked as error:
        raise Refused(str(error), "url") from None
    except (OSError, UnicodeError, TimeoutError):
        raise Refused(
            _("This name cannot be found: %(host)s. Is it spelt right?") % {"host": parsed.host}, "url"
        ) from None
    if parsed.scheme == "http" and any(is_public(ipaddress.ip_address(address)) for address in found):
        raise Refused(_("Over the internet this must be https: what customers write would travel in the open."), "url")
    return Target(clean)


def _parsed(url: str) -> httpx.URL:
    none = _("This is no address to call. It looks like https://shop.example.com/madang.")
    if len(url) > LONGEST or not url.isprintable() or any(sign in url for sign in " \\"):
        raise Refused(none, "url")
    try:
        parsed = httpx.URL(url)
    except (httpx.InvalidURL, ValueError):
        raise Refused(none, "url") from None
    if parsed.scheme not in ("http", "https") or not parsed.host or not 0 < (parsed.port or 443) < 65_536:
        raise Refused(none, "url")
    if parsed.userinfo or parsed.fragment:
        raise Refused(
            _("Leave out the name and password, and what follows a #: the signature proves who calls."), "url"
        )
    return parsed
