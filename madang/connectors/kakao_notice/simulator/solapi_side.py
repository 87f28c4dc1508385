"""Solapi's API: signature, send-many/detail, templates, balance; reports as arrays."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from datetime import UTC, datetime
from functools import partial
from typing import Any

import msgspec

from madang.channels.playing import Asked, Refused, Told
from madang.connectors.kakao_notice.simulator import stock
from madang.connectors.kakao_notice.simulator.account import Account

KEY, SECRET, CHANNEL = "NCSSIMULATOR0001", "SIMULATORSECRET0000000000000001", "KA01PF_HANEUL"
FORM = {"api_key": KEY, "api_secret": SECRET, "channel_id": CHANNEL}
STATES = {"approved": "APPROVED", "inspecting": "INSPECTING", "rejected": "REJECTED"}
_SIGNED = re.compile(r"HMAC-SHA256 apikey=(\S+), date=(\S+), salt=(\S+), signature=(\S+)", re.IGNORECASE)
CASH = {"requested": 0.0, "replacement": 0.0, "refund": 0.0, "sum": 0.0}


def error(status: int) -> Any:
    """Solapi's errors."""
    return {"errorCode": "SimulatedError", "errorMessage": f"the simulator was told to answer {status}"}


async def answer(sim: Account, asked: Asked) -> Told:
    """One call."""
    _prove(asked)
    if asked.path == "/messages/v4/send-many/detail" and asked.method == "POST":
        return Told(_send(sim, asked.json()))
    if asked.path.rstrip("/") == "/kakao/v2/templates":
        return Told(_templates(asked))
    if asked.path == "/cash/v1/balance":
        return Told({"balance": 10000.0 if sim.money else 0.0, "point": 0.0})
    raise Refused(404, {"errorCode": "ResourceNotFound", "errorMessage": "해당 리소스를 찾을 수 없습니다."})


def _prove(asked: Asked) -> None:
    found = _SIGNED.fullmatch(asked.headers.get("authorization", ""))
    if found is None or found[1] != KEY:
        raise Refused(403, {"errorCode": "InvalidApiKey", "errorMessage": "유효한 API Key가 아닙니다."})
    wanted = hmac.new(SECRET.encode(), (found[2] + found[3]).encode(), hashlib.sha256).hexdigest()
    if not hmac.compare_digest(wanted, found[4]):
        raise Refused(403, {"errorCode": "SignatureDoesNotMatch", "errorMessage": "서명이 일치하지 않습니다."})


def _templates(asked: Asked) -> Any:
    if asked.query.get("channelId", CHANNEL) != CHANNEL:
        raise Refused(400, {"errorCode": "ValidationError", "errorMessage": "channelId를 찾을 수 없습니다."})
    limit, some = int(asked.query.get("limit", 20)), [one for one in stock.STOCK if not one.brand]
    start = next((n for n, one in enumerate(some) if one.code == asked.query.get("startKey")), 0)
    after = some[start + limit : start + limit + 1]
    listed = [_row(one) for one in some[start : start + limit]]
    return {"limit": limit, "templateList": listed, "startKey": None, "nextKey": after[0].code if after else None}


def _row(one: stock.Stocked) -> dict[str, Any]:
    button = one.button
    links = {"linkMo": button.url, "linkPc": button.url} if button else {}
    return {
        "templateId": one.code,
        "channelId": CHANNEL,
        "name": one.name,
        "content": one.text,
        "status": STATES[one.state],
        "messageType": "BA",
        "emphasizeType": "NONE",
        "isHidden": False,
        "securityFlag": False,
        "buttons": [{"buttonType": "WL", "buttonName": button.label, **links}] if button else [],
        "comments": [{"isAdmin": True, "memberId": "", "content": one.remark, "dateCreated": _now()}]
        if one.remark
        else [],
        "dateCreated": _now(),
    }


def _send(sim: Account, body: Any) -> Any:
    if not sim.money:
        raise Refused(402, {"errorCode": "NotEnoughBalance", "errorMessage": "잔액이 부족합니다."})
    taken, failed = [], []
    for one in body["messages"]:
        row = {"messageId": "M4V" + secrets.token_hex(12).upper(), "accountId": "1", "country": "82"}
        row |= {"to": one["to"], "from": one.get("from"), "type": one.get("type", "ATA")}
        problem = _take(sim, one, row["messageId"])
        if problem:
            failed.append(row | {"statusCode": problem[0], "statusMessage": problem[1], "from": row["from"] or ""})
        else:
            custom = one.get("customFields") or {}
            said = {"statusCode": "2000", "statusMessage": "정상 접수(이통사로 접수 예정)", "customFields": custom}
            taken.append(row | said)
    listed = {"messageList": taken} if body.get("showMessageList") else {}
    return {"groupInfo": _group(len(taken), len(failed)), "failedMessageList": failed, **listed}


def _take(sim: Account, one: Any, number: str) -> tuple[str, str] | None:
    """Why it is not taken in: (code, words); None when it is, and on its way."""
    options = one.get("kakaoOptions") or {}
    found = stock.find(str(options.get("templateId")), "bms" in options)
    if options.get("pfId") != CHANNEL or found is None:
        return "1025", "등록된 템플릿이 아닙니다."
    values = {name.removeprefix("#{").removesuffix("}"): value for name, value in options.get("variables", {}).items()}
    text = stock.fill(found.text, values)
    if text is None:
        return "1026", "템플릿의 변수가 모두 채워지지 않았습니다."
    phone = sim.phones.get(one["to"])
    code, words, kind = "4000", "수신완료", "BMS" if found.brand else "ATA"
    if phone is None:
        code, words = "3104", "카카오톡을 사용하지 않는 수신번호입니다."
    elif phone.blocked:
        code, words = "3105", "수신자가 채널을 차단했습니다."
    else:
        phone.show(text, stock.filled_button(found, values), "BrandMessage" if found.brand else "AlimTalk")
    if code != "4000" and not options.get("disableSms", False):
        code, words, kind = "4000", "수신완료", "LMS"
        if phone is not None:
            phone.show(text, (), "SMS")
    sim.later(partial(_report, sim, one | {"messageId": number, "type": kind}, code, words))
    return None


async def _report(sim: Account, one: dict[str, Any], code: str, words: str) -> None:
    """One report in its array, with up to 5 tries until it is answered 200."""
    data = {name: one.get(name) for name in ("messageId", "type", "to", "from", "kakaoOptions", "customFields")}
    data |= {"groupId": "G4V0", "statusCode": code, "statusMessage": words, "networkCode": None}
    data |= {"dateProcessed": _now(), "dateReported": _now(), "dateReceived": _now()}
    event = [{"eventDataId": f"E{one['messageId']}{code}", "data": data, "retryCount": 0}]
    await sim.post(sim.hook, msgspec.json.encode(event), {"content-type": "application/json"})


def _group(taken: int, failed: int) -> dict[str, Any]:
    counts = {"total": taken + failed, "sentTotal": 0, "sentSuccess": 0, "sentPending": 0, "sentReplacement": 0}
    return {
        "count": counts | {"refund": 0, "registeredFailed": failed, "registeredSuccess": taken},
        "countForCharge": {"ata": {"82": float(taken)}},
        "balance": CASH,
        "point": CASH,
        "app": {"profit": {}, "appId": None},
        "log": [],
        "status": "SENDING",
        "allowDuplicates": False,
        "isRefunded": False,
        "accountId": "1",
        "masterAccountId": None,
        "apiVersion": "4",
        "groupId": "G4V0",
        "price": {},
        "dateCreated": _now(),
        "dateUpdated": _now(),
    }


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
