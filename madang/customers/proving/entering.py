"""Somebody says the code: counted first, proven then."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from madang.customers.identity import Address
from madang.customers.proving import code as codes
from madang.customers.proving import limits
from madang.customers.proving.actions import count, prove
from madang.customers.proving.queries import Asked
from madang.customers.proving.sending import key_of
from madang.customers.trees import Moved
from madang.events.record import Actor
from madang.ground import Ground


@dataclass(frozen=True, slots=True)
class Answer:
    """``wrong`` leaves ``left`` tries; ``over``: expired, used, replaced, or tried too often."""

    state: Literal["proven", "wrong", "over"]
    left: int = 0


async def enter(
    ground: Ground, actor: Actor, asked: Asked, typed: str, *, speaker: Address | None = None, remote: str = ""
) -> Answer:
    """Try a code. Raises TooMany. What looks like no code at all costs no try of it."""
    await limits.typing(ground.database, asked.customer_id, remote)
    digits, key = codes.clean(typed), key_of(ground)
    if not digits:
        return Answer("wrong", asked.left) if asked.state in ("asked", "sent") else Answer("over")
    async with ground.database.begin() as tx:
        left = await count(tx, actor, asked.id, key, digits)
    if left is None or left == 0:
        return Answer("over")
    if left > 0:
        return Answer("wrong", left)
    for _ in range(3):  # she was merged, or another has said the same code, in just this moment
        try:
            async with ground.database.begin() as tx:
                proven = await prove(tx, actor, asked.id, key, digits, speaker)
            return Answer("proven" if proven else "over")
        except Moved:
            continue
    return Answer("over")
