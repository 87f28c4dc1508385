"""What a short message can hold, and what people mean by one word."""

from __future__ import annotations

import pytest

from madang.lib import sms, sms_alphabet
from madang.lib.sms_alphabet import Place


def test_korean_networks_count_two_bytes_a_syllable() -> None:
    assert sms.cp949_bytes("가나다 abc") == 10
    assert sms.korean_kind("가" * 45, picture=False) == "SMS"
    assert sms.korean_kind("가" * 45 + "!", picture=False) == "LMS"
    assert sms.korean_kind("가", picture=True) == "MMS"
    assert sms.cp949_bytes("똠방각하 펲시콜라") == 17  # of CP949, not of EUC-KR


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("내일 도착해요 😊", "내일 도착해요 :)"),
        ("감사합니다❤️", "감사합니다♥"),
        ("10–20분 • café", "10-20분 · cafe"),
        ("👍🏽 1️⃣ 🇰🇷", "(+1) 1 KR"),
        ("🍓 신상품", "(strawberry) 신상품"),
        ("가격 ₩1,000", "가격 ￦1,000"),
        ("한글", "한글"),  # typed on a Mac, in pieces
    ],
)
def test_what_a_korean_network_cannot_say_is_said_otherwise_and_never_as_a_question_mark(words: str, said: str) -> None:
    made, lost = sms.sayable(words)
    assert (made, lost) == (said, "")
    assert b"?" not in made.encode("cp949")


def test_a_letter_without_a_substitute_is_named() -> None:
    assert sms.sayable("สวัสดี 님") == ("□□□□ 님", "สวด")  # vowel signs above a letter go with it


@pytest.mark.parametrize("word", ["STOP", " stop. ", "수신거부", "수신 거부!", "Unsubscribe", "080-123-4567 수신거부"])
def test_an_opt_out_is_an_opt_out_however_it_is_typed(word: str) -> None:
    assert sms.wish(word) == "blocked"


@pytest.mark.parametrize("word", ["stop by the shop?", "수신거부 어떻게 해요", "취소", "cancel", "", "080"])
def test_a_message_that_is_no_single_word_means_what_it_says(word: str) -> None:
    assert sms.wish(word) is None


def test_who_starts_again_is_reached_again() -> None:
    assert [sms.wish(word) for word in ("START", "수신동의", "수신거부 해제")] == ["allowed"] * 3


def test_a_carry_on_code_is_taken_out_of_the_words() -> None:
    assert sms.carried("[MDG-AB12CD34EF] 이어서 문의해요") == ("이어서 문의해요", "AB12CD34EF")
    assert sms.carried("MDG 문의") == ("MDG 문의", "")


def test_numbers_are_read_as_people_write_them() -> None:
    assert sms.e164("010-1234-5678", "KR") == "+821012345678"
    assert [sms.e164(*one) for one in (("15880000", ""), ("22395", "KR"), ("SHOP", "KR"))] == [""] * 3
    assert sms.national("+821012345678") == ("82", "01012345678")


def test_a_simulated_person_has_one_number_everywhere() -> None:
    assert sms.played("미나") == sms.played("미나") != sms.played("Mia")
    assert sms.e164(sms.played("Mia"), "") == sms.played("Mia")


def test_long_texts_are_counted_as_phones_count_them() -> None:
    assert [len(part) for part in sms_alphabet.parts("a" * 160)] == [160]
    assert [len(part) for part in sms_alphabet.parts("a" * 161)] == [153, 8]
    assert [len(part) for part in sms_alphabet.parts("[" * 81)] == [76, 5]  # each takes two septets
    assert [len(part) for part in sms_alphabet.parts("가" * 71)] == [67, 4]


def test_an_emoji_is_never_cut_in_two() -> None:
    made = sms_alphabet.parts("가" * 66 + "😀" + "나" * 10)
    assert made == ["가" * 66, "😀" + "나" * 10]


def test_the_gsm_alphabet_says_back_what_it_was_told() -> None:
    words = "Hi @£$ {[]}~€\n Àà"
    assert not sms_alphabet.is_gsm(words)
    kept = words.replace("À", "")
    assert sms_alphabet.from_gsm(sms_alphabet.gsm(kept)) == kept
    with pytest.raises(ValueError, match="À"):
        sms_alphabet.gsm(words)


def test_a_part_says_where_it_belongs() -> None:
    place = Place(0x2A, 3, 2)
    assert sms_alphabet.read_header(sms_alphabet.header(place) + b"abc") == (place, b"abc")
    wide = bytes((6, 8, 4, 1, 2, 3, 1)) + b"x"
    assert sms_alphabet.read_header(wide) == (Place(0x102, 3, 1), b"x")
    ported = bytes((11, 5, 4, 0, 80, 0, 80, 0, 3, 7, 2, 2)) + b"y"  # an application port stands before it
    assert sms_alphabet.read_header(ported) == (Place(7, 2, 2), b"y")


@pytest.mark.parametrize("raw", [b"", b"\x05", b"\xff\x00"])
def test_a_header_that_is_longer_than_the_message_is_refused(raw: bytes) -> None:
    with pytest.raises(ValueError, match="header"):
        sms_alphabet.read_header(raw)


def test_a_part_that_is_beyond_the_last_belongs_nowhere() -> None:
    assert sms_alphabet.read_header(bytes((5, 0, 3, 1, 2, 3)) + b"z") == (None, b"z")
