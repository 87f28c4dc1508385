"""Solapi's API, as far as notices need it (messages/v4, kakao/v2, cash/v1; SDKs of 2026)."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import msgspec

from madang.channels.calling import Caller, read
from madang.channels.connector import (
    Button,
    Config,
    KnownTemplate,
    Outbound,
    SendError,
    Sent,
    SetupError,
    Template,
)
from madang.connectors.kakao_notice import brand, words
from madang.connectors.kakao_notice.dealer import State, mobile, places, rows, texts
from madang.connectors.kakao_notice.reports import KEY
from madang.lib.http import Answer
from madang.lib.language import marked

ADDRESS = "https://api.solapi.com"
SEND, TEMPLATES, BALANCE = "/messages/v4/send-many/detail", "/kakao/v2/templates", "/cash/v1/balance"
PAGE, MOST_PAGES = 100, 20
TAKEN = "2"  # how the status of a message begins that Solapi has taken in

STATES: dict[str, State] = {
    "APPROVED": "approved",
    "PENDING": "pending",
    "INSPECTING": "pending",
    "HUMAN_INSPECTING": "pending",
    "REJECTED": "rejected",
}


class Solapi:
    """Solapi for one Kakao channel (``channel_id``, formerly pfId)."""

    key_field = "api_secret"

    def __init__(self, config: Config) -> None:
        self._settings, self._secret = config.settings, config.secrets.get("api_secret", "")
        self._caller = Caller(config, str(config.settings.get("api_url") or ADDRESS), judge=judge)

    async def send(self, out: Outbound, template: Template) -> Sent:
        """No key of Solapi's makes a repeat harmless, so no answer is *unsure*. Our key comes back in reports."""
        body = {"messages": [self._message(out, template)], "allowDuplicates": False, "showMessageList": True}
        said = read(await self._caller.call("POST", SEND, headers=self._signed(), json=body))
        for failed in rows(said.get("failedMessageList") if isinstance(said, dict) else None):
            raise refused(str(failed.get("statusCode", "")), str(failed.get("statusMessage", "")))
        return _sent(said, out.key)

    def _message(self, out: Outbound, template: Template) -> dict[str, Any]:
        wanted = bool(self._settings.get("dealer_sms"))
        options: dict[str, Any] = {
            "pfId": self._settings.get("channel_id", ""),
            "templateId": brand.code(template),
            "variables": _variables(template),
            "disableSms": not wanted,
        }
        made: dict[str, Any] = {"to": mobile(out.to.value), "kakaoOptions": options, "customFields": {KEY: out.key}}
        if brand.is_brand(template):
            options["bms"] = {"targeting": self._settings.get("targeting") or "I"}
        else:
            made["type"] = "ATA"
        if number := self._settings.get("sender_number"):
            made["from"] = number
        return made

    async def templates(self) -> Sequence[KnownTemplate]:
        """All AlimTalk templates of the channel, page by page."""
        made: list[KnownTemplate] = []
        start = ""
        for _ in range(MOST_PAGES):
            said = await self._page(start, PAGE)
            made += [_template(row) for row in rows(said.get("templateList"))]
            start = str(said.get("nextKey") or "")
            if not start:
                break
        return made

    async def _page(self, start: str, limit: int) -> Mapping[str, Any]:
        query = {"channelId": self._settings.get("channel_id", ""), "limit": limit}
        path = f"{TEMPLATES}?{urlencode(query | ({'startKey': start} if start else {}))}"
        said = read(await self._caller.call("GET", path, headers=self._signed(), repeat=True))
        return said if isinstance(said, dict) else {}

    async def check(self) -> None:
        """The balance proves the keys, one template the Kakao channel."""
        await self._caller.call("GET", BALANCE, headers=self._signed(), repeat=True)
        try:
            await self._page("", 1)
        except SendError as error:
            if error.why == "invalid":
                said = marked("Solapi knows no such Kakao channel. Copy its ID again.")
                raise SetupError(said, "channel_id") from None
            raise

    async def close(self) -> None:
        """Let go of the connections."""
        await self._caller.close()

    def _signed(self) -> dict[str, str]:
        """HMAC-SHA256 of date and salt with the API secret, as Solapi's SDKs do."""
        date, salt = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"), secrets.token_hex(16)
        signature = hmac.new(self._secret.encode(), (date + salt).encode(), hashlib.sha256).hexdigest()
        key = self._settings.get("api_key", "")
        return {"authorization": f"HMAC-SHA256 ApiKey={key}, Date={date}, salt={salt}, signature={signature}"}


def _sent(said: Any, key: str) -> Sent:
    for one in rows(said.get("messageList") if isinstance(said, dict) else None):
        if not str(one.get("statusCode", TAKEN)).startswith(TAKEN):
            raise refused(str(one.get("statusCode", "")), str(one.get("statusMessage", "")))
        if one.get("messageId"):
            return Sent(str(one["messageId"]), (key,))
    return Sent(key)


def refused(code: str, said: str) -> SendError:
    """What Solapi would not take."""
    return SendError(words.why(code, said), words.told("Solapi", code, said))


def judge(answer: Answer) -> SendError | None:
    """Errors are ``{errorCode, errorMessage}``; money that is used up is 402, or said in words."""
    if answer.ok or answer.status == 429 or answer.status >= 500:
        return None
    try:
        said = answer.json()
    except (ValueError, msgspec.DecodeError):
        said = None
    if not isinstance(said, dict):
        return SendError("auth", "Solapi 402") if answer.status == 402 else None
    code, message = str(said.get("errorCode", answer.status))[:100], str(said.get("errorMessage", ""))[:300]
    policy = "auth" if answer.status in {401, 402, 403} else words.why(code, message)
    return SendError(policy, words.told("Solapi", code, message))


def _variables(template: Template) -> dict[str, str]:
    """Places as Solapi writes them: ``#{name}``."""
    return {"#{" + name + "}": value for name, value in template.values.items()}


def _template(row: Mapping[str, Any]) -> KnownTemplate:
    buttons = [*rows(row.get("buttons")), *rows(row.get("quickReplies"))]
    links = [link for one in buttons for link in texts(one, "linkMo", "linkPc", "linkAnd", "linkIos")]
    head = texts(row, "header", "emphasizeTitle", "emphasizeSubtitle")
    body = "\n".join(texts(row, "content", "extra", "ad"))
    remarks = [text for one in rows(row.get("comments")) if one.get("isAdmin") for text in texts(one, "content")]
    state: State = STATES.get(str(row.get("status")), "pending")
    return KnownTemplate(
        id=str(row.get("templateId", "")),
        name=str(row.get("name", "")),
        body=body,
        state="gone" if row.get("isHidden") is True else state,
        language="ko",
        category="AlimTalk",
        places=places(*head, body, *links),
        buttons=tuple(_button(one) for one in buttons),
        problem=remarks[-1] if remarks and state == "rejected" else "",
    )


def _button(row: Mapping[str, Any]) -> Button:
    name = row.get("buttonName") or row.get("name") or ""
    return Button(str(name), url=next(iter(texts(row, "linkMo", "linkPc")), ""))
