"""How one settings page is read and written, for taking a change of it back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from madang.ground import Ground
from madang.lib.postgres import Tx
from madang.staff.permissions import Viewer

Values = dict[str, Any]
Read = Callable[[Ground, Tx, Viewer, int], Awaitable[Values]]
Write = Callable[[Ground, Tx, Viewer, int, Values, str], Awaitable[None]]
Act = Callable[[Ground, Tx, Viewer, int], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Way:
    """``remove`` takes back that something was made, ``restore`` that it was removed; None where that is for good."""

    read: Read
    write: Write
    remove: Act | None = None
    restore: Act | None = None
    never: frozenset[str] = field(default_factory=frozenset)
    only: frozenset[str] | None = None  # the only fields that are set back here; None: all

    def takes(self, name: str) -> bool:
        """Whether this field can be set back."""
        return name not in self.never and (self.only is None or name in self.only)
