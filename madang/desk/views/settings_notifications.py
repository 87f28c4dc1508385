"""What she is told, by which way, and when not: hers alone."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any, get_args

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath

from madang.channels import mailing
from madang.conversations.inbox.views import saved as views_of
from madang.desk.letting_in import AnyRequest, see
from madang.desk.page import form_of, ground_of, page, who
from madang.lib import web_push
from madang.lib.errors import NotFound, Refused
from madang.lib.language import gettext as _
from madang.notifications import actions, queries, words
from madang.notifications.wishes import DEFAULT, KINDS, WAYS, Kind, Mail, Quiet, Way, Wishes, clock

HERE = "/settings/notifications"
_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
_WISH = re.compile(r"([a-z]+)\.([a-z]+)")
_WATCH = re.compile(r"([0-9]{1,15})\.([a-z]+)")
ASKED: tuple[Kind, ...] = tuple(kind for kind in KINDS if kind != "view")  # views are asked about one by one


class Typed(msgspec.Struct):
    """The form, as it was typed. ``wish`` are the ticked boxes: ``mine.push``; ``watch`` those of views: ``3.push``."""

    wish: list[str] = []
    watch: list[str] = []
    quiet: bool = False
    start: str = "22:00"
    end: str = "08:00"
    free: list[str] = []
    mail: str = "soon"
    words: bool = False
    volume: str = "60"

    def wishes(self, before: Wishes) -> Wishes:
        """The same, to be kept; raises Refused naming the field."""
        if self.mail not in get_args(Mail):
            raise Refused(_("This is not a possible answer. Choose one of those offered."), "mail")
        quiet = Quiet(self.quiet, _minute(self.start, "start"), _minute(self.end, "end"), self._free())
        if quiet.on and quiet.start == quiet.end:
            raise Refused(_("Begin and end are the same. Choose an end at another time."), "end")
        watched = self._watched()
        return Wishes(
            kinds=self._kinds(),
            views=tuple(int(view) for view in watched),
            by_view=watched,
            quiet=quiet,
            mail=self.mail,  # type: ignore[arg-type]
            words=self.words,
            volume=_whole(self.volume, "volume", 100),
            until=before.until,
        )

    def _kinds(self) -> dict[Kind, tuple[Way, ...]]:
        ticked = {found.groups() for one in self.wish if (found := _WISH.fullmatch(one))}
        return {kind: tuple(way for way in WAYS if (kind, way) in ticked) for kind in ASKED}

    def _watched(self) -> dict[str, tuple[Way, ...]]:
        """Of each view the ways; one that is not in the app is not watched."""
        ticked = {found.groups() for one in self.watch[:1000] if (found := _WATCH.fullmatch(one))}
        views = dict.fromkeys(view for view, way in sorted(ticked) if way == "app")
        return {view: tuple(way for way in WAYS if (view, way) in ticked) for view in views}

    def _free(self) -> tuple[int, ...]:
        return tuple(sorted({_whole(one, "free", 6) for one in self.free[:7]}))


def typed(hers: Wishes) -> Typed:
    """What is kept, as the form shows it."""
    return Typed(
        wish=[f"{kind}.{way}" for kind in ASKED for way in hers.ways(kind)],
        watch=[f"{view}.{way}" for view in hers.views for way in hers.ways("view", view)],
        quiet=hers.quiet.on,
        start=clock(hers.quiet.start),
        end=clock(hers.quiet.end),
        free=[str(day) for day in hers.quiet.free],
        mail=hers.mail,
        words=hers.words,
        volume=str(hers.volume),
    )


def _minute(text: str, field: str) -> int:
    found = _TIME.fullmatch(text)
    if found is None:
        raise Refused(_("This is no time of day. It looks like 22:00."), field)
    return int(found[1]) * 60 + int(found[2])


def _whole(text: str, field: str, most: int) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 17 and int(text) <= most):
        raise Refused(_("This is not a possible answer. Choose one of those offered."), field)
    return int(text)


@get(HERE)
async def shown(request: Request[Any, Any, Any]) -> Response[str]:
    """All that she may choose."""
    async with ground_of(request).database.begin() as tx:
        hers = await queries.wishes(tx, who(request).user_id)
    return await _page(request, typed(hers))


@post(HERE, status_code=200)
async def change(request: Request[Any, Any, Any]) -> Response[Any]:
    """Keep it."""
    viewer, form = who(request), await form_of(request, Typed)
    try:
        async with ground_of(request).database.begin() as tx:
            await actions.change(tx, viewer, form.wishes(await queries.wishes(tx, viewer.user_id)))
    except Refused as refused:
        return await _page(request, form, refused)
    return see(f"{HERE}?done=saved")


@post(f"{HERE}/test/{{way:str}}", status_code=204)
async def test(request: Request[Any, Any, Any], way: FromPath[str]) -> None:
    """Tell her something by this way."""
    if way not in WAYS:
        raise NotFound
    async with ground_of(request).database.begin() as tx:
        await actions.try_out(tx, who(request), way, datetime.now(UTC))


@post(f"{HERE}/browsers/{{browser_id:int}}/end", status_code=200)
async def end(request: Request[Any, Any, Any], browser_id: FromPath[int]) -> Response[Any]:
    """One of her browsers is told nothing any more."""
    async with ground_of(request).database.begin() as tx:
        await actions.forget(tx, who(request), number=browser_id)
    return see(f"{HERE}?done=removed")


async def _page(request: AnyRequest, form: Typed, refused: Refused | None = None) -> Response[str]:
    viewer, ground = who(request), ground_of(request)
    async with ground.database.begin() as tx:
        there = await queries.browsers(tx, viewer)
        views = await views_of(tx, viewer)
        mails = bool(await mailing.mailers(tx))
    return page(
        request,
        "settings/notifications.html",
        400 if refused else 200,
        typed=form,
        names={kind: words.NAMES[kind] for kind in ASKED},
        usual=DEFAULT["view"],
        way_names=words.WAYS,
        mails=words.MAILS,
        can_mail=mails,
        views=views,
        browsers=there,
        server=web_push.public(ground.keys),
        days=_days(),
        errors={refused.field or "form": refused.message} if refused else {},
    )


def _days() -> list[str]:
    return [_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun")]
