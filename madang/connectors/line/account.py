"""What LINE's API means: its errors as the policy of a message, and whether a set-up works."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec

from madang.channels.calling import Caller, read, refuse_setup, wait
from madang.channels.connector import Config, Price, SendError, SetupError
from madang.channels.form import check_prices
from madang.lib.http import Answer
from madang.lib.language import gettext as _
from madang.lib.language import marked
from madang.lib.money import thousandths

ENDPOINT = "/v2/bot/channel/webhook/endpoint"


class Taken(SendError):
    """409: a push with this key was taken before. ``id`` is what LINE calls it, '' when it does not say."""

    def __init__(self, answer: Answer) -> None:
        super().__init__("invalid", "this message was taken before")
        self.ids = ids(answer) or [answer.headers.get("x-line-accepted-request-id", "")]


def judge(answer: Answer) -> SendError | None:
    """What LINE says in its own way; None where the common policy holds."""
    if answer.ok:
        return None
    words = said(answer)
    if answer.status == 409:
        return Taken(answer)
    if answer.status == 429 and "monthly limit" in words.lower():
        return SendError("policy", _("The messages of this month's LINE plan are used up: %(why)s") % {"why": words})
    if answer.status == 429:
        return SendError("rate", words, retry=wait(answer) or timedelta(seconds=2))
    if answer.status == 400 and "Failed to send messages" in words:
        return SendError("blocked", _("LINE does not let us write to this person: %(why)s") % {"why": words})
    return None


def said(answer: Answer) -> str:
    """An error in LINE's words, with its details."""
    try:
        body = answer.json()
        details = [f"{one.get('property', '')}: {one.get('message', '')}" for one in body.get("details") or ()]
        return "; ".join([str(body["message"]), *details])[:500]
    except (ValueError, msgspec.DecodeError, KeyError, AttributeError, TypeError):
        return f"{answer.status}: {answer.body[:300].decode('utf-8', 'replace')}"


def ids(answer: Answer) -> list[str]:
    """What LINE calls the messages it took, in their order; [] when it does not say."""
    try:
        return [str(one["id"]) for one in answer.json()["sentMessages"]]
    except (ValueError, msgspec.DecodeError, KeyError, TypeError):
        return []


def price(config: Config) -> Price | None:
    """The price of a push, as the set-up says it; raises :class:`SetupError`."""
    currency = str(config.settings.get("currency") or "").strip().upper()
    check_prices(config.settings, "price")
    amount = thousandths(config.settings.get("price"))
    if amount is None:
        return None
    if len(currency) != 3 or not currency.isalpha():
        raise SetupError(marked("This is no currency. Give three letters, such as KRW, JPY or THB."), "currency")
    return Price(amount, currency)


async def check(api: Caller, auth: dict[str, str], config: Config) -> None:
    """Raise :class:`SetupError` for what is wrong. A trial has no webhook yet: then only the keys are tried."""
    price(config)
    try:
        bot = read(await api.call("GET", "/v2/bot/info", headers=auth, repeat=True))
    except SendError as error:
        refuse_setup(error, "token")
    ours = str(config.settings.get("basic_id") or "")
    if ours and ours not in (bot.get("basicId"), bot.get("premiumId")):
        told = _("The basic ID of this account is %(id)s.") % {"id": bot.get("basicId")}
        raise SetupError(told, "basic_id")
    if config.key == "trial":
        return
    try:
        if config.host.startswith("https://"):  # LINE delivers to no other
            await _webhook(api, auth, config)
        await _quota(api, auth)
    except SendError as error:
        refuse_setup(error)


async def _webhook(api: Caller, auth: dict[str, str], config: Config) -> None:
    """Whether LINE tells this channel what happens, and whether the channel believes it."""
    hook = f"/hooks/{config.key}"
    there = await _endpoint(api, auth)
    if not there.get("endpoint"):
        await api.call("PUT", ENDPOINT, headers=auth, json={"endpoint": config.host + hook}, repeat=True)
        there = await _endpoint(api, auth)
    if not str(there.get("endpoint", "")).endswith(hook):  # another's, which is not ours to take
        told = _("LINE delivers to another address now. Give it this one: %(url)s")
        raise SetupError(told % {"url": config.host + hook})
    if not there.get("active"):
        raise SetupError(marked("Switch on “Use webhook” in the LINE Developers console."))
    tried = read(await api.call("POST", "/v2/bot/channel/webhook/test", headers=auth, json={}, repeat=True))
    if tried.get("statusCode") == 403:
        raise SetupError(marked("The channel secret is not the one LINE signs with. Copy it again."), "channel_secret")
    if not tried.get("success"):
        why = f"{tried.get('reason', '')} {tried.get('detail', '')}".strip()
        raise SetupError(_("LINE cannot reach our webhook: %(why)s") % {"why": why})


async def _endpoint(api: Caller, auth: dict[str, str]) -> dict[str, Any]:
    """What LINE has been given; {} when nothing was."""
    try:
        made: dict[str, Any] = read(await api.call("GET", ENDPOINT, headers=auth, repeat=True))
    except SendError as error:
        if error.why != "invalid":
            raise
        return {}
    return made


async def _quota(api: Caller, auth: dict[str, str]) -> None:
    """Whether messages are left this month."""
    quota = read(await api.call("GET", "/v2/bot/message/quota", headers=auth, repeat=True))
    used = read(await api.call("GET", "/v2/bot/message/quota/consumption", headers=auth, repeat=True))
    if quota.get("type") == "limited" and used.get("totalUsage", 0) >= quota.get("value", 0):
        told = _("All %(n)s messages of this month's LINE plan are used up. Answers within a minute are still free.")
        raise SetupError(told % {"n": quota.get("value")})
