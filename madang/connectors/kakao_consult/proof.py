"""Who posted it. Dealers do not sign: a secret of ours in the address, and where they post from, stand for that.

Kakao's own callback (channel added or blocked) carries the app's admin key.
"""

from __future__ import annotations

import hmac
import ipaddress
from collections.abc import Sequence

from madang.channels.connector import Config, Forged, Request


def prove(config: Config, request: Request) -> None:
    """Raises :class:`Forged`."""
    if by_kakao(request):
        key = config.secrets.get("admin_key", "")
        if not key or not same(request.headers["authorization"], f"KakaoAK {key}"):
            raise Forged("the admin key of the Kakao app is wrong")
        return
    secret, places = config.secrets.get("hook_secret", ""), networks(config.settings.get("source_ips") or ())
    if not secret and not places:
        raise Forged("this channel has neither a webhook secret nor addresses that webhooks come from")
    if secret and not any(same(one, secret) for one in given(request)):
        raise Forged("the webhook secret is missing in the address, or wrong")
    if places and not comes_from(request.remote, places):
        raise Forged("webhooks of this channel do not come from this address")


def by_kakao(request: Request) -> bool:
    """Whether it says that it is Kakao's own callback."""
    return request.headers.get("authorization", "").startswith("KakaoAK ")


def given(request: Request) -> list[str]:
    """Where the secret may stand: ``?secret=``, or as a part of the path, because dealers add to the path."""
    return [request.query.get("secret", ""), *parts(request)]


def parts(request: Request) -> list[str]:
    """The path after the channel's key."""
    return [one for one in request.path.split("/")[3:] if one]


def topic(request: Request, secret: str) -> str:
    """What the path says the webhook is about: ``…/cstalk/message`` is a message."""
    some = [one for one in parts(request) if one != "cstalk" and not same(one, secret)]
    return some[-1].lower()[:40] if some else ""


def same(one: str, other: str) -> bool:
    """In constant time."""
    return hmac.compare_digest(one.encode(), other.encode())


def networks(lines: Sequence[str]) -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    """Addresses and networks. Raises ValueError."""
    return [ipaddress.ip_network(line, strict=False) for line in lines]


def comes_from(remote: str, places: Sequence[ipaddress.IPv4Network | ipaddress.IPv6Network]) -> bool:
    """Whether the address is in one of the networks."""
    try:
        address = ipaddress.ip_address(remote)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None) or address
    return any(mapped in place for place in places)
