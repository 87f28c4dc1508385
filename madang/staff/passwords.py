"""Passwords: which are good enough, and how they are kept (Argon2id, RFC 9106; costs after OWASP)."""

from __future__ import annotations

import asyncio
import functools
import re
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from madang.lib.errors import Refused
from madang.lib.language import gettext as _

Result = TypeVar("Result")

LEAST = 10  # characters; a Korean passphrase of three words has about as many
MOST = 200

TURNS, KIBIBYTES = 2, 19 * 1024
_hasher = PasswordHasher(time_cost=TURNS, memory_cost=KIBIBYTES, parallelism=1)
# Two at a time: a flood of sign-ins costs time, never the machine's memory.
_kitchen = ThreadPoolExecutor(2, thread_name_prefix="argon2")


def normal(password: str) -> str:
    """NFKC: the same Hangul typed on a Mac (decomposed) and on Windows is the same password."""
    return unicodedata.normalize("NFKC", password)


async def hashed(password: str) -> str:
    """What is kept of a password."""
    return await _cook(_hasher.hash, normal(password[:MOST]))


async def matches(kept: str, password: str) -> bool:
    """Whether it is the password. With nothing kept the same work is done: the time tells nobody anything (T14)."""
    stand_in = await _cook(_nobodys)
    good = await _cook(_verify, kept or stand_in, normal(password[:MOST]))
    return good and bool(kept) and len(password) <= MOST


def outdated(kept: str) -> bool:
    """Whether it was hashed at another cost than today's."""
    return _hasher.check_needs_rehash(kept)


def check(password: str, *, email: str = "", name: str = "", field: str = "password") -> None:
    """Raise :class:`Refused` with what to do when a new password is too easy to guess."""
    if problem := _problem(normal(password), len(password), email, name):
        raise Refused(problem, field)


def _problem(password: str, length: int, email: str, name: str) -> str:
    if length > MOST:
        return _("This password is too long. Use at most %(n)s characters.") % {"n": MOST}
    if len(password) < LEAST:
        return _("This password is too short. Use at least %(n)s characters; a few words make a good one.") % {
            "n": LEAST
        }
    plain = "".join(password.lower().split())
    if plain in _worst() or _monotonous(plain):
        return _("Too many people use this password. Choose one that is only yours.")
    if len(_without(plain, email, name)) < LEAST // 2:
        return _("This password is little more than your name or e-mail address. Choose another.")
    return ""


def _monotonous(plain: str) -> bool:
    """aaaaaaaaaa, abababab, 1234567890, zyxwvutsrq: few different characters, or each next to the one before."""
    steps = {ord(b) - ord(a) for a, b in pairwise(plain)}
    return len(set(plain)) < 4 or steps <= {1} or steps <= {-1}


def _without(plain: str, email: str, name: str) -> str:
    """What is left when her own words are taken out."""
    own = {word for word in re.split(r"[\s@.+_-]+", normal(f"{email} {name}").lower()) if len(word) > 1}
    own.add("".join(normal(name).lower().split()))
    for word in sorted(own - {""}, key=len, reverse=True):
        plain = plain.replace(word, "")
    return plain


@functools.cache
def _worst() -> frozenset[str]:
    """What everybody tries first and is long enough to be allowed otherwise, in lower case without spaces."""
    return frozenset(normal(Path(__file__).with_name("worst_passwords.txt").read_text("utf-8")).split())


@functools.cache
def _nobodys() -> str:
    return _hasher.hash("the password of nobody")


def _verify(kept: str, password: str) -> bool:
    try:
        return _hasher.verify(kept, password)
    except (VerificationError, InvalidHashError):
        return False


async def _cook(work: Callable[..., Result], *given: str) -> Result:
    return await asyncio.get_running_loop().run_in_executor(_kitchen, work, *given)
