"""Direct messages and comments of one Instagram account: Graph v26.0, webhooks signed with the app secret."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from madang.channels.connector import Inbound, Outbound, SetupError
from madang.connectors._meta.chats import Chats
from madang.connectors._meta.setup import FACEBOOK
from madang.connectors.instagram import comments, sending, setup
from madang.lib.language import marked
from madang.lib.meta.shapes import obj, said


class Instagram(Chats):
    """One professional account."""

    name = "instagram"
    limits = replace(Chats.limits, text=sending.DIRECT)  # bytes of UTF-8: ``fit`` cuts further
    api, owner = setup.API, "account_id"
    hidden, profile = "hide", "name,username"

    def _base(self) -> str:
        base = super()._base()
        return FACEBOOK if base == setup.API and self._by_facebook() else base

    def _by_facebook(self) -> bool:
        return self._setting("login") == "facebook"

    def _me(self) -> str:
        return "/me"

    def _change(self, change: Mapping[str, Any], owner: str, time: object) -> Iterator[Inbound]:
        return comments.mean(change, owner, time)

    def fit(self, parts: list[Outbound]) -> list[Outbound]:
        """A call of the API each."""
        return [one for part in parts for one in sending.fitted(part)]

    def _comment(self, out: Outbound) -> tuple[str, dict[str, str]]:
        return f"/{out.reply_to}/replies", {"message": out.text}

    def _message(self, out: Outbound) -> dict[str, Any]:
        return sending.message(out)

    def link(self, code: str) -> str:
        """Opens the chat with the account; the code comes in a referral."""
        name = self._setting("username").strip().removeprefix("@")
        return f"https://ig.me/m/{quote(name)}?ref=MDG-{code}" if name else ""

    async def check(self) -> None:
        """The token must be this account's; then the app is subscribed to it."""
        if not self._own().isdecimal():
            raise SetupError(marked("An account ID has digits only. It is not the user name."), "account_id")
        fields = "instagram_business_account" if self._by_facebook() else "user_id,username"
        me = await self._try(f"/me?fields={fields}")
        found = said(obj(me.get("instagram_business_account")).get("id")) or said(me.get("user_id"))
        if found != self._own():
            raise SetupError(
                marked("This token is of another account. Make one for the account with this ID."), "token"
            )
        await self._subscribe(setup.OF_PAGE if self._by_facebook() else setup.SUBSCRIBED)
