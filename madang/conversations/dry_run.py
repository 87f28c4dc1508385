"""What a connector says now of a delivery in quarantine, and its body for people to read: nothing is written."""

from __future__ import annotations

import asyncio
import json
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

from madang.channels import queries
from madang.channels.connector import Delivery, Malformed
from madang.channels.registry import UnknownConnector
from madang.channels.shown import facts
from madang.conversations.ledger_rows import Opened
from madang.ground import Ground
from madang.lib.language import marked as _

PATIENCE = 5.0  # seconds
# Of their own: what takes for ever goes on after nobody waits any more, and must not stand in the way of sign-ins.
_HANDS = ThreadPoolExecutor(2, "dry-run")
LONGEST = 40_000  # characters shown
DUMPED = 2_048  # bytes of what is no text
# What would not be seen, or would turn the line around, is named.
_HIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")


@dataclass(frozen=True, slots=True)
class Meaning:
    """The facts as JSON, or what is wrong. ``count`` of facts; 0 is fine: the delivery means nothing to us."""

    facts: str = ""
    count: int = 0
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    """A body as text, every character of it harmless to show; ``cut`` when there is more, ``dump`` when it is bytes."""

    text: str
    size: int
    cut: bool = False
    dump: bool = False


async def meaning(ground: Ground, one: Opened, content: bytes) -> Meaning:
    """Parse it once more, as intake would."""
    try:
        async with ground.database.begin() as tx:
            connector = await queries.connector(ground, tx, one.channel_id)
        given = Delivery(one.key, "", content, one.meta)
        work = asyncio.get_running_loop().run_in_executor(_HANDS, partial(connector.parse, given))
        found = await asyncio.wait_for(work, PATIENCE)
    except UnknownConnector as error:
        return Meaning(problem=str(error))
    except TimeoutError:
        return Meaning(problem=_("It could not be read within 5 seconds."))
    except Malformed as error:
        return Meaning(problem=str(error))
    except Exception as error:
        return Meaning(problem=f"{type(error).__name__}: {error}"[:2000])
    return Meaning(json.dumps(facts(found), ensure_ascii=False, indent=2)[:LONGEST], len(found))


def readable(content: bytes) -> Text:
    """A body to read. What is mostly text is shown as such, else its bytes."""
    try:
        words = content.decode()
    except UnicodeDecodeError:
        words = content.decode("utf-8", "replace")
        if words.count("\ufffd") > len(words) * 0.3 or b"\0" in content[:DUMPED]:
            return Text(_dump(content[:DUMPED]), len(content), len(content) > DUMPED, dump=True)
    plain = words.replace("\r\n", "\n")
    return Text(_HIDDEN.sub(_named, plain[:LONGEST]), len(content), len(plain) > LONGEST)


def _named(found: re.Match[str]) -> str:
    return f"⟨U+{ord(found[0]):04X}⟩"


def _dump(content: bytes) -> str:
    lines = []
    for start in range(0, len(content), 16):
        row = content[start : start + 16]
        shown = "".join(chr(byte) if 32 <= byte < 127 else "." for byte in row)
        lines.append(f"{start:06x}  {row.hex(' '):<47}  {shown}")
    return "\n".join(lines)
