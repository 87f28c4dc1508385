"""`Idempotency-Key` (IETF draft): the same key is the same message, durably, because the message itself carries it.

The key becomes the message's client key, unique in the database, so no table of answers is needed: a repeat finds the
message, and its text tells whether it is a repeat or a mistake.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

from litestar.params import HeaderParameter

from madang.api.problems import KeyReused
from madang.conversations.rows import Said
from madang.lib.errors import Refused
from madang.staff.permissions import Viewer

SPACE = uuid.UUID("0d5cf1c4-9d4e-4b0c-8f43-5d1a2f6c7a10")

Key = Annotated[
    str | None,
    HeaderParameter(
        name="Idempotency-Key",
        min_length=1,
        max_length=255,
        description="Of your choice, new for each message. The same key again is the same message: it is not said "
        "twice, and the answer names the first one. With another text it is refused (422).",
    ),
]


def client_key(viewer: Viewer, key: str | None) -> uuid.UUID | None:
    """The message id a key stands for; keys of two tokens never meet, but where both speak for one person. The draft's
    quotes are not part of it.

    Raises Refused for a key of nothing.
    """
    if key is None:
        return None
    bare = key.strip().strip('"')
    if not bare:
        raise Refused("The key is empty. Leave the header out, or make one up for each message.", "Idempotency-Key")
    return uuid.uuid5(SPACE, f"{viewer.actor} {bare}")


@contextmanager
def used_once() -> Iterator[None]:
    """A key that was spent in another conversation is refused as a reused key."""
    try:
        yield
    except Refused as refused:
        if refused.field == "id":
            raise KeyReused from None
        raise


def same(said: Said, direction: str, text: str) -> Said:
    """``said``, when it is what this request asks for; raises :class:`KeyReused` when the key was another's."""
    if said.direction != direction or said.text.split() != text.replace("\0", "").split():
        raise KeyReused
    return said
