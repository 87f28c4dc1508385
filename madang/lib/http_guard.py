"""Where outgoing requests may go: the public internet, and what the allow-list names (SSRF guard).

A name is resolved once and the connection is made to the address that was judged, so a name that answers
differently the second time (DNS rebinding) gains nothing. Every spelling of an address (decimal, octal, hex,
IPv4 inside IPv6) is judged by what it resolves to.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any

import httpcore

Ip = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolver = Callable[[str, int], Awaitable[Sequence[str]]]

# IANA's special-purpose registries, not the standard library's is_global, whose answers change between patch releases.
_CLOSED_4 = [
    ipaddress.IPv4Network(text)
    for text in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "168.63.129.16/32",  # a cloud's metadata service at a public address
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/3",
    )
]
_OPEN_6 = ipaddress.IPv6Network("2000::/3")
_CLOSED_6 = [ipaddress.IPv6Network(text) for text in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")]
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


class Blocked(Exception):
    """The address is not one we may call; the message says how to allow it."""

    def __init__(self, host: str) -> None:
        super().__init__(
            f"{host} is an address inside this network, or none at all. If it should be reachable, "
            "an administrator can add it to MADANG_ALLOW_HOSTS."
        )


def is_public(ip: Ip) -> bool:
    """Whether an address belongs to the open internet. IPv4 wrapped in IPv6 is judged as the IPv4 it is."""
    if isinstance(ip, ipaddress.IPv4Address):
        return not any(ip in closed for closed in _CLOSED_4)
    if ip.ipv4_mapped:
        return is_public(ip.ipv4_mapped)
    if ip in _NAT64:
        return is_public(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF))
    return ip in _OPEN_6 and not any(ip in closed for closed in _CLOSED_6)


async def system_resolver(host: str, port: int) -> Sequence[str]:
    """Every address of ``host``, as the machine resolves it. Raises OSError."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(one[4][0]).partition("%")[0] for one in found))


class Guard:
    """Judges hosts. ``allow`` holds names, addresses and networks that are ours and may be called."""

    def __init__(self, allow: Iterable[str] = (), resolver: Resolver = system_resolver) -> None:
        self._resolve = resolver
        self._names: set[str] = set()
        self._networks: list[ipaddress.IPv4Network | ipaddress.IPv6Network] = []
        for entry in allow:
            try:
                self._networks.append(ipaddress.ip_network(entry, strict=False))
            except ValueError:
                self._names.add(entry.lower().rstrip("."))

    async def addresses(self, host: str, port: int) -> list[str]:
        """The addresses ``host`` may be reached at. Raises :class:`Blocked` if any is closed, OSError if none."""
        found = await self._resolve(host, port)
        if host.lower().rstrip(".") not in self._names and not all(self._may(address) for address in found):
            raise Blocked(host)
        return list(found)

    def _may(self, address: str) -> bool:
        ip = ipaddress.ip_address(address)
        if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped:
            ip = ip.ipv4_mapped
        return is_public(ip) or any(ip in network for network in self._networks)


class GuardedNetwork(httpcore.AsyncNetworkBackend):
    """Opens connections only to addresses the guard has judged: resolved once, here, and pinned."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        self._inner = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        try:
            addresses = await asyncio.wait_for(self._guard.addresses(host, port), timeout)
        except TimeoutError:
            raise httpcore.ConnectTimeout(f"{host} was not resolved in time") from None
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(f"{host} has no address: {error}") from None
        failure: Exception = httpcore.ConnectError(f"{host} has no address")
        for address in addresses:
            try:
                return await self._inner.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure
