"""Whether a set-up works; and telling Telegram where to deliver."""

from __future__ import annotations

import re
import time
from typing import Any

from madang.channels.calling import refuse_setup
from madang.channels.connector import Config, SendError, SetupError
from madang.connectors.telegram.bot import Bot
from madang.connectors.telegram.updates import LISTENED
from madang.lib.language import gettext as _
from madang.lib.language import marked

SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
RECENT = 600  # seconds: a failed delivery that is older has been made good


async def check(bot: Bot, config: Config) -> None:
    """Raise :class:`SetupError` for what is wrong. A trial has no webhook yet: then only the token is tried."""
    if not SECRET.fullmatch(config.secrets.get("webhook_secret", "")):
        raise SetupError(
            marked("Use letters, digits, _ and - only, or leave it empty to have one made."), "webhook_secret"
        )
    try:
        me: dict[str, Any] = await bot.call("getMe", repeat=True)
    except SendError as error:
        refuse_setup(error, "token")
    ours = str(config.settings.get("username") or "").lstrip("@")
    if ours and ours.lower() != str(me.get("username", "")).lower():
        told = _("The user name of this bot is %(name)s.") % {"name": me.get("username")}
        raise SetupError(told, "username")
    if config.key == "trial" or not config.host:
        return
    try:
        await _listen(bot, config)
    except SendError as error:
        refuse_setup(error)


async def _listen(bot: Bot, config: Config) -> None:
    """Tell Telegram where to deliver, and hear how that went lately."""
    where = {
        "url": f"{config.host}/hooks/{config.key}",
        "secret_token": config.secrets["webhook_secret"],
        "allowed_updates": list(LISTENED),
    }
    await bot.call("setWebhook", where, repeat=True)
    known: dict[str, Any] = await bot.call("getWebhookInfo", repeat=True)
    failed = int(known.get("last_error_date") or 0)
    if known.get("last_error_message") and time.time() - failed < RECENT and known.get("pending_update_count"):
        told = _("Telegram could not deliver to us: %(why)s") % {"why": known["last_error_message"]}
        raise SetupError(told)
