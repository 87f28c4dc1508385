"""What became of outgoing messages, counted for the ledger in the transaction in which it became so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import text

from madang.channels.tally import What
from madang.conversations.models import State
from madang.lib.postgres import Tx

_COUNTED = {
    State.UNSURE: What.UNSURE,
    State.SENT: What.SENT,
    State.DELIVERED: What.SENT,
    State.READ: What.SENT,
    State.FAILED: What.FAILED,
}
_TROUBLES = (State.UNSURE, State.FAILED)


class Moved(NamedTuple):
    """A message whose state was changed, or whose channel."""

    id: int
    was_channel: int
    was: int
    channel: int
    state: int


COUNT = text("""
with counted as (
  insert into tally (channel_id, what, n, gone)
  select * from unnest(cast(:channels as bigint[]), cast(:whats as smallint[]), cast(:ns as int[]),
                       cast(:gones as int[]))),
eased as (
  delete from trouble where message_id = any(cast(:eased as bigint[])))
insert into trouble (message_id, channel_id, state)
select * from unnest(cast(:troubled as bigint[]), cast(:at as bigint[]), cast(:states as smallint[]))
on conflict (message_id) do update set channel_id = excluded.channel_id, state = excluded.state, at = now()
""")


async def count(tx: Tx, moved: Sequence[Moved]) -> None:
    """Count a batch of changes; nothing is asked of the database when nothing of it counts."""
    came: Counter[tuple[int, What]] = Counter()
    left: Counter[tuple[int, What]] = Counter()
    changed = [one for one in moved if _place(one.was_channel, one.was) != _place(one.channel, one.state)]
    for one in changed:
        came.update(_place(one.channel, one.state))
        left.update(_place(one.was_channel, one.was))
    keys = sorted(came.keys() | left.keys())
    if not keys:
        return
    troubled = [one for one in changed if one.state in _TROUBLES]
    given = {
        "channels": [channel for channel, _ in keys],
        "whats": [int(what) for _, what in keys],
        "ns": [came[key] for key in keys],
        "gones": [left[key] for key in keys],
        "eased": [one.id for one in changed if one.was in _TROUBLES and one.state not in _TROUBLES],
        "troubled": [one.id for one in troubled],
        "at": [one.channel for one in troubled],
        "states": [one.state for one in troubled],
    }
    await tx.execute(COUNT, given)


def _place(channel: int, state: int) -> list[tuple[int, What]]:
    """Where a message in this state is counted: in one place or, while it is on its way, in none."""
    what = _COUNTED.get(State(state))
    return [] if what is None else [(channel, what)]


async def retried(tx: Tx, channel_id: int) -> None:
    """A send is tried again later."""
    await tx.execute(RETRIED, {"channel": channel_id, "what": int(What.RETRIED)})


RETRIED = text("insert into tally (channel_id, what, n) values (:channel, :what, 1)")
