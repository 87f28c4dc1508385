"""Bizgo's API (Infobank), as far as notices need it (send/omni and the template lists; SDK 1.2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import msgspec

from madang.channels.calling import Caller, read, wait
from madang.channels.connector import (
    Button,
    Config,
    KnownTemplate,
    Outbound,
    SendError,
    SendWhy,
    Sent,
    SetupError,
    Template,
)
from madang.connectors.kakao_notice import brand, words
from madang.connectors.kakao_notice.dealer import State, mobile, places, rows, texts
from madang.lib.http import Answer
from madang.lib.language import marked

ADDRESS = "https://mars.ibapi.kr"
SEND = "/api/comm/v1/send/omni"
ALIMTALK = "/api/comm/v1/center/alimtalk/template/list"
BRAND, BRAND_LIST = "/api/comm/v1/center/brandmessage/template", "/api/comm/v1/center/brandmessage/template/list"
PAGE, MOST_PAGES, MOST_BRAND = 100, 20, 100
A_DAY = 86_400  # seconds that Bizgo remembers our key, at most
TAKEN, TWICE = "A000", "A301"
SHORT = 90  # bytes of CP949: a text message beyond is a long one

STATES: dict[str, State] = {"APR": "approved", "REG": "pending", "REQ": "pending", "REJ": "rejected"}
BRAND_STATES: dict[str, State] = {"A": "approved", "S": "paused"}
PICTURES = marked("It has pictures or prices to fill in, which only a campaign can.")


class AlreadyTaken(SendError):
    """The same key was taken before: a success that comes as a refusal."""


class Bizgo:
    """Bizgo for one Kakao channel (``sender_key``)."""

    key_field = "bizgo_key"

    def __init__(self, config: Config) -> None:
        self._settings, self._key = config.settings, config.secrets.get("bizgo_key", "")
        self._caller = Caller(config, str(config.settings.get("api_url") or ADDRESS), judge=judge)

    async def send(self, out: Outbound, template: Template) -> Sent:
        """Our key is Bizgo's idempotency key: a repeat within a day is answered A301 and sends nothing twice."""
        try:
            said = await self._ask("POST", SEND, self._request(out, template))
        except AlreadyTaken:
            return Sent(out.key)
        for one in rows(said.get("destinations")):
            code = str(one.get("code", ""))
            if code not in (TAKEN, TWICE):
                raise SendError(words.why(code), words.told("Bizgo", code, str(one.get("result", ""))))
            return Sent(out.key, (str(one["msgKey"]),) if one.get("msgKey") and code == TAKEN else ())
        raise SendError("unsure", "Bizgo did not say whether it took the message")

    def _request(self, out: Outbound, template: Template) -> dict[str, Any]:
        to = {"to": mobile(out.to.value), "replaceWords": dict(template.values)}
        return {
            "destinations": [to],
            "messageFlow": [self._notice(template), *self._text_message(out)],
            "idempotencyKey": out.key,
            "idempotencyTtl": A_DAY,
            "ref": out.key,
        }

    def _notice(self, template: Template) -> dict[str, Any]:
        """Bizgo fills the template itself, so that its words are always the approved ones."""
        made = {
            "senderKey": self._settings.get("sender_key", ""),
            "templateCode": brand.code(template),
            "sendType": "template",
        }
        if not brand.is_brand(template):
            return {"alimtalk": made}
        made["targeting"] = self._settings.get("targeting") or "I"
        stop = {"unsubscribePhoneNumber": "unsubscribe_number", "unsubscribeAuthNumber": "unsubscribe_code"}
        made |= {name: value for name, field in stop.items() if (value := self._settings.get(field))}
        return {"brandmessage": made}

    def _text_message(self, out: Outbound) -> list[dict[str, Any]]:
        """The dealer's own way on, where an administrator wants that instead of Madang's."""
        if not self._settings.get("dealer_sms") or not out.text:
            return []
        text = out.text.encode("cp949", "replace").decode("cp949")  # no emoji in text messages
        kind = "sms" if len(text.encode("cp949")) <= SHORT else "mms"
        return [{kind: {"from": self._settings.get("sender_number", ""), "text": text}}]

    async def templates(self) -> Sequence[KnownTemplate]:
        """AlimTalk templates, and BrandMessage templates with their words."""
        made = [_alimtalk(row) for row in await self._list(ALIMTALK, "alimtalk")]
        for row in (await self._list(BRAND_LIST, "brandmessage"))[:MOST_BRAND]:
            query = {"senderKey": self._settings.get("sender_key", ""), "templateCode": row.get("templateCode", "")}
            said = await self._ask("GET", f"{BRAND}?{urlencode(query)}")
            whole = said.get("brandmessage")
            made.append(_brand({**row, **(whole if isinstance(whole, dict) else said)}))
        return made

    async def _list(self, path: str, area: str) -> list[Mapping[str, Any]]:
        made: list[Mapping[str, Any]] = []
        for page in range(MOST_PAGES):
            query = {"senderKey": self._settings.get("sender_key", ""), "offset": page * PAGE, "limit": PAGE}
            said = (await self._ask("GET", f"{path}?{urlencode(query)}")).get(area)
            some = list(rows(said.get("templates") if isinstance(said, dict) else None))
            made += some
            if len(some) < PAGE:
                break
        return made

    async def check(self) -> None:
        """One page of templates proves the key and the Kakao channel."""
        query = {"senderKey": self._settings.get("sender_key", ""), "offset": 0, "limit": 1}
        try:
            await self._ask("GET", f"{ALIMTALK}?{urlencode(query)}")
        except SendError as error:
            if error.why == "invalid":
                said = marked("Bizgo knows no such sender key. Copy it again.")
                raise SetupError(said, "sender_key") from None
            raise

    async def _ask(self, method: str, path: str, body: Any = None) -> Mapping[str, Any]:
        """``data.data`` of the envelope. Every call is harmless to repeat: it reads, or carries our key."""
        answer = await self._caller.call(method, path, headers={"authorization": self._key}, json=body, repeat=True)
        said = read(answer)
        inner = said.get("data") if isinstance(said, dict) else None
        data = inner.get("data") if isinstance(inner, dict) else None
        return data if isinstance(data, dict) else {}

    async def close(self) -> None:
        """Let go of the connections."""
        await self._caller.close()


def judge(answer: Answer) -> SendError | None:
    """Two layers say no, also inside a 200: ``common.authCode`` is the gateway's, ``data.code`` the service's."""
    try:
        said = answer.json()
    except (ValueError, msgspec.DecodeError):
        return None
    common, data = (said.get(name) if isinstance(said, dict) else None for name in ("common", "data"))
    gate = str(common.get("authCode", TAKEN)) if isinstance(common, dict) else TAKEN
    if gate != TAKEN:
        return SendError(_gate(gate, answer.status), words.told("Bizgo", gate), retry=wait(answer))
    code = str(data.get("code", TAKEN)) if isinstance(data, dict) else TAKEN
    if code == TAKEN:
        return None
    if code == TWICE:
        return AlreadyTaken("invalid", words.told("Bizgo", code))
    if answer.status >= 500 and code not in words.BY_CODE:
        return SendError("down", words.told("Bizgo", code), retry=wait(answer))
    return SendError(words.why(code), words.told("Bizgo", code), retry=wait(answer))


def _gate(code: str, status: int) -> SendWhy:
    if status == 429:
        return "rate"
    if code in {"A401", "A403"}:
        return "auth"
    return "down" if status >= 500 else "invalid"


def _alimtalk(row: Mapping[str, Any]) -> KnownTemplate:
    attachment = row.get("attachment")
    supplement = row.get("supplement")
    buttons = [
        *rows(attachment.get("button") if isinstance(attachment, dict) else None),
        *rows(supplement.get("quickReply") if isinstance(supplement, dict) else None),
    ]
    body = "\n".join(texts(row, "text", "extra"))
    return KnownTemplate(
        id=str(row.get("templateCode", "")),
        name=str(row.get("templateName", "")),
        body=body,
        state=_state(row),
        language="ko",
        category="AlimTalk",
        places=places(*texts(row, "header", "title", "subTitle"), body, *_links(buttons)),
        buttons=_buttons(buttons),
        problem=_remark(row) if row.get("inspectionStatus") == "REJ" else "",
    )


def _state(row: Mapping[str, Any]) -> State:
    if "true" in (row.get("block"), row.get("dormant")):
        return "paused"
    return STATES.get(str(row.get("inspectionStatus")), "pending")


def _remark(row: Mapping[str, Any]) -> str:
    said = [text for one in rows(row.get("comments")) for text in texts(one, "content", "comment")]
    return said[-1] if said else ""


def _brand(row: Mapping[str, Any]) -> KnownTemplate:
    attachment = row.get("attachment")
    buttons = list(rows(attachment.get("button") if isinstance(attachment, dict) else None))
    body = "\n".join(texts(row, "header", "text", "additionalContent"))
    special = ("imageVariable", "videoVariable", "commerceVariable", "carouselVariable", "couponVariable")
    return KnownTemplate(
        id=brand.PREFIX + str(row.get("templateCode", "")),
        name=str(row.get("templateName") or row.get("templateCode", "")),
        body=body,
        state=BRAND_STATES.get(str(row.get("status")), "pending"),
        language="ko",
        category="BrandMessage",
        places=places(body, *_links(buttons)),
        buttons=_buttons(buttons),
        wait=PICTURES if any(row.get(name) for name in special) else "",
    )


def _links(buttons: Sequence[Mapping[str, Any]]) -> list[str]:
    return [link for one in buttons for link in texts(one, "urlMobile", "urlPc", "schemeAndroid", "schemeIos")]


def _buttons(buttons: Sequence[Mapping[str, Any]]) -> tuple[Button, ...]:
    return tuple(
        Button(str(one.get("name", "")), url=next(iter(texts(one, "urlMobile", "urlPc")), "")) for one in buttons
    )
