"""One person on Instagram: her chat with the account, its stories, and what she writes below its posts."""

from __future__ import annotations

from typing import Any

from madang.channels.playing import Bubble, Shown, Verb
from madang.connectors._meta.simulator.phone import Chatting


class Phone(Chatting):
    """``id`` is the Instagram-scoped one."""

    source = "IGME-SOURCE-LINK"

    async def comment(self, text: str, *, post: str = "17918195224117851", below: Bubble | None = None) -> Bubble:
        """What everybody reads: below a post of the account, or below another comment."""
        bubble = Bubble(self.meta.comment_id(post), True, text, kind="comment", at=self.meta.now())
        value: dict[str, Any] = {"id": bubble.id, "from": {"id": self.id, "username": self.username}, "text": text}
        value |= {"media": {"id": post, "media_product_type": "FEED"}}
        value |= {"parent_id": below.id} if below is not None else {}
        self.bubbles.append(bubble)
        await self.meta.deliver(self.hook, "changes", {"field": "comments", "value": value})
        return bubble

    async def mentions(self, story: Shown) -> Bubble:
        """She names the account in her story."""
        url = self.meta.serve(story.content, story.name, story.mime)
        attached = [{"type": "story_mention", "payload": {"url": url}}]
        return await self.write({"attachments": attached}, "", (story,))

    async def answers_story(self, text: str) -> Bubble:
        """She writes about a story of the account."""
        story = {"url": "https://lookaside.example/story/18", "id": "17854360229135492"}
        return await self.write({"text": text, "reply_to": {"story": story}}, text)

    async def reads(self) -> None:
        """An account is told of each message."""
        for one in [one for one in self.bubbles if not one.mine and one.kind != "comment" and one.state != "read"]:
            one.state = "read"
            await self.tell({"read": {"mid": one.id}})

    async def change(self, verb: Verb, bubble: Bubble, value: str) -> None:
        """And unsend it."""
        if verb != "unsend":
            await super().change(verb, bubble, value)
            return
        bubble.gone = True
        await self.tell({"message": {"mid": bubble.id, "is_deleted": True}})

    async def change_comment(self, verb: Verb, bubble: Bubble, value: str) -> None:
        """Of comments Instagram tells nothing more."""
        raise NotImplementedError(f"an account is not told of {verb} on comments")
