"""What this room does after something happened: colleagues are told, and not any more of what somebody has seen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from madang.events.kinds import Kind
from madang.events.log import Happened
from madang.events.record import token_of
from madang.lib.postgres import Tx
from madang.notifications import judging, watching
from madang.notifications.actions import notify
from madang.notifications.actions.seeing import saw, taken

TELLING = judging.SAID | {
    Kind.CONVERSATION_ASSIGNED,
    Kind.MESSAGE_STATE,
    Kind.MESSAGE_HELD,
    Kind.CONVERSATION_WOKEN,
}
# Who does one of these was there, and has seen what she was told of it. Nobody was when an answer leaves that waited,
# or when a program speaks for her.
THERE = frozenset(
    {
        Kind.CONVERSATION_SEEN,
        Kind.MESSAGE_QUEUED,
        Kind.MESSAGE_SCHEDULED,
        Kind.MESSAGE_NOTED,
        Kind.CONVERSATION_CLOSED,
    }
)
HEARD = TELLING | THERE
OLD = timedelta(days=7)  # nobody wants to know of it any more


async def tell(tx: Tx, batch: Sequence[Happened]) -> None:
    """Tell whom it concerns."""
    now = datetime.now(UTC)
    news = [one for one in batch if _tells(one) and now - one.at < OLD]
    if news:
        known = await judging.know(tx, news)
        known.views = await watching.among(tx, known)
        await notify(tx, judging.things(news, known), known.people, now)
    await saw(tx, _there(batch))
    await taken(tx, {one.conversation_id for one in batch if one.conversation_id and _takes(one)})


def _tells(one: Happened) -> bool:
    if one.kind == Kind.MESSAGE_STATE:
        return one.data.get("state") in judging.TROUBLE
    return one.kind in TELLING and one.conversation_id is not None


def _there(batch: Sequence[Happened]) -> list[tuple[int, int]]:
    """(colleague, conversation) of what she did herself, unless more was said there afterwards."""
    found = {
        (int(number), one.conversation_id)
        for at, one in enumerate(batch)
        if one.kind in THERE and one.conversation_id and not (one.data.get("waited") or token_of(one.data))
        if (number := one.actor.removeprefix("user:")).isdecimal()
        if not any(later.conversation_id == one.conversation_id and _tells(later) for later in batch[at + 1 :])
    }
    return sorted(found)


def _takes(one: Happened) -> bool:
    return one.kind == Kind.CONVERSATION_CLOSED or (
        one.kind == Kind.CONVERSATION_ASSIGNED and bool(one.data.get("assignee"))
    )
