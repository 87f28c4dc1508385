"""Posts written, changed, taken back, and added to."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from madang.channels.book import Bound
from madang.community import actions
from madang.community.actions import Board, Written
from madang.community.queries import Whole
from madang.lib.language import reader
from madang.portal import brought, once, paper
from madang.portal.board import filled as forms
from madang.portal.board.owners import Owner, board_of, owner_of, remember
from madang.portal.board.reading import found, head, locked, shown
from madang.portal.brought import WHOLE, Brought
from madang.portal.chat.asking import Asked, ground_of, remote_of
from madang.portal.forms.fields import TRAP, Filled
from madang.portal.forms.sending import doubt
from madang.portal.once import Given
from madang.portal.paper import asked_of, key_of, speaking
from madang.staff.attempts import Limit, TooMany, Try, network, spend
from madang.staff.passwords import hashed

POSTS = Limit("board.post", 20, timedelta(hours=1))


def uploader(bound: Bound, owner: Owner, key: str) -> str:
    """Whose the files of a post are. Intake asks for the same name."""
    who = f"account:{owner.user}" if owner.user else f"scoped:{key}"
    return f"{bound.row.connector}:{bound.row.key}:{who}"


async def _guard(request: Asked, bound: Bound, form: Any, made: Filled, *, hasty: bool = False) -> Given | None:
    """What speaks for a program, or for too many, is said in ``made.general``."""
    token = once.read(key_of(request, bound.row, "board"), str(form.get("given") or ""))
    made.general = doubt(token, bool(form.get(TRAP)), hasty=hasty)
    if not made.general and not made.errors:
        try:
            await spend(ground_of(request).database, Try(POSTS, network(remote_of(request))))
        except TooMany as error:
            made.general = error.message
    return token


@get("/board/{key:str}/new", opt={"cookieless": True})
async def new(request: Asked, key: FromPath[str]) -> Response[Any]:
    """An empty post."""
    bound = await board_of(request, key)
    return _form(request, bound, owner_of(request, bound), Filled(), Brought())


def _form(
    request: Asked, bound: Bound, owner: Owner, made: Filled, files: Brought, name: str = "", status: int = 200
) -> Response[Any]:
    with speaking(request, bound):
        context = head(bound)
    given = once.made(key_of(request, bound.row, "board"), time.time(), name)
    more = {"filled": made, "files": files, "given": given, "post": None, "signed": bool(owner.user)}
    return paper.shown(request, bound, "board/write.html", status, **context, **more)


@post("/board/{key:str}/new", status_code=200, opt={"cookieless": True}, request_max_body_size=WHOLE)
async def write(request: Asked, key: FromPath[str]) -> Response[Any]:
    """Take it, or show it again with what is wrong beside each field."""
    bound, ground = await board_of(request, key), ground_of(request)
    owner, given = owner_of(request, bound), await request.form()
    asked = ["title", "text", "author", "email"] + ([] if owner.user else ["password"])
    with speaking(request, bound):
        made = forms.read(given, *asked)
        made.values["secret"] = "on" if given.get("secret") else ""
        token = await _guard(request, bound, given, made)
        files = await _files(request, uploader(bound, owner, token.name), given, made) if token else Brought()
        if made.general or made.errors or token is None:
            return _form(request, bound, owner, made, files, token.name if token else "", 400)
        one = await _written(bound, owner, made, files, token.name)
        async with ground.database.begin() as tx:
            await actions.write(tx, Board(ground, bound), one)
    to = Redirect(f"/board/{bound.row.key}/{token.name}{asked_of(request)}", status_code=303)
    to.set_cookie(remember(request, bound, owner.with_post(token.name)))
    return to


async def _written(bound: Bound, owner: Owner, made: Filled, files: Brought, key: str) -> Written:
    private = bound.row.settings.get("visibility") == "private"
    return Written(
        key=key,
        title=made.value("title"),
        text=made.value("text"),
        author=made.value("author"),
        email=made.value("email"),
        secret=private or bool(made.value("secret")),
        password="" if owner.user else await hashed(made.value("password")),
        user=owner.user,
        files=files.keys,
        language=reader().language,
    )


async def _files(request: Asked, owner: str, given: Any, made: Filled) -> Brought:
    try:
        files = await brought.take(ground_of(request), owner, given, remote_of(request))
    except TooMany as error:
        made.general = error.message
        return Brought()
    if files.problem:
        made.errors["files"] = files.problem
    return files


@get("/board/{key:str}/{post_key:str}/edit", opt={"cookieless": True})
async def edit(request: Asked, key: FromPath[str], post_key: FromPath[str]) -> Response[Any]:
    """The post, to be changed by its author."""
    bound, one, owner = await found(request, key, post_key)
    if not owner.owns(one):
        return locked(request, bound, one)
    values = {"title": one.title, "text": one.body, "secret": "on" if one.secret else ""}
    return _change_form(request, bound, one, Filled(values))


def _change_form(request: Asked, bound: Bound, one: Whole, made: Filled, status: int = 200) -> Response[Any]:
    with speaking(request, bound):
        context = head(bound)
    given = once.made(key_of(request, bound.row, "board"), time.time())
    more = {"filled": made, "files": Brought(), "given": given, "post": one, "signed": True}
    return paper.shown(request, bound, "board/write.html", status, **context, **more)


@post("/board/{key:str}/{post_key:str}/edit", status_code=200, opt={"cookieless": True})
async def change(request: Asked, key: FromPath[str], post_key: FromPath[str]) -> Response[Any]:
    """Its author says it otherwise."""
    bound, one, owner = await found(request, key, post_key)
    if not owner.owns(one):
        return locked(request, bound, one)
    given, ground = await request.form(), ground_of(request)
    with speaking(request, bound):
        made = forms.read(given, "title", "text")
        made.values["secret"] = "on" if given.get("secret") else ""
        await _guard(request, bound, given, made, hasty=True)
        if made.general or made.errors:
            return _change_form(request, bound, one, made, 400)
    private = bound.row.settings.get("visibility") == "private"
    secret = private or bool(made.value("secret"))
    async with ground.database.begin() as tx:
        board = Board(ground, bound)
        await actions.change(tx, board, one, made.value("title"), made.value("text"), secret=secret)
    return Redirect(f"/board/{bound.row.key}/{one.key}{asked_of(request)}", status_code=303)


@post("/board/{key:str}/{post_key:str}/delete", status_code=200, opt={"cookieless": True})
async def delete(request: Asked, key: FromPath[str], post_key: FromPath[str]) -> Response[Any]:
    """Its author takes it back."""
    bound, one, owner = await found(request, key, post_key)
    if not owner.owns(one):
        return locked(request, bound, one)
    ground = ground_of(request)
    async with ground.database.begin() as tx:
        await actions.delete(tx, Board(ground, bound), one)
    return Redirect(f"/board/{bound.row.key}{asked_of(request)}", status_code=303)


@post("/board/{key:str}/{post_key:str}/more", status_code=200, opt={"cookieless": True}, request_max_body_size=WHOLE)
async def more(request: Asked, key: FromPath[str], post_key: FromPath[str]) -> Response[Any]:
    """Its author writes more below it."""
    bound, one, owner = await found(request, key, post_key)
    if not owner.owns(one):
        return locked(request, bound, one)
    given, ground = await request.form(), ground_of(request)
    with speaking(request, bound):
        made = forms.read(given, "text")
        token = await _guard(request, bound, given, made, hasty=True)
        whose = uploader(bound, Owner(one.user_value), one.key)
        files = await _files(request, whose, given, made) if token else Brought()
        if files.kept:
            made.errors.pop("text", None)
        if made.general or made.errors or token is None:
            return await shown(request, bound, one, owner, made, files, 400)
        async with ground.database.begin() as tx:
            await actions.add(tx, Board(ground, bound), one, made.value("text"), files.keys, token.name)
    return Redirect(f"/board/{bound.row.key}/{one.key}{asked_of(request)}#end", status_code=303)
