"""Alerts: who is written to when a channel stops or falls behind."""

from __future__ import annotations

import re
from typing import Any

import msgspec
from litestar import Request, Response, get, post

from madang.alerts import actions, queries
from madang.alerts.actions import Wanted
from madang.alerts.words import TODO, title
from madang.channels import mailing
from madang.desk.letting_in import AnyRequest, see
from madang.desk.page import form_of, ground_of, number, page, who
from madang.lib.errors import Refused
from madang.lib.language import gettext as _
from madang.staff.permissions import Viewer, permit

HERE = "/settings/alerts"
_BETWEEN = re.compile(r"[\s,;]+")


class SetUp(msgspec.Struct):
    """The form, as it was typed."""

    recipients: str = ""
    language: str = "en"
    channel: str = ""
    waiting_minutes: str = "10"
    quarantined: str = "1"
    silence: bool = False

    def wanted(self) -> Wanted:
        """The same for the verb; raises Refused naming the field."""
        addresses = tuple(one for one in _BETWEEN.split(self.recipients) if one)
        minutes, amount = _whole(self.waiting_minutes, "waiting_minutes"), _whole(self.quarantined, "quarantined")
        return Wanted(addresses, self.language, number(self.channel, "channel"), minutes, amount, self.silence)


def _whole(text: str, field: str) -> int:
    if not text.isascii() or not text.isdecimal() or len(text) > 6:
        raise Refused(_("Give a whole number."), field)
    return int(text)


@get(HERE)
async def shown(request: Request[Any, Any, Any]) -> Response[str]:
    """What is chosen, what is wrong now, and the last mails."""
    viewer = _allowed(request)
    async with ground_of(request).database.begin() as tx:
        kept = await queries.chosen(tx)
    form = SetUp(
        "\n".join(kept.recipients),
        kept.language if kept.recipients else viewer.language,
        str(kept.channel_id or ""),
        str(kept.waiting_minutes),
        str(kept.quarantined),
        kept.silence,
    )
    return await _page(request, form)


@post(HERE, status_code=200)
async def change(request: Request[Any, Any, Any]) -> Response[Any]:
    """Choose anew."""
    viewer, form = _allowed(request), await form_of(request, SetUp)
    try:
        async with ground_of(request).database.begin() as tx:
            await actions.change(tx, viewer, form.wanted())
    except Refused as refused:
        return await _page(request, form, refused)
    return see(f"{HERE}?done=saved")


@post(f"{HERE}/test", status_code=200)
async def test(request: Request[Any, Any, Any]) -> Response[Any]:
    """Write to whoever asks, to see whether mails arrive."""
    viewer, ground = _allowed(request), ground_of(request)
    async with ground.database.begin() as tx:
        await actions.test(tx, viewer, viewer.language, ground.settings.public_url)
    return see(f"{HERE}?done=underway")


async def _page(request: AnyRequest, form: SetUp, refused: Refused | None = None) -> Response[str]:
    async with ground_of(request).database.begin() as tx:
        ways, wrong, mails = await mailing.mailers(tx), await queries.lasting(tx), await queries.posted(tx)
    return page(
        request,
        "settings/alerts.html",
        400 if refused else 200,
        typed=form,
        ways=ways,
        wrong=wrong,
        mails=mails,
        words=title,
        todo=TODO,
        errors={refused.field or "form": refused.message} if refused else {},
    )


def _allowed(request: AnyRequest) -> Viewer:
    viewer = who(request)
    permit(viewer, "channel.manage")
    return viewer
