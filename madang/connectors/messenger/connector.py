"""Messenger and the comments of one Facebook page: Graph v26.0, webhooks signed with the app secret."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from madang.channels.calling import multipart
from madang.channels.connector import Cap, Inbound, Outbound, SetupError
from madang.connectors._meta.chats import Chats
from madang.connectors.messenger import comments, sending, setup
from madang.lib.http import Answer
from madang.lib.language import marked
from madang.lib.meta.shapes import said


class Messenger(Chats):
    """One page."""

    name = "messenger"
    caps = Chats.caps | Cap.DELIVERED
    owner = "page_id"
    hidden, profile = "is_hidden", "name,first_name,last_name"

    def _me(self) -> str:
        return f"/{self._own()}"

    def _change(self, change: Mapping[str, Any], owner: str, time: object) -> Iterator[Inbound]:
        return comments.mean(change, owner, time)

    def fit(self, parts: list[Outbound]) -> list[Outbound]:
        """A call of the API each."""
        return [one for part in parts for one in sending.fitted(part)]

    def _comment(self, out: Outbound) -> tuple[str, dict[str, str]]:
        return f"/{out.reply_to}/comments", sending.comment(out)

    def _message(self, out: Outbound) -> dict[str, Any]:
        return sending.message(out)

    async def _say(self, out: Outbound, body: Mapping[str, Any]) -> Answer:
        """A file goes along as a form."""
        if not out.media:
            return await super()._say(out, body)
        (media,) = out.media
        content = b"".join([part async for part in media.stream()])
        headers, form = multipart(*sending.form(body, media, content))
        return await self._api.call("POST", f"{self._me()}/messages", headers=headers | self._auth(), content=form)

    def link(self, code: str) -> str:
        """Opens the chat with the page; the code comes in a referral."""
        return f"https://m.me/{self._own()}?ref=MDG-{code}" if self._own() else ""

    async def check(self) -> None:
        """The token must be the page's own; then the app is subscribed to the page."""
        if not self._own().isdecimal():
            raise SetupError(marked("A page ID has digits only."), "page_id")
        me = await self._try("/me?fields=id,name")
        if said(me.get("id")) != self._own():
            raise SetupError(marked("This token is of another page. Make one for the page with this ID."), "token")
        await self._subscribe(setup.SUBSCRIBED)
