"""Answers to TalkTalk: as she sees them, and honest about what went wrong."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from madang.channels.connector import Button, Media, Outbound, SendError, SetupError
from madang.channels.fit import fitted
from madang.channels.playing import Mood
from madang.connectors.naver_talk.connector import NaverTalk
from madang.connectors.naver_talk.simulator import TOKEN, Simulator, User
from madang.connectors.naver_talk.tests.conftest import answer, channel
from madang.tests import provider_kit

CHOICE = (Button("교환", "exchange"), Button("환불", "refund"))


def link(media: Media) -> str:
    return media.link


async def say(talk: NaverTalk, out: Outbound) -> list[Outbound]:
    parts = fitted(talk, out, link)
    for part in parts:
        await talk.send(part)
    return parts


async def test_an_answer_arrives_as_documented(naver: Simulator, talk: NaverTalk, mina: User) -> None:
    out = answer(mina)
    sent = await talk.send(out)
    assert (sent.id, mina.bubbles[-1].text) == (out.key, "내일 도착합니다.")
    call = naver.calls[-1]
    assert (call.path, call.headers["authorization"]) == ("/chatbot/v1/event", TOKEN)
    assert call.headers["content-type"] == "application/json;charset=UTF-8"
    body = call.json()
    assert (body["event"], body["user"], body["textContent"]["text"]) == ("send", mina.id, "내일 도착합니다.")


async def test_her_phone_rings_unless_she_is_looking(talk: NaverTalk, mina: User) -> None:
    await talk.send(answer(mina, heard_at=datetime.now(UTC)))
    await talk.send(answer(mina, heard_at=datetime.now(UTC) - timedelta(hours=1)))
    await talk.send(answer(mina))
    assert [one.kind for one in mina.bubbles] == ["", "push", "push"]


async def test_buttons_stand_on_a_card(naver: Simulator, talk: NaverTalk, mina: User) -> None:
    page = Button("상품 보기", url="https://haneul.example/7")
    await say(talk, answer(mina, "어떻게 할까요?", buttons=(*CHOICE, page)))
    bubble = mina.bubbles[-1]
    assert bubble.text == "어떻게 할까요?"
    assert bubble.buttons == (*CHOICE, page)
    card = naver.calls[-1].json()["compositeContent"]["compositeList"][0]
    assert [one["type"] for one in card["buttonList"]] == ["TEXT", "TEXT", "LINK"]


async def test_below_a_long_text_they_are_quick_replies(naver: Simulator, talk: NaverTalk, mina: User) -> None:
    await say(talk, answer(mina, "가" * 1001, buttons=CHOICE))
    assert mina.bubbles[-1].buttons == CHOICE
    assert "quickReply" in naver.calls[-1].json()["textContent"]


async def test_or_numbered_lines_and_nothing_is_lost(talk: NaverTalk, mina: User) -> None:
    long = Button("교환하고 싶어요 정말로", "exchange")  # 12 characters: too long for a quick reply
    await say(talk, answer(mina, "가" * 1001, buttons=(long, CHOICE[1])))
    await say(talk, answer(mina, "고르세요", buttons=(Button("가" * 19, "x"),)))
    assert mina.bubbles[0].text.endswith("1. 교환하고 싶어요 정말로\n2. 환불")
    assert mina.bubbles[1].text == f"고르세요\n1. {'가' * 19}"
    assert not any(bubble.buttons for bubble in mina.bubbles)


async def test_a_picture_is_a_message_of_its_own(naver: Simulator, talk: NaverTalk, mina: User) -> None:
    media = [_media(naver, f"{n}.png", "image/png", b"pixels %d" % n) for n in range(2)]
    parts = await say(talk, answer(mina, "보세요", media=tuple(media), buttons=CHOICE))
    assert len({part.key for part in parts}) == len(parts) == 3
    assert [bubble.text for bubble in mina.bubbles] == ["보세요", "", ""]
    assert [bubble.files[0].content for bubble in mina.bubbles[1:]] == [b"pixels 0", b"pixels 1"]
    assert mina.bubbles[-1].buttons == CHOICE


async def test_a_picture_without_words_keeps_its_key(naver: Simulator, talk: NaverTalk, mina: User) -> None:
    out = answer(mina, "", media=(_media(naver, "a.gif", "image/gif", b"GIF"),))
    (part,) = await say(talk, out)
    assert part.key == out.key
    assert mina.bubbles[-1].files[0].content == b"GIF"


async def test_what_naver_does_not_show_goes_as_a_link(naver: Simulator, talk: NaverTalk, mina: User) -> None:
    some = (_media(naver, "a.webp", "image/webp", b"RIFF"), _media(naver, "계약서.pdf", "application/pdf", b"%PDF"))
    (part,) = await say(talk, answer(mina, "보세요", media=some))
    assert all(media.name in mina.bubbles[-1].text and media.link in mina.bubbles[-1].text for media in some)
    assert part.media == ()


def _media(naver: Simulator, name: str, mime: str, content: bytes) -> Media:
    kind: Any = "image" if mime.startswith("image/") else "file"
    return Media(kind, name, mime, size=len(content), link=naver.serve(content, name, mime))


async def test_long_words_are_parts(talk: NaverTalk, mina: User) -> None:
    parts = await say(talk, answer(mina, "담요 " * 4000))
    assert len(parts) == 2
    assert sum(bubble.text.count("담요") for bubble in mina.bubbles) == 4000


async def test_a_picture_that_cannot_be_fetched_is_tried_again_and_a_wrong_one_not(
    naver: Simulator, talk: NaverTalk, mina: User
) -> None:
    for url, why in (("http://127.0.0.1:9/x.png", "down"), (naver.serve(b"<html>", "x", "text/html"), "invalid")):
        with pytest.raises(SendError) as refused:
            await talk.send(answer(mina, "", media=(Media("image", "x.png", "image/png", link=url),)))
        assert refused.value.why == why


@pytest.mark.parametrize(
    ("code", "message", "why"),
    [
        ("01", "Authorization 정보 에러", "auth"),
        ("01", "권한없는 파트너에 대한 요청", "blocked"),
        ("01", "현재 이 사용자에게 메시지를 보낼 수 없음", "rate"),
        ("04", "현재 이 사용자에게 메시지를 보낼 수 없음", "rate"),
        ("02", "request json 문자열 파싱 에러", "invalid"),
        ("02", "partner 정보 에러", "auth"),
        ("99", "잘못된 user 값 : x", "invalid"),
        ("99", "알 수 없는 오류", "down"),
        ("IMG-01", "", "invalid"),
        ("IMG-02", "", "down"),
        ("IMG-03", "", "invalid"),
        ("77", "새로운 오류", "invalid"),
    ],
)
async def test_a_refusal_says_what_to_do(
    naver: Simulator, talk: NaverTalk, mina: User, code: str, message: str, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from madang.connectors.naver_talk.simulator import No

    async def refuse(asked: object) -> None:
        raise No(code, message)

    monkeypatch.setattr(naver, "_take", refuse)
    with pytest.raises(SendError) as refused:
        await talk.send(answer(mina))
    assert refused.value.why == why
    assert code in refused.value.detail
    assert (refused.value.retry is not None) is (why == "rate")


async def test_so_does_a_status(naver: Simulator, talk: NaverTalk, mina: User) -> None:
    moods: tuple[Mood, ...] = (429, 500, 401, 403, 404, "drop")
    failed = await provider_kit.refused(naver, lambda: talk.send(answer(mina)), *moods)
    wanted = {429: "rate", 500: "down", 401: "auth", 403: "auth", 404: "invalid", "drop": "unsure"}
    assert provider_kit.whys(failed) == wanted


async def test_while_she_decides_on_her_data_we_wait(talk: NaverTalk, mina: User) -> None:
    mina.agreeing = True
    with pytest.raises(SendError) as refused:
        await talk.send(answer(mina))
    assert (refused.value.why, refused.value.retry) == ("rate", timedelta(seconds=90))


async def test_who_was_never_in_the_chat_is_reached_another_way(naver: Simulator, talk: NaverTalk) -> None:
    stranger = naver.person("http://127.0.0.1:9/", "모르는 사람")
    with pytest.raises(SendError) as refused:
        await talk.send(answer(stranger))
    assert refused.value.why == "blocked"


async def test_typing_is_seen_until_we_speak(talk: NaverTalk, mina: User) -> None:
    await talk.act("typing", answer(mina).to)
    assert mina.typing
    await talk.act("typing", answer(mina).to, on=False)
    assert not mina.typing
    await talk.act("typing", answer(mina).to)
    await talk.send(answer(mina))
    assert not mina.typing
    with pytest.raises(SendError, match="cannot read"):
        await talk.act("read", answer(mina).to)


async def test_an_answer_takes_the_thread_from_the_partner_centre(talk: NaverTalk, mina: User) -> None:
    await mina.agent_says("잠시만요")
    await talk.send(answer(mina, heard={"_standby": True}))
    assert mina.standby is False


async def test_without_the_handover_api_the_answer_goes_all_the_same(
    naver: Simulator, talk: NaverTalk, mina: User
) -> None:
    naver.handover = False
    await talk.send(answer(mina, heard={"_standby": True}))
    assert mina.bubbles[-1].text == "내일 도착합니다."


async def test_where_it_is_not_wanted_nothing_is_taken_over(naver: Simulator, mina: User) -> None:
    shy = channel(naver.form() | {"handover": ""})
    await mina.agent_says("잠시만요")
    await shy.send(answer(mina, heard={"_standby": True}))
    assert mina.standby is True
    await shy.close()


async def test_the_set_up_is_tried_and_nobody_hears_of_it(naver: Simulator, talk: NaverTalk, mina: User) -> None:
    await talk.check()
    assert mina.bubbles == []


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"authorization": "ct_wrong"}, "authorization"),
        ({"networks": "naver.com"}, "networks"),
        ({"networks": ""}, "networks"),
    ],
)
async def test_a_wrong_set_up_is_told_which_field(naver: Simulator, change: dict[str, str], field: str) -> None:
    assert (await provider_kit.blamed(channel(naver.form() | change))).field == field


@pytest.mark.parametrize(("mood", "field"), [(503, ""), (404, "authorization"), ("drop", "")])
async def test_a_naver_that_is_away_is_no_good_set_up(
    naver: Simulator, talk: NaverTalk, mood: Mood, field: str
) -> None:
    naver.will(mood)
    with pytest.raises(SetupError) as told:
        await talk.check()
    assert told.value.field == field
