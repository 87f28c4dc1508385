"""Answers to Korean phones: the right kind, every letter said, from a registered number, honest about failures."""

from __future__ import annotations

import asyncio
import io
import random
from dataclasses import replace
from typing import Any

import pytest
from PIL import Image
from solapi import SolapiMessageService
from solapi.error.MessageNotReceiveError import MessageNotReceivedError
from solapi.model.request.message import Message
from solapi.model.request.send_message_request import SendMessageRequest, SendRequestConfig
from solapi.model.response.send_message_response import SendMessageResponse

from madang.channels.connector import Button, Kind, Media, Outbound, Party, Price, SendError, SetupError
from madang.channels.fit import fitted
from madang.channels.playing import Mood
from madang.connectors.sms_solapi.connector import Solapi
from madang.connectors.sms_solapi.picture import BYTES, fitting
from madang.connectors.sms_solapi.simulator import KEY, SENDER, Simulator
from madang.connectors.sms_solapi.tests.conftest import MINA, channel
from madang.lib.sms import cp949_bytes
from madang.tests import provider_kit

ANSWER = Outbound("k1", Party(Kind.PHONE, MINA, "미나"), "내일 도착해요", 12, 34)
SEND = "/messages/v4/send-many/detail"


def link(media: Media) -> str:
    return f"https://desk.haneul.example/f/{media.name}"


def picture(width: int = 60, height: int = 40, form: str = "PNG", *, noise: bool = False) -> bytes:
    made = Image.new("RGB", (width, height), "teal")
    if noise:
        made.frombytes(random.Random(7).randbytes(width * height * 3))
    out = io.BytesIO()
    made.save(out, form)
    return out.getvalue()


@pytest.mark.parametrize(
    ("text", "kind", "subject"),
    [("가" * 45, "SMS", ""), ("가" * 45 + "!", "LMS", "하늘"), ("가" * 1_000, "LMS", "하늘")],
)
async def test_the_kind_is_chosen_by_korean_bytes(
    solapi: Simulator, sms: Solapi, text: str, kind: str, subject: str
) -> None:
    phone = solapi.person("", number=MINA)
    sent = await sms.send(replace(ANSWER, text=text))
    (bubble,) = phone.bubbles
    assert (bubble.id, bubble.kind) == (sent.id, kind)
    assert bubble.text == (f"[{subject}]\n{text}" if subject else text)


async def test_what_the_network_cannot_say_is_said_otherwise_and_the_preview_shows_it(
    solapi: Simulator, sms: Solapi
) -> None:
    out = replace(ANSWER, text="고맙습니다 😊❤️ – 담요 🧣", buttons=(Button("네 👍"),))
    (part,) = fitted(sms, out, link)
    assert part.text == "고맙습니다 :)♥ - 담요 (scarf)\n1. 네 (+1)"
    phone = solapi.person("", number=MINA)
    await sms.send(part)
    assert phone.bubbles[-1].text == part.text  # exactly as previewed
    await sms.send(out)  # and where nobody previewed, as a one-time code
    assert "?" not in phone.bubbles[-1].text


async def test_a_letter_that_nothing_can_stand_for_is_not_sent_as_another(solapi: Simulator, sms: Solapi) -> None:
    (part,) = fitted(sms, replace(ANSWER, text="สวัสดี 님"), link)
    assert part.text == "□□□□ 님"  # the preview
    for one in (part, replace(ANSWER, text="สวัสดี")):
        with pytest.raises(SendError, match="cannot carry") as failed:
            await sms.send(one)
        assert failed.value.why == "policy"
    assert solapi.calls == []


def test_long_goes_in_parts_of_2000_bytes_even_where_emoji_become_words(sms: Solapi) -> None:
    parts = fitted(sms, replace(ANSWER, text="담요 🧣 " * 400), link)
    assert len(parts) > 2
    assert all(cp949_bytes(part.text) <= 2_000 for part in parts)
    assert " ".join(part.text for part in parts).count("(scarf)") == 400
    assert [part.key for part in parts] == ["k1", *(f"k1.{n}" for n in range(1, len(parts)))]


async def test_a_picture_goes_as_mms_and_other_files_as_links(solapi: Simulator, sms: Solapi) -> None:
    large = picture(1_800, 1_200)
    files = (
        Media("image", "담요.png", "image/png", large, size=len(large)),
        Media("image", "둘째.jpg", "image/jpeg", b"x", size=1),
        Media("file", "영수증.pdf", "application/pdf", b"x", size=1),
    )
    (part,) = fitted(sms, replace(ANSWER, media=files), link)
    assert [media.name for media in part.media] == ["담요.png"]
    assert part.text.endswith("둘째.jpg: https://desk.haneul.example/f/둘째.jpg")
    phone = solapi.person("", number=MINA)
    await sms.send(part)
    (bubble,) = phone.bubbles
    assert bubble.kind == "MMS"
    shown = Image.open(io.BytesIO(bubble.files[0].content))
    assert (shown.format, max(shown.size) <= 1_440) == ("JPEG", True)
    assert len(bubble.files[0].content) <= BYTES


def test_a_picture_that_fits_is_left_as_it_is_and_a_noisy_one_is_made_to_fit() -> None:
    small = picture(form="JPEG")
    assert fitting(small) is small
    assert len(fitting(picture(640, 480, noise=True))) <= BYTES


@pytest.mark.parametrize("content", [b"", b"GIF89a", b"<svg/>", b"\xff\xd8\xff"])
def test_what_is_no_picture_is_refused(content: bytes) -> None:
    with pytest.raises(SendError) as failed:
        fitting(content)
    assert failed.value.why == "invalid"


async def test_a_picture_alone_goes_under_the_brands_name(solapi: Simulator, sms: Solapi) -> None:
    content = picture()
    (part,) = fitted(
        sms, replace(ANSWER, text="", media=(Media("image", "a.png", "image/png", content, size=9),)), link
    )
    phone = solapi.person("", number=MINA)
    await sms.send(part)
    assert phone.bubbles[-1].text == "[하늘]\n하늘"


async def test_an_unregistered_sender_is_said_in_plain_words(solapi: Simulator) -> None:
    sms = channel(solapi.form() | {"sender": "1588-0000"})
    with pytest.raises(SendError, match="not registered") as failed:
        await sms.send(ANSWER)
    assert failed.value.why == "policy"
    with pytest.raises(SetupError, match="not registered") as wrong:
        await sms.check()
    assert wrong.value.field == "sender"
    solapi.senders["15880000"] = "PENDING"
    with pytest.raises(SetupError, match="not approved yet"):
        await sms.check()
    solapi.senders["15880000"] = "ACTIVE"
    await sms.check()
    await sms.close()


async def test_a_failure_says_what_to_do_about_it(solapi: Simulator, sms: Solapi) -> None:
    moods: tuple[Mood, ...] = (429, 401, 403, 400, 500, 503, "drop")
    failed = await provider_kit.refused(solapi, lambda: sms.send(ANSWER), *moods)
    wanted = {429: "rate", 401: "auth", 403: "auth", 400: "invalid", 500: "down", 503: "down", "drop": "unsure"}
    assert provider_kit.whys(failed) == wanted


async def test_an_empty_account_pauses_the_channel(solapi: Simulator, sms: Solapi) -> None:
    solapi.balance = 0
    with pytest.raises(SendError, match="balance") as failed:
        await sms.send(ANSWER)
    assert failed.value.why == "auth"


async def test_a_number_that_is_none_is_invalid(solapi: Simulator, sms: Solapi) -> None:
    with pytest.raises(SendError) as failed:
        await sms.send(replace(ANSWER, to=Party(Kind.PHONE, "미나")))
    assert failed.value.why == "invalid"
    await sms.send(replace(ANSWER, to=Party(Kind.PHONE, "+14155550100")))
    sent = solapi.calls[-1].json()["messages"][0]
    assert (sent["country"], sent["to"]) == ("1", "4155550100")


def test_it_costs_by_its_kind(solapi: Simulator, sms: Solapi) -> None:
    long = replace(ANSWER, text="가" * 46)
    shown = replace(ANSWER, media=(Media("image", "a.png", "image/png"),))
    assert [sms.price(one) for one in (ANSWER, long, shown)] == [
        Price(18_000, "KRW"),
        Price(45_000, "KRW"),
        Price(110_000, "KRW"),
    ]
    cheap = channel(solapi.form() | {"price_sms": "8.4", "price_lms": ""})
    assert [cheap.price(one) for one in (ANSWER, long)] == [Price(8_400, "KRW"), None]


@pytest.mark.parametrize(
    ("wrong", "field", "words"),
    [
        ({"api_secret": "x"}, "api_secret", "does not accept"),
        ({"api_key": "NCS0"}, "api_secret", "does not accept"),
        ({"price_lms": "viel"}, "price_lms", "no price"),
    ],
)
async def test_what_is_wrong_in_the_set_up_is_said_at_its_field(
    solapi: Simulator, wrong: dict[str, str], field: str, words: str
) -> None:
    told = await provider_kit.blamed(channel(solapi.form() | wrong))
    assert told.field == field
    assert words in str(told)


def service(solapi: Simulator, secret: str = "") -> SolapiMessageService:
    """The official SDK, pointed at the simulator."""
    made = SolapiMessageService(KEY, secret or solapi.secret)
    made.base_url = solapi.url
    return made


async def test_the_sdk_is_satisfied_with_the_simulator(solapi: Simulator) -> None:
    sdk, config = service(solapi), SendRequestConfig(show_message_list=True)
    message = Message(to="010-1234-5678", from_=SENDER, text="안녕하세요", type="SMS")
    made = await asyncio.to_thread(sdk.send, message, config)
    assert made.message_list is not None
    assert made.message_list[0].status_code == "2000"
    bad = Message(to="01012345678", from_="15880000", text="안녕하세요")
    with pytest.raises(MessageNotReceivedError) as refused:
        await asyncio.to_thread(sdk.send, bad)
    assert refused.value.failed_messages[0].status_message == "발신번호 미등록"
    assert (await asyncio.to_thread(sdk.get_balance)).balance == 10_000
    with pytest.raises(Exception, match="SignatureDoesNotMatch"):
        await asyncio.to_thread(service(solapi, "wrong").get_balance)


async def test_the_sdk_reads_our_request_and_the_answer_to_it(solapi: Simulator, sms: Solapi) -> None:
    await sms.send(replace(ANSWER, text="가" * 46))
    ours: dict[str, Any] = solapi.calls[-1].json()
    read = SendMessageRequest.model_validate(ours)
    assert (solapi.calls[-1].path, read.show_message_list, read.allow_duplicates) == (SEND, True, False)
    (message,) = read.messages
    given = (message.to, message.from_, message.type, message.subject, message.country)
    assert given == ("01012345678", SENDER, "LMS", "하늘", "82")
    told = solapi._send(ours).body
    assert SendMessageResponse.model_validate(told).group_info.count.registered_success == 1
