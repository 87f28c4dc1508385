"""Whose a message is when its sender proves several addresses, and whether that shows two customers to be one. Pure.

A browser alone proves little: families share them. Where somebody stronger speaks from it, a browser counts only while
it is nobody's, and then its visitor turns out to be her. A telephone is shared too: it never makes two known people
one. A signed account or a mailbox does, unless each of the two has an account of her own in the same shop.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from madang.channels.connector import Kind
from madang.customers.identity import Address, Found

STRENGTH = {Kind.ACCOUNT: 4, Kind.EMAIL: 3, Kind.PHONE: 2, Kind.SCOPED: 1, Kind.COOKIE: 0}
GLUES = {Kind.ACCOUNT, Kind.EMAIL}


@dataclass(frozen=True, slots=True)
class Standing:
    """What else is known of a customer: whether she is only a browser, and the spaces in which she has an account.

    ``faint``: no address that means anything elsewhere is proven to be hers.
    """

    nobody: bool
    accounts: frozenset[str] = frozenset()
    faint: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whose it is (None: somebody new), who turns out to be her, and who may be her, which a person decides."""

    owner: Found | None
    joins: tuple[int, ...] = ()
    clashes: tuple[int, ...] = ()


def strength(address: Address) -> int:
    """How much an address says about who somebody is."""
    return STRENGTH.get(Kind(address.kind), 1)


def counts(
    addresses: Sequence[Address], known: Mapping[Address, Found], standing: Mapping[int, Standing]
) -> list[Address]:
    """Those of a party's addresses that say who she is: beside something stronger no browser of somebody known."""
    strongest = max((strength(one) for one in addresses), default=0)
    return [
        one
        for one in addresses
        if strength(one) or not strongest or one not in known or standing[known[one].customer_id].nobody
    ]


def decide(
    addresses: Sequence[Address],
    known: Mapping[Address, Found],
    standing: Mapping[int, Standing],
    *,
    linked: bool = False,
) -> Verdict:
    """Of a party's addresses that count. ``linked``: she came by a link that we gave to one of them, once."""
    mine = sorted((one for one in addresses if one in known), key=strength, reverse=True)
    if not mine:
        return Verdict(None)
    owner = known[mine[0]]
    joins: list[int] = []
    clashes: list[int] = []
    for one in mine[1:]:
        other = known[one].customer_id
        if other == owner.customer_id or other in joins or other in clashes:
            continue
        two = standing[owner.customer_id], standing[other]
        one_person = _one(mine[0], one, *two) or (linked and any(each.faint for each in two))
        (joins if one_person else clashes).append(other)
    return Verdict(owner, tuple(joins), tuple(clashes))


def _one(by: Address, other_by: Address, owner: Standing, other: Standing) -> bool:
    if owner.nobody or other.nobody:
        return True
    glued = Kind(by.kind) in GLUES and Kind(other_by.kind) in GLUES
    return glued and not owner.accounts & other.accounts
