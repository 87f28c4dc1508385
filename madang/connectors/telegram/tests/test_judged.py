"""aiogram is the judge: it reads our simulator's updates and our requests, and is content with its answers.

It is imported where it is used: that takes two seconds, which the quick tests do not wait for.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from madang.channels.connector import Button
from madang.channels.playing import Shown
from madang.connectors.telegram.connector import Telegram
from madang.connectors.telegram.simulator import Simulator
from madang.connectors.telegram.simulator.forms import fields
from madang.connectors.telegram.tests.conftest import House
from madang.connectors.telegram.tests.test_way_out import CHOICE, NOBODY, file, to

pytestmark = pytest.mark.slow

FIXTURES = Path(__file__).parent.parent / "fixtures"


async def test_aiogram_reads_what_she_does(bot: Simulator, house: House, haneul: Telegram) -> None:
    from aiogram.types import Update

    mina = bot.person(house.hook)
    first = await mina.say("담요가 아직 안 왔어요")
    sorts = ("image/jpeg", "video/mp4", "audio/ogg", "audio/mpeg", "image/webp", "application/pdf")
    await mina.say("보세요", [Shown("a", mime, b"x") for mime in sorts])
    await mina.share("+821012345678")
    await mina.do("place")
    await mina.do("edit", first, "담요가 왔어요")
    await mina.do("react", first, "👍")
    await haneul.send(to(mina, "환불할까요?", buttons=CHOICE))
    await mina.press(mina.bubbles[-1], Button("예", "yes"))
    await mina.do("block")
    await mina.do("unblock")
    updates = [Update.model_validate(one) for one in mina.posted]
    small = ["edited_message", "message_reaction", "callback_query", "my_chat_member", "my_chat_member"]
    assert [one.event_type for one in updates] == ["message"] * 9 + small
    said = [one.message for one in updates if one.message is not None]
    names = ["photo", "video", "voice", "audio", "sticker", "document", "contact", "location"]
    assert [one.content_type for one in said] == ["text", *names]
    assert said[0].text == "담요가 아직 안 왔어요"


@pytest.mark.parametrize("name", [path.stem for path in FIXTURES.glob("*.json") if ".expected" not in path.name])
def test_aiogram_knows_the_fixtures(name: str) -> None:
    from aiogram.types import Update

    given = json.loads((FIXTURES / f"{name}.json").read_text("utf-8"))
    update = Update.model_validate(given)
    if name != "unknown_update":
        assert update.event_type in given


async def test_aiograms_client_can_use_the_simulator(bot: Simulator, house: House) -> None:
    from aiogram import Bot
    from aiogram.client.session.aiohttp import AiohttpSession
    from aiogram.client.telegram import TelegramAPIServer
    from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError, TelegramRetryAfter
    from aiogram.types import BufferedInputFile, ReactionTypeEmoji

    mina = bot.person(house.hook)
    said = await mina.say("", [])
    number = int(said.id.partition(":")[2])
    session = AiohttpSession(api=TelegramAPIServer.from_base(bot.url))
    client = Bot(bot.token, session=session)
    try:
        assert (await client.get_me()).username == bot.username
        await client.set_webhook(house.hook, secret_token=bot.secret, allowed_updates=["message"])
        assert (await client.get_webhook_info()).url == house.hook
        sent = await client.send_message(mina.user, "네, 미나 님")
        await client.edit_message_text("네!", chat_id=mina.user, message_id=sent.message_id)
        assert mina.bubbles[-1].text == "네!"
        photo = await client.send_photo(mina.user, BufferedInputFile(b"jpeg", "a.jpg"), caption="보세요")
        assert photo.photo is not None
        held = await client.get_file(photo.photo[-1].file_id)
        content = await client.download_file(str(held.file_path))
        assert content is not None
        assert content.read() == b"jpeg"
        assert await client.set_message_reaction(mina.user, number, reaction=[ReactionTypeEmoji(emoji="👍")])
        assert await client.send_chat_action(mina.user, "typing")
        assert await client.delete_message(mina.user, sent.message_id)
        with pytest.raises(TelegramBadRequest):
            await client.send_message(42, "?")
        bot.will(429)
        with pytest.raises(TelegramRetryAfter):
            await client.send_message(mina.user, "?")
        mina.blocked = True
        with pytest.raises(TelegramForbiddenError):
            await client.send_message(mina.user, "?")
    finally:
        await client.session.close()


async def test_aiogram_reads_what_we_send(bot: Simulator, haneul: Telegram) -> None:
    from aiogram import methods

    mina = bot.person(NOBODY)
    known = {
        one.__api_method__: one for name in methods.__all__ if hasattr(one := getattr(methods, name), "__api_method__")
    }
    await haneul.send(to(mina, "보세요", media=(file("image/jpeg"), file("image/png")), buttons=CHOICE))
    await haneul.send(to(mina, media=(file("application/pdf"),), reply_to=f"{mina.chat}:7", buttons=CHOICE))
    await haneul.act("typing", to(mina).to)
    for call in bot.calls:
        given, files = fields(call)
        read = known[call.path.rpartition("/")[2]].model_validate(given | {name: name for name in files})
        assert str(read.chat_id) == str(mina.user)
    assert len(bot.calls) == 4
