"""The Cloud API on loopback: it signs and posts webhooks, checks tokens, keeps the 24 hours, and sends receipts."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import timedelta
from hashlib import sha256
from typing import Any

from madang.channels.playing import Asked, Refused, Shown, Told
from madang.connectors._meta.simulator import Meta, sent, wrong
from madang.connectors.whatsapp.simulator.phone import Phone
from madang.connectors.whatsapp.simulator.stock import TEMPLATES
from madang.lib.meta import GRAPH
from madang.lib.meta.shapes import obj, said

WINDOW = timedelta(hours=24)


class Simulator(Meta[Phone]):
    """``late`` makes it take what it will not deliver, and say so in a receipt only."""

    busy, broken = 130429, 131000

    def __init__(self) -> None:
        super().__init__("EAAG-simulated")
        self.phone_id, self.waba_id, self.number = "106540352242922", "102290129340398", "821012340000"
        self.templates: list[dict[str, Any]] = [dict(one) for one in TEMPLATES]
        self.held: dict[str, Shown] = {}  # files by media id
        self.late = False

    def form(self) -> dict[str, str]:
        """A channel of this account."""
        made = {"number": f"+{self.number}", "phone_id": self.phone_id, "waba_id": self.waba_id}
        return super().form() | made

    def person(self, hook: str, name: str = "미나", **more: Any) -> Phone:
        """``hidden=True``: she has a user name, and her number is not told."""
        if name not in self.phones:
            self.phones[name] = Phone(self, hook, name, len(self.phones) + 1, hidden=bool(more.get("hidden")))
        return self.phones[name]

    async def deliver(self, hook: str, field: str, value: Mapping[str, Any]) -> None:
        """One signed webhook about this number."""
        about = {"display_phone_number": self.number, "phone_number_id": self.phone_id}
        change = {"value": {"messaging_product": "whatsapp", "metadata": about, **value}, "field": field}
        await self.signed(hook, "whatsapp_business_account", {"id": self.waba_id, "changes": [change]})

    async def at(self, place: str, asked: Asked) -> Told:
        """Messages, files, templates and the number itself."""
        if asked.method == "POST" and place == f"{self.phone_id}/messages":
            return self._message(obj(asked.json()))
        if asked.method == "POST" and place == f"{self.phone_id}/media":
            return self._upload(asked)
        if asked.method == "GET":
            return self._read(asked, place)
        raise Refused(400, wrong(100, f"Unsupported {asked.method.lower()} request. Object {place} does not exist"))

    def _read(self, asked: Asked, place: str) -> Told:
        if place == self.phone_id:
            return Told({"id": self.phone_id, "display_phone_number": self.number, "verified_name": "하늘"})
        if place == f"{self.waba_id}/message_templates":
            return self._page(int(asked.query.get("limit", "25")), int(asked.query.get("after") or 0))
        name = place.removeprefix("lookaside/")
        file = self.held.get(name)
        if file is None:
            raise Refused(400, wrong(100, f"Unsupported get request. Object with ID '{name}' does not exist"))
        if place.startswith("lookaside/"):
            return Told(file.content, 200, {"content-type": file.mime})
        told = {"url": f"{self.url}/lookaside/{name}", "mime_type": file.mime, "file_size": len(file.content)}
        return Told(told | {"sha256": sha256(file.content).hexdigest(), "id": name, "messaging_product": "whatsapp"})

    def _page(self, limit: int, start: int) -> Told:
        end = start + limit
        paging: dict[str, Any] = {"cursors": {"before": str(start), "after": str(end)}}
        if end < len(self.templates):
            paging["next"] = f"{self.url}/{GRAPH}/{self.waba_id}/message_templates?after={end}"
        many = len(self.templates)
        summary = {"total_count": many, "message_template_count": many, "message_template_limit": 6000}
        told = {"data": self.templates[start:end], "paging": paging}
        return Told(told | {"summary": summary | {"are_translations_complete": True}})

    def _upload(self, asked: Asked) -> Told:
        fields, file = sent(asked)
        if "messaging_product" not in fields or file is None:
            raise Refused(400, wrong(100, "(#100) The parameter messaging_product is required."))
        return Told({"id": self.hold(file)})

    def hold(self, file: Shown) -> str:
        """A file under a media id."""
        name = str(10**15 + len(self.held))
        self.held[name] = file
        return name

    def _message(self, given: Mapping[str, Any]) -> Told:
        if given.get("messaging_product") != "whatsapp":
            raise Refused(400, wrong(100, "(#100) The parameter messaging_product is required."))
        if given.get("status") == "read":
            for phone in self.phones.values():
                phone.seen(said(given.get("message_id")), typing="typing_indicator" in given)
            return Told({"success": True})
        phone = self._recipient(given)
        if given.get("type") == "reaction":
            phone.reacted(obj(given.get("reaction")))
        else:
            self._admit(phone, given)
        name = f"wamid.{secrets.token_urlsafe(24)}"
        contact = {"input": given.get("to") or given.get("recipient"), "user_id": phone.user_id}
        contact |= {} if phone.hidden else {"wa_id": phone.number}
        problem = self._problem(phone, given)
        if problem is None and given.get("type") != "reaction":
            phone.receive(name, given)
        if given.get("type") != "reaction":
            self.later(phone.receipts(name, problem, said(given.get("biz_opaque_callback_data"))))
        return Told({"messaging_product": "whatsapp", "contacts": [contact], "messages": [{"id": name}]})

    def _recipient(self, given: Mapping[str, Any]) -> Phone:
        wanted = said(given.get("to")) or said(given.get("recipient"))
        for phone in self.phones.values():
            if wanted in (phone.number, phone.user_id):
                return phone
        raise Refused(400, wrong(131030, "(#131030) Recipient phone number not in allowed list"))

    def _admit(self, phone: Phone, given: Mapping[str, Any]) -> None:
        """Refuse at once what cannot be delivered, unless it is to be said late."""
        text = said(obj(given.get("text")).get("body"))
        if len(text) > 4096:
            raise Refused(400, wrong(100, "(#100) Param text['body'] must be at most 4096 characters long."))
        problem = None if self.late else self._problem(phone, given)
        if problem is not None:
            raise Refused(400, {"error": problem | {"type": "OAuthException", "fbtrace_id": "A1b2"}})

    def _problem(self, phone: Phone, given: Mapping[str, Any]) -> dict[str, Any] | None:
        kind = given.get("type")
        closed = phone.wrote is None or self.now() - phone.wrote > WINDOW
        if phone.blocked:
            return _told(131026, "Message undeliverable", "Message Undeliverable.")
        if kind not in ("template", "reaction") and closed:
            words = "More than 24 hours have passed since the customer last replied to this number."
            return _told(
                131047, "Re-engagement message", f"Message failed to send because {words[0].lower()}{words[1:]}"
            )
        if kind == "template" and not self._approved(obj(given.get("template"))):
            return _told(132001, "Template name does not exist in the translation", "template is not approved")
        return None

    def _approved(self, template: Mapping[str, Any]) -> bool:
        wanted = (said(template.get("name")), said(obj(template.get("language")).get("code")))
        return any((one["name"], one["language"]) == wanted and one["status"] == "APPROVED" for one in self.templates)


def _told(code: int, title: str, details: str) -> dict[str, Any]:
    said_so = {"code": code, "title": title, "message": f"(#{code}) {title}"}
    return said_so | {"error_data": {"messaging_product": "whatsapp", "details": details}}
