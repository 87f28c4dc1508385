"""What every editor of many lines does with what was posted: one of its own buttons, or kept, or shown again with what
is wrong; and its parts for our script."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from litestar import Request, Response

from madang.desk.letting_in import see
from madang.desk.page import fragment, ground_of, page
from madang.lib.errors import Refused
from madang.lib.postgres import Tx
from madang.staff.permissions import Viewer

AnyRequest = Request[Any, Any, Any]
Form = TypeVar("Form")
Line = TypeVar("Line")


@dataclass(frozen=True, slots=True)
class Posted(Generic[Form, Line]):
    """A form with its lines. ``number`` is what is edited, 0 for something new."""

    viewer: Viewer
    form: Form
    lines: list[Line]
    number: int = 0


@dataclass(frozen=True, slots=True)
class Editor(Generic[Form, Line]):
    """One editor, at ``here``: ``changed`` are the lines after a button, ``keep`` returns the number of what is kept,
    ``drawn`` is what its templates know."""

    here: str
    template: str
    changed: Callable[[list[Line], str], list[Line]]
    keep: Callable[[Tx, Posted[Form, Line]], Awaitable[int]]
    drawn: Callable[[Tx, Posted[Form, Line], Mapping[str, str]], Awaitable[dict[str, Any]]]

    async def page(
        self, request: AnyRequest, given: Posted[Form, Line], errors: Mapping[str, str] | None = None
    ) -> Response[str]:
        """All of it."""
        async with ground_of(request).database.begin() as tx:
            context = await self.drawn(tx, given, errors or {})
        return page(request, self.template, 400 if errors else 200, **context)

    async def part(self, request: AnyRequest, given: Posted[Form, Line], template: str, act: str = "") -> Response[str]:
        """A part of it, after a button where there is one."""
        lines = self.changed(given.lines, act) if act else given.lines
        async with ground_of(request).database.begin() as tx:
            context = await self.drawn(tx, Posted(given.viewer, given.form, lines, given.number), {})
        return fragment(request, template, **context)

    async def posted(self, request: AnyRequest, given: Posted[Form, Line], act: str) -> Response[Any]:
        """After a button, or kept."""
        if act and act != "save":
            lines = self.changed(given.lines, act)
            return await self.page(request, Posted(given.viewer, given.form, lines, given.number))
        try:
            async with ground_of(request).database.begin() as tx:
                number = await self.keep(tx, given)
        except Refused as refused:
            return await self.page(request, given, {refused.field or "form": refused.message})
        return see(f"{self.here}/{number}?done=saved")
