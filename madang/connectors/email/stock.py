"""What lies in the mailbox, by its numbers, and mails out of it once more: for whoever looks for what never came."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence

from madang.channels.connector import Delivery
from madang.channels.inventory import Stock
from madang.connectors.email.envelope import envelope
from madang.connectors.email.flood import Floods
from madang.connectors.email.imap import Box, connect
from madang.connectors.email.oauth import Tokens
from madang.connectors.email.problems import explain
from madang.connectors.email.pull import Cursor, groups


async def opened(tokens: Tokens) -> Box:
    """A connection beside the session's own. Raises SetupError."""
    try:
        return await connect(tokens.account, await tokens.secret(tokens.account.imap.password))
    except Exception as error:
        raise explain(error, tokens.account.imap) from error


async def stock(tokens: Tokens, kept: str, since: Mapping[str, int]) -> Stock | None:
    """The folder's UIDs, of a stream that is its UIDVALIDITY. None while it was just renumbered, or never read."""
    cursor = Cursor.parse(kept)
    box = await opened(tokens)
    try:
        if not cursor.uid or cursor.validity != box.validity:
            return None
        stream = str(box.validity)
        numbers = await box.run(box.between, since.get(stream, cursor.uid + 1), cursor.uid)
        newer = await box.run(box.newer, cursor.uid)
        return Stock(stream, cursor.uid, numbers, len(newer), min((mail.at for mail in newer), default=None))
    except Exception as error:
        raise explain(error, tokens.account.imap) from error
    finally:
        box.close()


async def again(tokens: Tokens, stream: str, numbers: Sequence[int]) -> AsyncIterator[Delivery]:
    """Those mails, as the session would have brought them."""
    box = await opened(tokens)
    try:
        if stream != str(box.validity):
            return
        floods = Floods()
        for group in groups(await box.run(box.listed, numbers)):
            raws = await box.run(box.fetch, group)
            for mail, raw in zip(group, raws, strict=True):
                if raw is not None:
                    yield envelope(raw, (stream, mail.uid), floods, mail.at)
    finally:
        box.close()
