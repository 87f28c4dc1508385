"""A file given: kept, opened, and what its columns probably are."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator
from itertools import islice
from pathlib import Path
from typing import Any

from madang.customers.imports.actions import uploaded
from madang.customers.imports.guessing import guess
from madang.customers.imports.queries import refuse_partial
from madang.customers.imports.reading import LARGEST, Unreadable, open_table
from madang.customers.imports.values import days_first
from madang.ground import Ground
from madang.lib.errors import Refused
from madang.lib.files import TooLarge
from madang.lib.language import marked as _
from madang.lib.uploads import clean_name
from madang.staff.permissions import Viewer, permit

SAMPLE = 200  # rows by which it is guessed
SHOWN, CUT = 5, 80  # rows, and characters of their cells, that the mapping screen shows
REGION = "KR"


async def prepare(ground: Ground, viewer: Viewer, name: str, parts: AsyncIterator[bytes]) -> int:
    """Keep a file and note it as an import to be mapped; returns its number. Raises Refused for what is no table."""
    permit(viewer, "import.run")
    refuse_partial(viewer)
    try:
        sha256, size = await ground.files.put_stream(parts, LARGEST)
    except TooLarge:
        raise Refused(_("This file is larger than 200 MB. Divide it into several files."), "file") from None
    if not size:
        raise Refused(_("This file is empty."), "file")
    with tempfile.NamedTemporaryFile(prefix="madang-import-") as file:
        async for part in ground.files.stream(sha256):
            await asyncio.to_thread(file.write, part)
        file.flush()
        try:
            shape, sample = await asyncio.to_thread(_look, Path(file.name))
        except Unreadable as error:
            raise Refused(str(error), "file") from None
    source, targets = guess(shape["kind"], shape["columns"], sample, REGION)
    flat = [cell for row in sample for cell in row]
    options = {"region": REGION, "timezone": viewer.timezone, "day_first": days_first(flat)}
    kept = {"name": clean_name(name), "sha256": sha256, "size": size}
    async with ground.database.begin() as tx:
        return await uploaded(tx, viewer, kept, shape, (source or _stem(kept["name"]), targets, options))


def _look(path: Path) -> tuple[dict[str, Any], list[list[str]]]:
    table = open_table(path)
    sample = [cells for _, cells in islice(table.rows(), SAMPLE)]
    if not sample:
        raise Unreadable(_("There is nothing below the column names."))
    shown = [[cell[:CUT] for cell in cells] for cells in sample[:SHOWN]]
    shape = {"kind": table.kind, "detail": table.detail, "columns": table.columns, "sample": shown}
    return shape, sample


def _stem(name: object) -> str:
    from madang.customers.imports.targets import field_name

    return field_name(str(name).rpartition(".")[0]) or "file"
