"""The Bot API as far as a bot that answers customers needs it."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from madang.channels.connector import Button
from madang.channels.playing import Asked, Bubble, Provider, Refused, Shown, Told
from madang.connectors.telegram.simulator.forms import fields, refuse
from madang.connectors.telegram.simulator.phone import Phone
from madang.connectors.telegram.simulator.shapes import attachment, emoji_allowed

Given = Mapping[str, Any]
Files = Mapping[str, Shown]


# One method of the API; what it gives stands in ``result``.
Method = Callable[["Simulator", Given, Files], Any]


class Simulator(Provider):
    """One bot. ``hook`` and ``secret`` are as ``setWebhook`` has told them."""

    def __init__(self) -> None:
        super().__init__()
        self.token = f"{secrets.randbelow(10**9) + 10**9}:{secrets.token_urlsafe(26)}"
        self.username = f"haneul_{secrets.token_hex(3)}_bot"
        self.secret = secrets.token_urlsafe(32)
        self.hook = ""
        self.allowed: list[str] = []
        self.failed = ""  # what Telegram heard when it delivered last
        self.phones: dict[int, Phone] = {}  # by the number of the chat
        self.held: dict[str, Shown] = {}  # by file_id
        self.rested: set[str] = set()  # pressed buttons that were answered
        self.made: dict[tuple[int, int], dict[str, Any]] = {}  # our side's messages, as Telegram has them
        self._update = self._message = int(time.time()) - 1_700_000_000  # so that no start repeats another's numbers

    def form(self) -> dict[str, str]:
        """As an administrator fills it in."""
        return {
            "token": self.token,
            "username": self.username,
            "webhook_secret": self.secret,
            "api_url": self.url,
        }

    def person(self, hook: str, name: str = "미나", **more: Any) -> Phone:
        """Somebody who has opened the bot; ``group``: the number of a group she writes in instead."""
        group = int(more.get("group", 0))
        known = next(
            (one for one in self.phones.values() if (one.name, one.hook, one.group) == (name, hook, group)), None
        )
        made = known or Phone(self, hook, name, group)
        self.phones[made.chat] = made
        return made

    def me(self) -> dict[str, Any]:
        """The bot, as Telegram writes it."""
        number = int(self.token.partition(":")[0])
        return {"id": number, "is_bot": True, "first_name": "하늘", "username": self.username}

    def update_id(self) -> int:
        """The next one."""
        self._update += 1
        return self._update

    def message_id(self) -> int:
        """The next one; Telegram counts each chat for itself, which matters to nobody here."""
        self._message += 1
        return self._message

    def hold(self, file: Shown) -> str:
        """A file's id."""
        key = secrets.token_urlsafe(24)
        self.held[key] = file
        return key

    def error(self, status: int) -> Any:
        """Every error has a description."""
        words = {401: "Unauthorized", 403: "Forbidden: bot was blocked by the user", 404: "Not Found"}
        words |= {429: "Too Many Requests: retry after 7", 500: "Internal Server Error"}
        body: dict[str, Any] = {"ok": False, "error_code": status, "description": words.get(status, "Bad Request")}
        return body | ({"parameters": {"retry_after": 7}} if status == 429 else {})

    async def answer(self, asked: Asked) -> Told:
        """One call. Raises :class:`Refused`."""
        start, _slash, method = asked.path.removeprefix("/file").partition(f"/bot{self.token}/")
        if start or not method:
            raise Refused(401, self.error(401))
        if asked.path.startswith("/file/"):
            if method not in self.held:
                raise Refused(404, self.error(404))
            return Told(self.held[method].content, headers={"content-type": "application/octet-stream"})
        given, files = fields(asked)
        return Told({"ok": True, "result": self.do(method, given, files)})

    def do(self, method: str, given: Given, files: Files) -> Any:
        """One method; Telegram does not mind how it is spelled. Raises :class:`Refused`."""
        way = METHODS.get(method.lower())
        if way is None:
            raise Refused(404, self.error(404))
        return way(self, given, files)

    def chat(self, given: Given) -> Phone:
        """The phone of ``chat_id``, if the bot may write there; raises :class:`Refused`."""
        phone = self.phones.get(int(given.get("chat_id") or 0))
        if phone is None:
            raise refuse(400, "Bad Request: chat not found")
        if phone.blocked:
            group = "bot was kicked from the group chat" if phone.group else "bot was blocked by the user"
            raise refuse(403, f"Forbidden: {group}")
        return phone

    def show(self, given: Given, text: str, kind: str = "", file: Shown | None = None) -> dict[str, Any]:
        """A message of our side on her phone; the Message it is."""
        phone, number = self.chat(given), self.message_id()
        rows = dict(given.get("reply_markup") or {}).get("inline_keyboard", [])
        for one in (one for row in rows for one in row):
            if len(str(one.get("callback_data", "")).encode()) > 64:
                raise refuse(400, "Bad Request: BUTTON_DATA_INVALID")
        buttons = tuple(
            Button(one["text"], str(one.get("callback_data", "")), str(one.get("url", "")))
            for row in rows
            for one in row
        )
        shown = (file,) if file else ()
        phone.bubbles.append(
            Bubble(f"{phone.chat}:{number}", False, text=text, files=shown, buttons=buttons, kind=kind)
        )
        phone.typing = False
        made: dict[str, Any] = {
            "message_id": number,
            "from": self.me(),
            "chat": phone.as_chat(),
            "date": int(time.time()),
        }
        made |= {"reply_markup": {"inline_keyboard": rows}} if rows else {}
        made |= attachment(kind, file, self.hold(file)) if file else {}
        made |= ({"caption": text} if text else {}) if file else {"text": text}
        self.made[phone.chat, number] = made
        return made

    def bubble(self, given: Given) -> Bubble:
        """The message a call is about; raises :class:`Refused`."""
        phone = self.chat(given)
        found = phone.find(f"{phone.chat}:{given.get('message_id')}")
        if found is None or found.gone:
            raise refuse(400, "Bad Request: message to edit not found")
        return found


def _me(bot: Simulator, _given: Given, _files: Files) -> Any:
    able = {"can_join_groups": True, "can_read_all_group_messages": False, "supports_inline_queries": False}
    return bot.me() | able


def _set_webhook(bot: Simulator, given: Given, _files: Files) -> bool:
    bot.hook, bot.secret = str(given.get("url", "")), str(given.get("secret_token", ""))
    bot.allowed, bot.failed = list(given.get("allowed_updates") or []), ""
    return True


def _delete_webhook(bot: Simulator, _given: Given, _files: Files) -> bool:
    bot.hook = ""
    return True


def _webhook(bot: Simulator, _given: Given, _files: Files) -> Any:
    info: dict[str, Any] = {
        "url": bot.hook,
        "has_custom_certificate": False,
        "pending_update_count": int(bool(bot.failed)),
    }
    failed = {"last_error_date": int(time.time()), "last_error_message": bot.failed} if bot.failed else {}
    return info | {"max_connections": 40, "allowed_updates": bot.allowed} | failed


def _message(bot: Simulator, given: Given, _files: Files) -> Any:
    text = str(given.get("text", ""))
    if not text.strip():
        raise refuse(400, "Bad Request: message text is empty")
    if len(text) > 4096:
        raise refuse(400, "Bad Request: message is too long")
    return bot.show(given, text)


def _sender(kind: str) -> Method:
    def send(bot: Simulator, given: Given, files: Files) -> Any:
        file = files.get(kind) or files.get(str(given.get(kind, "")).removeprefix("attach://"))
        if file is None:
            raise refuse(400, f"Bad Request: there is no {kind} in the request")
        if kind == "photo" and b"too long" in file.content:  # how a test says: its sides are
            raise refuse(400, "Bad Request: PHOTO_INVALID_DIMENSIONS")
        return bot.show(given, _caption(given), kind, file)

    return send


def _caption(given: Given) -> str:
    caption = str(given.get("caption", ""))
    if len(caption) > 1024:
        raise refuse(400, "Bad Request: message caption is too long")
    return caption


def _album(bot: Simulator, given: Given, files: Files) -> Any:
    media: Sequence[Given] = given.get("media") or ()
    forms = {"seen" if one["type"] in ("photo", "video") else one["type"] for one in media}
    if not 2 <= len(media) <= 10 or len(forms) != 1 or given.get("reply_markup"):
        raise refuse(400, "Bad Request: wrong album")
    made = []
    for one in media:
        file = files[one["media"].removeprefix("attach://")]
        made.append(bot.show(given, _caption(one), one["type"], file) | {"media_group_id": str(bot._message)})
    return made


def _edit(bot: Simulator, given: Given, _files: Files) -> Any:
    bubble = bot.bubble(given)
    if bubble.files:
        raise refuse(400, "Bad Request: there is no text in the message to edit")
    return _changed(bot, given, bubble, "text")


def _edit_caption(bot: Simulator, given: Given, _files: Files) -> Any:
    return _changed(bot, given, bot.bubble(given), "caption")


def _changed(bot: Simulator, given: Given, bubble: Bubble, name: str) -> Any:
    text = str(given.get(name, ""))
    if text == bubble.text:
        raise refuse(400, "Bad Request: message is not modified")
    bubble.text, bubble.edited = text, True
    made = bot.made[int(given["chat_id"]), int(given["message_id"])]
    made |= {name: text, "edit_date": int(time.time())}
    return made


def _delete(bot: Simulator, given: Given, _files: Files) -> bool:
    bot.bubble(given).gone = True
    return True


def _react(bot: Simulator, given: Given, _files: Files) -> bool:
    emoji = [str(one.get("emoji", "")) for one in given.get("reaction") or ()]
    if not all(map(emoji_allowed, emoji)):
        raise refuse(400, "Bad Request: REACTION_INVALID")
    bot.bubble(given).reaction = emoji[0] if emoji else ""
    return True


def _typing(bot: Simulator, given: Given, _files: Files) -> bool:
    bot.chat(given).typing = True
    return True


def _rest(bot: Simulator, given: Given, _files: Files) -> bool:
    bot.rested.add(str(given.get("callback_query_id")))
    return True


def _file(bot: Simulator, given: Given, _files: Files) -> Any:
    key = str(given.get("file_id"))
    if key not in bot.held:
        raise refuse(400, "Bad Request: invalid file_id")
    size = len(bot.held[key].content)
    if size > 20 << 20:
        raise refuse(400, "Bad Request: file is too big")
    return {"file_id": key, "file_unique_id": key[:12], "file_size": size, "file_path": key}


METHODS: Mapping[str, Method] = {
    "getme": _me,
    "setwebhook": _set_webhook,
    "deletewebhook": _delete_webhook,
    "getwebhookinfo": _webhook,
    "sendmessage": _message,
    "sendmediagroup": _album,
    "editmessagetext": _edit,
    "editmessagecaption": _edit_caption,
    "deletemessage": _delete,
    "setmessagereaction": _react,
    "sendchataction": _typing,
    "answercallbackquery": _rest,
    "getfile": _file,
    **{f"send{kind}": _sender(kind) for kind in ("photo", "audio", "voice", "video", "animation", "document")},
}
