"""One person on Facebook: her chat with the page, and what she writes below its posts."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from madang.channels.playing import Bubble, Undelivered, Verb
from madang.connectors._meta.simulator.phone import Chatting
from madang.lib.http import CallFailed


class Phone(Chatting):
    """``id`` is the page-scoped one. A private message cannot be taken back at the page's."""

    source = "SHORTLINK"

    async def comment(self, text: str, *, post: str = "122101234567890", below: Bubble | None = None) -> Bubble:
        """What everybody reads: below a post of the page, or below another comment."""
        whole = f"{self.meta.account_id}_{post}"
        bubble = Bubble(self.meta.comment_id(post), True, text, kind="comment", at=self.meta.now())
        value = {"item": "comment", "verb": "add", "comment_id": bubble.id, "post_id": whole, "message": text}
        value["parent_id"] = below.id if below is not None else whole
        self.bubbles.append(bubble)
        await self._feed(value)
        return bubble

    async def _feed(self, value: Mapping[str, Any]) -> None:
        link = f"https://www.facebook.com/{self.meta.account_id}/posts/1"
        post = {"permalink_url": link, "status_type": "added_photos"}
        who = {"from": {"id": self.id, "name": self.name}}
        made = {**value, **who, "post": post, "created_time": int(self.meta.now().timestamp())}
        await self.meta.deliver(self.hook, "changes", {"field": "feed", "value": made})

    async def reads(self) -> None:
        """A page is told until when."""
        for one in self.bubbles:
            one.state = one.state if one.mine else "read"
        await self.tell({"read": {"watermark": self.meta.milliseconds()}})

    async def change_comment(self, verb: Verb, bubble: Bubble, value: str) -> None:
        """A page is told of both."""
        whole = f"{self.meta.account_id}_{bubble.id.split('_')[0]}"
        about = {"item": "comment", "comment_id": bubble.id, "post_id": whole}
        if verb == "edit":
            bubble.text, bubble.edited = value, True
            await self._feed(about | {"verb": "edited", "message": value})
        elif verb == "unsend":
            bubble.gone = True
            await self._feed(about | {"verb": "remove"})
        else:
            raise NotImplementedError(f"a page is not told of {verb} on comments")

    async def echoed(self, name: str, message: Mapping[str, Any]) -> None:
        """And that it was delivered."""
        await super().echoed(name, message)
        with suppress(Undelivered, CallFailed):
            await self.tell({"delivery": {"mids": [name], "watermark": self.meta.milliseconds()}})

    def echo(self, message: Mapping[str, Any]) -> dict[str, Any]:
        """With the mark that the app gave along."""
        kept = {"metadata": message["metadata"]} if "metadata" in message else {}
        return super().echo(message) | {"app_id": 1517776481860111} | kept
