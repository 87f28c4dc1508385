"""What a customer wrote this time, out of what their mail program sends."""

from __future__ import annotations

import pytest

from madang.lib.mail.reply import cut_reply

ANSWER = "네, 그렇게 해 주세요.\n\n감사합니다."
QUOTED = "안녕하세요 미나 님,\n주문이 접수되었습니다."
MARKED = "> 안녕하세요 미나 님,\n> 주문이 접수되었습니다."
HEADER = "{0}: 하늘 <support@haneul.example>\n{1}: 2026년 11월 20일\n{2}: 김미나\n{3}: Re: 주문\n\n" + QUOTED

SHAPES = {
    "gmail ko": f"2026년 11월 20일 (금) 오후 3:21, 하늘 <support@haneul.example>님이 작성:\n\n{MARKED}",
    "gmail ko wrapped": f"2026년 11월 20일 (금) 오후 3:21, 하늘 <\nsupport+c1-aa@haneul.example>님이 작성:\n\n{MARKED}",
    "gmail ko old": f"2015-03-02 15:02 GMT+09:00 하늘 <support@haneul.example>:\n\n{MARKED}",
    "gmail ko said": f"2012년 12월 3일 오후 3:21, 하늘 <support@haneul.example>님의 말:\n\n{MARKED}",
    "gmail en": f"On Fri, Nov 20, 2026 at 3:21 PM Haneul <support@haneul.example> wrote:\n\n{MARKED}",
    "gmail en wrapped": f"On Fri, Nov 20, 2026 at 3:21 PM Haneul\n<support@haneul.example>\nwrote:\n\n{MARKED}",
    "apple ko": f"2026. 11. 20. 오후 3:21, 하늘 <support@haneul.example> 작성:\n\n{MARKED}",
    "apple ko inside": f"> 2026. 11. 20. 오후 3:21, 하늘 <support@haneul.example> 작성:\n>\n{MARKED}",
    "apple en": f"> On 20 Nov 2026, at 15:21, Haneul <support@haneul.example> wrote:\n>\n{MARKED}",
    "iphone": f"나의 iPhone에서 보냄\n\n2026. 11. 20. 오후 3:21, 하늘 <s@haneul.example> 작성:\n\n{MARKED}",
    "outlook ko": HEADER.format("보낸 사람", "보낸 날짜", "받는 사람", "제목"),
    "outlook ko rule": "________________________________\n"
    + HEADER.format("보낸 사람", "보낸 날짜", "받는 사람", "제목"),
    "outlook ko bold": HEADER.format("*보낸 사람", "*보낸 날짜", "*받는 사람", "*제목").replace(": ", ":* "),
    "outlook en": HEADER.format("From", "Sent", "To", "Subject"),
    "outlook old": "-----Original Message-----\n" + HEADER.format("From", "Sent", "To", "Subject"),
    "outlook old ko": "-----원본 메시지-----\n" + HEADER.format("보낸 사람", "보낸 날짜", "받는 사람", "제목"),
    "outlook app": f"iOS용 Outlook 다운로드\n\n{HEADER.format('보낸 사람', '보낸 날짜', '받는 사람', '제목')}",
    "naver": '-----Original Message-----\nFrom: "하늘" <s@haneul.example>\nTo: "김미나" <mina@naver.com>;\nCc: \n'
    + QUOTED,
    "daum": "--------- 원본 메일 ---------\n" + HEADER.format("보낸사람 ", "날짜 ", "받는사람 ", "제목 "),
    "nate": "----- 원본 메시지 -----\n" + QUOTED,
    "samsung": "나의 Galaxy에서 보냄\n-------- 원본 이메일 --------\n"
    + HEADER.format("보낸사람", "날짜", "받은사람", "제목"),
    "thunderbird ko": f"26. 11. 20. 오후 3:21에 하늘 이(가) 쓴 글:\n{MARKED}",
    "thunderbird ko long": f"2026년 11월 20일 15:21에 하늘 이(가) 쓴 글:\n{MARKED}",
    "thunderbird ko old": f"하늘 이(가) 2026-11-20 오후 3:21에 쓴 글:\n{MARKED}",
    "marks only": MARKED,
    "our own line": f"-- 이 줄 위에 답장을 써 주세요 --\n{QUOTED}",
    "zendesk": f"##- Please type your reply above this line -##\n{QUOTED}",
    "forward": "---------- Forwarded message ---------\n" + HEADER.format("From", "Date", "To", "Subject"),
    "forward ko": "---------- 전달된 메일 ----------\n" + QUOTED,
}


@pytest.mark.parametrize("shape", SHAPES)
def test_what_is_quoted_below_is_cut(shape: str) -> None:
    assert cut_reply(f"{ANSWER}\n\n{SHAPES[shape]}") == ANSWER


@pytest.mark.parametrize("shape", SHAPES)
def test_a_mail_that_only_quotes_is_shown_whole(shape: str) -> None:
    assert QUOTED.split("\n")[1] in cut_reply(SHAPES[shape])


SIGNATURES = [
    "-- \n김미나\n010-1234-5678",
    "--\nMina",
    "나의 iPhone에서 보냄",
    "내 iPad에서 보냄",
    "갤럭시에서 보냄",
    "나의 Galaxy에서 보냄",
    "네이버 메일 앱에서 보냈습니다.",
    "Sent from my iPhone",
    "Get Outlook for Android",
    "Get Outlook for iOS <https://aka.ms/o0ukef>",
    "Android용 Outlook 다운로드<https://aka.ms/AAb9ysg>",
    "Windows용 메일에서 보냄",
    "---------------------\n김미나 대리\n(주)하늘\nTel. 02-123-4567",
    "──────────\n이도윤 | 구매팀\ndoyun@company.example",
]


@pytest.mark.parametrize("signature", SIGNATURES)
def test_signatures_are_cut(signature: str) -> None:
    assert cut_reply(f"{ANSWER}\n\n{signature}\n") == ANSWER


KEPT = [
    "제가 어제 작성:\n이렇게 썼는데 맞나요?",
    "주문일: 2026. 11. 20. 이었어요.\n가격이 5 > 3 인가요?",
    "보내는 사람: 김미나\n받는 사람: 이도윤\n주소: 서울",
    "On Friday I wrote:\nnothing at all",
    "목록입니다\n-----\n하나\n둘",
    "나의 iPhone에서 보냄",
    "From: here to there\nit is far",
    "2026년 11월 20일에 주문했어요.\n아직 안 왔어요.",
]


@pytest.mark.parametrize("text", KEPT)
def test_plain_words_are_left_alone(text: str) -> None:
    assert cut_reply(text) == text


def test_a_sentence_with_a_date_above_the_quotation_is_kept() -> None:
    text = f"2026년 11월 1일에 주문했어요.\n2026년 11월 20일 (금) 오후 3:21, 하늘 <s@h.example>님이 작성:\n{MARKED}"
    assert cut_reply(text) == "2026년 11월 1일에 주문했어요."


def test_answers_between_the_quoted_lines_are_kept() -> None:
    text = "Hi,\n\nOn 1 Nov 2026, Ada wrote:\n> Which size?\n\nMedium.\n\n> Which colour?\n\nGreen."
    assert "Medium." in cut_reply(text)
    assert "Green." in cut_reply(text)


def test_an_answer_below_the_quotation_is_found() -> None:
    text = f"On Fri, Nov 20, 2026 at 3:21 PM Haneul <s@h.example> wrote:\n{MARKED}\n\n{ANSWER}"
    assert cut_reply(text) == ANSWER


def test_markup_shows_a_quotation_that_the_text_hides() -> None:
    html = f"<div>네</div><div class='gmail_quote'><div>{QUOTED}</div></div>"
    assert cut_reply(f"네\n{QUOTED}", html) == "네"


def test_another_country_s_client_gets_a_second_opinion() -> None:
    html = "<p>Ja, gern.</p><p>Am 20. November 2026 um 15:21 schrieb Ada:</p><p>Ihr Zelt ist fertig.</p>"
    assert cut_reply("Ja, gern.\n\n...\n\nIhr Zelt ist fertig.", html) == "Ja, gern."
