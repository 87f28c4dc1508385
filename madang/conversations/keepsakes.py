"""Notes, tags and files of a customer, for whoever sees her."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from madang.conversations import profiles
from madang.conversations.habits import usual_channel
from madang.conversations.rows import ChannelMark
from madang.customers import kept
from madang.customers.actions import noting
from madang.customers.kept import Facts, File, Note
from madang.customers.trees import hold
from madang.lib.errors import NotFound
from madang.lib.postgres import Tx
from madang.staff.permissions import Viewer, permit


@dataclass(frozen=True, slots=True)
class Kept:
    """All of it. ``customer_id`` is who she is now, ``usual`` the channel by which she usually writes."""

    customer_id: int
    notes: list[Note]
    tags: list[str]
    files: list[File]
    facts: Facts
    usual: ChannelMark | None


async def of_customer(tx: Tx, viewer: Viewer, customer_id: int) -> Kept:
    """What is kept of her; raises NotFound."""
    root = await profiles.root(tx, viewer, customer_id)
    return Kept(
        root,
        await kept.notes(tx, root),
        await kept.tags(tx, root),
        await kept.files(tx, root),
        await kept.facts(tx, root),
        await usual_channel(tx, viewer, root),
    )


SHELVES: Mapping[str, Callable[[Tx, int], Awaitable[list[Any]]]] = {
    "notes": kept.notes,
    "tags": kept.tags,
    "files": kept.files,
}


async def shelves(tx: Tx, viewer: Viewer, customer_id: int, names: Collection[str]) -> dict[str, list[Any]]:
    """Of :data:`SHELVES` those that are asked for: a card reads what it shows, and no more. Raises NotFound."""
    root = await profiles.root(tx, viewer, customer_id)
    return {name: await read(tx, root) for name, read in SHELVES.items() if name in names}


async def add_note(tx: Tx, viewer: Viewer, customer_id: int, words: str) -> Note:
    """Write a note about her. Raises NotFound, Refused."""
    await profiles.root(tx, viewer, customer_id)
    return await kept.note(tx, await noting.note(tx, viewer, customer_id, words))


async def note(tx: Tx, viewer: Viewer, customer_id: int, note_id: int) -> Note:
    """One note of hers; raises NotFound, too when it is another's."""
    root, found = await profiles.root(tx, viewer, customer_id), await kept.note(tx, note_id)
    if found.customer_id != root:
        raise NotFound("There is no such note.")
    return found


async def change_note(tx: Tx, viewer: Viewer, customer_id: int, note_id: int, words: str) -> Note:
    """Write a note anew. Raises NotFound, Refused."""
    await note(tx, viewer, customer_id, note_id)
    await noting.change_note(tx, viewer, note_id, words)
    return await kept.note(tx, note_id)


async def delete_note(tx: Tx, viewer: Viewer, customer_id: int, note_id: int, *, back: bool = False) -> Note:
    """Delete a note, or with ``back`` bring it back. Raises NotFound, Refused."""
    await note(tx, viewer, customer_id, note_id)
    await (noting.restore_note if back else noting.delete_note)(tx, viewer, note_id)
    return await kept.note(tx, note_id)


async def set_tags(tx: Tx, viewer: Viewer, customer_id: int, tags: Sequence[str]) -> list[str]:
    """Set her tags. Raises NotFound, Refused."""
    await profiles.root(tx, viewer, customer_id)
    return await noting.set_tags(tx, viewer, customer_id, tags)


async def change_tags(
    tx: Tx, viewer: Viewer, customer_id: int, *, add: Sequence[str] = (), remove: Sequence[str] = ()
) -> list[str]:
    """Give her tags and take tags away; all she has then. Raises NotFound, Refused."""
    root = await profiles.root(tx, viewer, customer_id)
    await hold(tx, [root])
    wanted = {*await kept.tags(tx, root), *add} - set(remove)
    return await noting.set_tags(tx, viewer, customer_id, sorted(wanted))


async def add_file(tx: Tx, viewer: Viewer, customer_id: int, name: str, mime: str, sha256: str, size: int) -> File:
    """Keep a stored file with her. Raises NotFound, Refused."""
    await profiles.root(tx, viewer, customer_id)
    return await kept.file(tx, number=await noting.add_file(tx, viewer, customer_id, name, mime, sha256, size))


async def delete_file(tx: Tx, viewer: Viewer, customer_id: int, file_id: int, *, back: bool = False) -> None:
    """Take a file away, or with ``back`` bring it back. Raises NotFound, Refused."""
    root, found = await profiles.root(tx, viewer, customer_id), await kept.file(tx, number=file_id)
    if found.customer_id != root:
        raise NotFound("There is no such file.")
    await noting.delete_file(tx, viewer, file_id, back=back)


async def file(tx: Tx, viewer: Viewer, key: str) -> File:
    """A file by its key, for whoever sees its customer; raises NotFound, too when it was taken away."""
    permit(viewer, "customer.read")
    found = await kept.file(tx, key=key)
    if found.deleted_at is not None:
        raise NotFound("There is no such file.")
    await profiles.check(tx, viewer, found.customer_id)
    return found
