"""Messenger and Instagram: one Send API, one kind of event, and comments that everybody reads."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, ClassVar, Literal

from madang.channels.calling import refuse_setup
from madang.channels.connector import (
    Cap,
    Config,
    Delivery,
    Inbound,
    Limits,
    Media,
    Outbound,
    Party,
    Request,
    SendError,
    Sent,
)
from madang.connectors._meta import facts, saying
from madang.connectors._meta.graph import Graph, named, opened, sent
from madang.lib.http import Answer
from madang.lib.meta import speaking
from madang.lib.meta.parting import pieces
from madang.lib.meta.shapes import said


class Chats(Graph):
    """One page or account. ``hidden`` is how the API calls a hidden comment, ``profile`` what it tells of a person."""

    hidden: ClassVar[str]
    profile: ClassVar[str]
    caps = Graph.caps | Cap.DELETE | Cap.HIDE
    limits = Limits(
        text=2_000,
        media_bytes=25 << 20,
        body_bytes=4 << 20,
        per_second=40,
        window=speaking.HUMAN_WINDOW,
        buttons=speaking.QUICK,
        button_text=20,
    )

    def __init__(self, config: Config) -> None:
        super().__init__(config)
        self._human = bool(config.settings.get("human_agent"))
        if not self._human:  # this channel's own bound, not the provider's widest
            vars(self)["limits"] = replace(type(self).limits, window=speaking.WINDOW)

    @abstractmethod
    def _me(self) -> str:
        """The page or account, as the beginning of a path."""

    @abstractmethod
    def _change(self, change: Mapping[str, Any], owner: str, time: object) -> Iterator[Inbound]:
        """What a change of a field (a comment) means. Pure."""

    @abstractmethod
    def _comment(self, out: Outbound) -> tuple[str, dict[str, str]]:
        """Where a comment is posted, and its body."""

    @abstractmethod
    def _message(self, out: Outbound) -> dict[str, Any]:
        """The ``message`` of the Send API."""

    def split(self, request: Request) -> Sequence[Delivery]:
        """One delivery an event."""
        return [Delivery(one.key, one.person, one.body) for one in pieces(opened(request.body))]

    def parse(self, delivery: Delivery) -> Sequence[Inbound]:
        """Facts of this page or account; nothing for notices and for the marked echo of our own words."""
        return list(facts.mean(opened(delivery.body), self._own(), self._change))

    async def send(self, out: Outbound) -> Sent:
        """One message or comment."""
        place = saying.where(out)
        if place == "public":
            return sent(named(await self._post(*self._comment(out)), "id"))
        whom = saying.private(out) if place == "private" else saying.direct(out, datetime.now(UTC), human=self._human)
        return sent(named(await self._say(out, whom | {"message": self._message(out)}), "message_id"))

    async def _say(self, out: Outbound, body: Mapping[str, Any]) -> Answer:
        return await self._post(f"{self._me()}/messages", body)

    async def act(
        self,
        verb: Literal["typing", "read", "react", "edit", "delete", "close", "hide", "unhide"],
        to: Party,
        **more: Any,
    ) -> None:
        """typing, read and react in a chat; hide, unhide and delete a comment."""
        about, text = str(more.get("about") or ""), str(more.get("text") or "")
        if speaking.is_public(about):
            await self._on_comment(verb, about)
        elif verb in ("typing", "read", "react"):
            body = speaking.action(to.value, verb, about, text)
            await self._post(f"{self._me()}/messages", body, repeat=True)
        else:
            raise SendError("policy", f"{type(self).__name__} cannot {verb} a private message")

    async def _on_comment(self, verb: str, about: str) -> None:
        if verb in ("hide", "unhide"):
            await self._post(f"/{about}", {self.hidden: verb == "hide"}, repeat=True)
        elif verb == "delete":
            await self._api.call("DELETE", f"/{about}", headers=self._auth(), repeat=True)
        elif verb not in ("typing", "read"):
            raise SendError("policy", f"{type(self).__name__} cannot {verb} a comment")

    async def fetch(self, media: Media) -> AsyncIterator[bytes]:
        """A file of hers, from Meta's servers; its address ends after some days."""
        if not media.ref.startswith(("https://", "http://")):
            raise SendError("invalid", "this is no address of a file")
        async for part in self._download(media.ref):
            yield part

    async def introduce(self, party: Party) -> Party:
        """Her name; the webhook of a message has the scoped id alone."""
        if party.name or not party.value.isdecimal():
            return party
        told = await self._read(f"/{party.value}?fields={self.profile}")
        both = f"{said(told.get('first_name'))} {said(told.get('last_name'))}".strip()
        return replace(party, name=said(told.get("name")) or said(told.get("username")) or both)

    async def _subscribe(self, fields: str) -> None:
        """Without it nothing comes."""
        try:
            await self._post(f"{self._me()}/subscribed_apps", {"subscribed_fields": fields}, repeat=True)
        except SendError as error:
            refuse_setup(error, "token")
