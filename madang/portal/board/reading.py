"""``/board/<key>``: the list, the search, a post with its answers. Secret posts open to their authors only."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from madang.channels.book import Bound
from madang.community import queries, said
from madang.community.queries import Whole
from madang.lib.errors import NotFound
from madang.lib.language import gettext as _
from madang.lib.uploads import SHOWN
from madang.portal import once, paper
from madang.portal.board.owners import Owner, board_of, owner_of, remember, signed_user
from madang.portal.brought import Brought
from madang.portal.chat.asking import Asked, ground_of, remote_of
from madang.portal.forms.case import give
from madang.portal.forms.fields import Filled
from madang.portal.paper import asked_of, key_of, speaking
from madang.staff.attempts import Limit, TooMany, Try, network, spend
from madang.staff.passwords import matches

HOUR = timedelta(hours=1)
UNLOCKS = Limit("board.unlock", 20, HOUR)  # by one address
OF_ONE = Limit("board.unlock.post", 60, HOUR)  # and of one post, from wherever


def head(bound: Bound) -> dict[str, Any]:
    """What every page of a board shows of it."""
    settings = bound.row.settings
    title = settings.get("title") or _("Questions and answers")
    private = settings.get("visibility") == "private"
    return {"board": settings, "at": f"/board/{bound.row.key}", "heading": title, "private": private}


@get("/board/{key:str}", opt={"cookieless": True})
async def board(request: Asked, key: FromPath[str], q: FromQuery[str] = "", before: FromQuery[str] = "") -> Any:
    """The list. ``q`` searches public posts, ``before`` is where the last page ended."""
    bound = await board_of(request, key)
    owner, words = owner_of(request, bound), " ".join(q.replace("\x00", "").split())[:100]
    place = int(before) if before.isascii() and before.isdecimal() and len(before) < 19 else 0
    async with ground_of(request).database.begin() as tx:
        rows, after = await queries.page(tx, bound.row.id, words=words, before=place)
        mine = await queries.own(tx, bound.row.id, owner.user, owner.keys) if owner != Owner() else []
        answered = await said.answered(tx, bound.row.id, [one.key for one in (*rows, *mine)])
    with speaking(request, bound):
        context = head(bound)
    return paper.shown(
        request,
        bound,
        "board/list.html",
        **context,
        rows=rows,
        mine=mine,
        answered=answered,
        q=words,
        after=after,
        first=not place,
    )


async def found(request: Asked, key: str, post: str) -> tuple[Bound, Whole, Owner]:
    """A post of this board and who looks; raises NotFound."""
    bound = await board_of(request, key)
    async with ground_of(request).database.begin() as tx:
        one = await queries.one(tx, bound.row.id, post)
    if one is None:
        raise NotFound("There is no such post. It may have been deleted.")
    return bound, one, owner_of(request, bound)


@get("/board/{key:str}/{post_key:str}", opt={"cookieless": True})
async def page(request: Asked, key: FromPath[str], post_key: FromPath[str]) -> Response[Any]:
    """One post and its answers."""
    bound, one, owner = await found(request, key, post_key)
    if not owner.reads(one):
        return locked(request, bound, one)
    return await shown(request, bound, one, owner)


async def shown(
    request: Asked,
    bound: Bound,
    one: Whole,
    owner: Owner,
    filled: Filled | None = None,
    files: Brought | None = None,
    status: int = 200,
) -> Response[Any]:
    """The page of a post she may read, with what she adds half done."""
    async with ground_of(request).database.begin() as tx:
        rows = await said.under(tx, bound.row.id, one.key)
    with speaking(request, bound):
        context = head(bound)
    return paper.shown(
        request,
        bound,
        "board/post.html",
        status,
        **context,
        post=one,
        first=next((row for row in rows if row.name == one.key), None),
        rows=[row for row in rows if row.name != one.key],
        own=owner.owns(one),
        filled=filled or Filled(),
        files=files or Brought(),
        given=once.made(key_of(request, bound.row, "board"), time.time()),
        shown_here=SHOWN,
    )


def locked(request: Asked, bound: Bound, one: Whole, problem: str = "", status: int = 403) -> Response[Any]:
    """What a stranger sees of a secret post, and anybody who wants to change one: that it asks for its password."""
    with speaking(request, bound):
        context = head(bound)
    key, password = one.key, bool(one.password)
    return paper.shown(
        request, bound, "board/locked.html", status, **context, key=key, password=password, problem=problem
    )


@post("/board/{key:str}/{post_key:str}/unlock", status_code=200, opt={"cookieless": True})
async def unlock(request: Asked, key: FromPath[str], post_key: FromPath[str]) -> Response[Any]:
    """She says its password."""
    bound, one, owner = await found(request, key, post_key)
    given = (await request.form()).get("password", "")
    with speaking(request, bound):
        try:
            await spend(ground_of(request).database, Try(UNLOCKS, network(remote_of(request))), Try(OF_ONE, one.key))
        except TooMany as error:
            return locked(request, bound, one, error.message, 429)
        if not one.password or not await matches(one.password, given if isinstance(given, str) else ""):
            return locked(request, bound, one, _("This is not the password."))
    to = Redirect(f"/board/{bound.row.key}/{one.key}{asked_of(request)}", status_code=303)
    to.set_cookie(remember(request, bound, owner.with_post(one.key)))
    return to


@post("/board/{key:str}/enter", status_code=200, opt={"cookieless": True})
async def enter(request: Asked, key: FromPath[str]) -> Response[Any]:
    """A user whom the company has signed comes in: the form field ``token`` is what the chat's session gave out."""
    bound = await board_of(request, key)
    given = (await request.form()).get("token", "")
    user = await signed_user(request, bound, given if isinstance(given, str) else "")
    if not user:
        raise NotFound("This token is not known here.")
    to = Redirect(f"/board/{bound.row.key}{asked_of(request)}", status_code=303)
    to.set_cookie(remember(request, bound, Owner(user, owner_of(request, bound).keys)))
    return to


@get("/board/{key:str}/{post_key:str}/files/{file_key:str}", opt={"cookieless": True})
async def file(request: Asked, key: FromPath[str], post_key: FromPath[str], file_key: FromPath[str]) -> Any:
    """A file of a post or its answers, to whoever may read it."""
    bound, one, owner = await found(request, key, post_key)
    if not owner.reads(one):
        raise NotFound("There is no such file.")
    async with ground_of(request).database.begin() as tx:
        kept = await said.file(tx, bound.row.id, one.key, file_key)
    return await give(request, kept)
