"""A message on its way in that has its place."""

from __future__ import annotations

from dataclasses import dataclass

from madang.conversations.arrivals import Arrival
from madang.conversations.threading import Slot


@dataclass(slots=True)
class Filed:
    """A message that knows its sender and its conversation."""

    arrival: Arrival
    identity_id: int
    customer_id: int
    slot: Slot
    id: int = 0
