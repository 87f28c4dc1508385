"""What every handler of the chat needs from its request."""

from __future__ import annotations

from typing import Any

from litestar import Request

from madang.channels.book import Book, Bound
from madang.ground import Ground
from madang.portal.chat import visitors
from madang.portal.chat.visitors import Visitor

Asked = Request[Any, Any, Any]


def ground_of(request: Asked) -> Ground:
    """What this process stands on."""
    ground: Ground = request.app.state.ground
    return ground


def remote_of(request: Asked) -> str:
    """Where the request came from."""
    return request.client.host if request.client else ""


async def chat_of(request: Asked, key: str) -> Bound:
    """The chat that is asked for; raises NotFound."""
    book: Book = request.app.state.book
    return await visitors.chat(book, key)


async def visitor_of(request: Asked, key: str) -> Visitor:
    """Who asks; raises NotFound or Unknown."""
    return visitors.prove(await chat_of(request, key), request.headers)
