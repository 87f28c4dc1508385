"""Whether a webhook comes from Naver, which signs nothing."""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from madang.channels.connector import Config, Forged, Request

Network = IPv4Network | IPv6Network


def prove(config: Config, request: Request) -> None:
    """The sender's address, and the secret in our address where one is set. One of them there must be."""
    some, secret = networks(config.settings.get("networks") or ()), config.secrets.get("hook_secret", "")
    if not some and not secret:
        raise Forged("neither networks nor a secret are set up: nobody can be believed")
    given = request.query.get("s", "")
    if secret and not hmac.compare_digest(secret.encode(), given.encode("utf-8", "replace")):
        raise Forged("the address lacks the hook secret of this channel (?s=…)")
    if some and not _within(request.remote, some):
        raise Forged(f"{request.remote or 'nobody'} is none of the networks that webhooks come from")


def networks(lines: Iterable[str]) -> tuple[Network, ...]:
    """What the lines name; raises ValueError with the first that is none."""
    return _read(tuple(lines))


@lru_cache(64)
def _read(lines: tuple[str, ...]) -> tuple[Network, ...]:
    return tuple(ip_network(line, strict=False) for line in lines)


def _within(remote: str, some: Iterable[Network]) -> bool:
    try:
        address = ip_address(remote)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None) or address  # ::ffff:211.249.40.1 is what a dual socket says
    return any(mapped in network for network in some)
