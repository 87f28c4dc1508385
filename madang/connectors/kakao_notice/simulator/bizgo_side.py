"""Bizgo's API: the key as it is, the envelope of two layers, send/omni, template lists; signed reports."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from datetime import datetime, timedelta, timezone
from functools import partial
from typing import Any

import msgspec

from madang.channels.playing import Asked, Refused, Told
from madang.connectors.kakao_notice.simulator import stock
from madang.connectors.kakao_notice.simulator.account import Account

KEY, SENDER = "simulator-bizgo-key", "0123456789abcdef0123456789abcdef01234567"
FORM = {"bizgo_key": KEY, "sender_key": SENDER, "webhook_secret": stock.WEBHOOK_SECRET}
STATES = {"approved": "APR", "inspecting": "REQ", "rejected": "REJ"}
CENTER = "/api/comm/v1/center/"


def error(status: int) -> Any:
    """Bizgo's errors: the gateway's layer."""
    return {"common": {"authCode": f"A{status}", "authResult": "Failed", "infobankTrId": "SIM"}}


def _envelope(data: Any, code: str = "A000", **more: Any) -> Any:
    common = {"authCode": "A000", "authResult": "Success", "infobankTrId": "SIM"}
    said = {"code": code, "result": "Success" if code == "A000" else "Failed", **more}
    return {"common": common, "data": said | ({"data": data} if data is not None else {})}


async def answer(sim: Account, asked: Asked) -> Told:
    """One call."""
    if asked.headers.get("authorization") != KEY:
        raise Refused(401, error(401))
    if asked.path == "/api/comm/v1/send/omni" and asked.method == "POST":
        return _send(sim, asked.json())
    if asked.path.startswith(CENTER):
        return _center(asked)
    raise Refused(404, error(404))


def _center(asked: Asked) -> Told:
    if asked.query.get("senderKey") != SENDER:
        return Told(_envelope(None, "A502"), 400)
    area = asked.path.removeprefix(CENTER).split("/")[0]
    some = [one for one in stock.STOCK if one.brand == (area == "brandmessage")]
    if asked.path.endswith("/list"):
        start, limit = int(asked.query.get("offset", 0)), int(asked.query.get("limit", 100))
        rows = [_brand_line(one) if one.brand else _row(one) for one in some][start : start + limit]
        return Told(_envelope({area: {"templates": rows}}))
    one = next(one for one in some if one.code == asked.query.get("templateCode"))
    return Told(
        _envelope({"brandmessage": _brand_line(one) | {"sendType": "basic", "msgType": "FT", "text": one.text}})
    )


def _brand_line(one: stock.Stocked) -> dict[str, Any]:
    return {"senderKey": SENDER, "senderKeyType": "S", "templateCode": one.code, "status": "A"}


def _row(one: stock.Stocked) -> dict[str, Any]:
    link = {"urlMobile": one.button.url, "urlPc": one.button.url} if one.button else {}
    attachment = {"button": [{"type": "WL", "name": one.button.label, **link}]} if one.button else None
    made = {
        "senderKey": SENDER,
        "senderKeyType": "S",
        "templateCode": one.code,
        "templateName": one.name,
        "msgType": "AT",
        "templateMessageType": "BA",
        "templateEmphasizeType": "NONE",
        "text": one.text,
        "inspectionStatus": STATES[one.state],
        "block": "false",
        "dormant": "false",
        "comments": [{"id": 1, "userName": "심사", "content": one.remark, "status": "REJ"}] if one.remark else [],
    }
    return made | ({"attachment": attachment} if attachment else {})


def _send(sim: Account, body: Any) -> Told:
    if not sim.money:
        return Told(_envelope(None, "A320"), 400)
    made = [_one(sim, body, to) for to in body["destinations"]]
    return Told(_envelope({"destinations": made}, ref=body.get("ref")))


def _one(sim: Account, body: Any, to: Any) -> dict[str, Any]:
    """What became of one recipient; a key of the last day is never taken twice."""
    ours, row = str(body.get("idempotencyKey") or ""), {"to": to["to"]}
    if "idempotencyKey" in body and "idempotencyTtl" not in body:
        return row | {"code": "A309", "result": "Failed"}
    if ours and ours in sim.taken:
        return row | {"msgKey": "SIM" + secrets.token_hex(8), "code": "A301", "result": "Failed"}
    code, report = _take(sim, body, to)
    if code != "A000":
        return row | {"code": code, "result": "Failed"}
    number = "SIM" + secrets.token_hex(8)
    if ours:
        sim.taken[ours] = number
    said = {"msgKey": number, "ref": str(to.get("ref") or body.get("ref") or "")}
    sim.later(partial(_report, sim, said | report))
    return row | {"msgKey": number, "code": "A000", "result": "Success"}


def _take(sim: Account, body: Any, to: Any) -> tuple[str, dict[str, str]]:
    """(code, the report that follows)."""
    flow = body["messageFlow"]
    kind = "brandmessage" if "brandmessage" in flow[0] else "alimtalk"
    notice = flow[0][kind]
    found = stock.find(str(notice.get("templateCode")), kind == "brandmessage")
    if notice.get("senderKey") != SENDER:
        return "A502", {}
    if found is None or notice.get("sendType") != "template":
        return "A505", {}
    values = to.get("replaceWords") or {}
    text, phone = stock.fill(found.text, values), sim.phones.get(to["to"])
    done = {"serviceType": kind.upper(), "msgType": "AT" if kind == "alimtalk" else "FT", "reportCode": "10000"}
    if text is not None and phone is not None and not phone.blocked:
        phone.show(text, stock.filled_button(found, values), "BrandMessage" if found.brand else "AlimTalk")
        return "A000", done | {"reportText": "성공"}
    for step in flow[1:]:
        ((service, message),) = step.items()
        if phone is not None:
            phone.show(message["text"], (), "SMS")
        return "A000", done | {"serviceType": service.upper(), "msgType": "SM", "reportText": "성공"}
    if text is None:
        return "A000", done | {"reportCode": "30106", "reportText": "템플릿과 일치하지 않음"}
    reason = "카카오톡 미사용자" if phone is None else "수신자가 채널을 차단함"
    return "A000", done | {"reportCode": "30104", "reportText": reason}


async def _report(sim: Account, said: dict[str, str]) -> None:
    """One signed report, repeated up to 3 times until its key is said back."""
    now = datetime.now(timezone(timedelta(hours=9))).isoformat(timespec="milliseconds")
    body = msgspec.json.encode(said | {"sendTime": now, "reportTime": now, "reportType": "REPORT"})
    stamp = str(int(time.time() * 1000))
    signature = hmac.new(stock.WEBHOOK_SECRET.encode(), stamp.encode(), hashlib.sha256).hexdigest()
    headers = {"content-type": "application/json", "x-ib-timestamp": stamp, "x-ib-signature": signature}
    for _ in range(3):
        answer = await sim.post(sim.hook, body, headers)
        if answer.json().get("msgKey") == said["msgKey"]:
            return
