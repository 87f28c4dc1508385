"""One id for a thing that happens, from the request that brings it to the screen that shows it: grep finds its way."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar, Token

KEY = "request"  # under this name it is kept with an envelope, a message of ours, an event

_current: ContextVar[str] = ContextVar("request", default="")
_GIVEN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")
_PARENT = re.compile(r"[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}(-.*)?")  # W3C Trace Context
_NOBODY = "0" * 32


def current() -> str:
    """The id of what is being done here; '' outside of any request."""
    return _current.get()


def new() -> str:
    """16 hex digits. A name, no secret: a system call for each would be felt at the door."""
    return f"{random.getrandbits(64):016x}"


def begin(request: str) -> Token[str]:
    """From here to the end of this task, or to :func:`end`, everything is done for ``request``."""
    return _current.set(request)


def end(token: Token[str]) -> None:
    """What comes now is done for whatever was before."""
    _current.reset(token)


@contextmanager
def doing(request: str) -> Iterator[None]:
    """What is done within is done for ``request``."""
    token = begin(request)
    try:
        yield
    finally:
        end(token)


def given(headers: Iterable[tuple[bytes, bytes]]) -> str:
    """The id in a trusted proxy's headers: X-Request-Id, else the trace of traceparent; '' without a sound one."""
    parent = ""
    for name, value in headers:
        if name == b"x-request-id" and _GIVEN.fullmatch(text := value.decode("latin-1")):
            return text
        if name == b"traceparent" and (found := _PARENT.fullmatch(value.decode("latin-1"))):
            parent = found[1]
    return "" if parent == _NOBODY else parent


def kept(meta: Mapping[str, object]) -> str:
    """The id that was stored with an envelope, a message or an event; '' for what is older than ids."""
    return str(meta.get(KEY) or "")
