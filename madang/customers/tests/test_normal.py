"""One spelling for one address: a table of what people write, and what it is."""

from __future__ import annotations

import pytest

from madang.customers.normal import normalise, shown

MINA = "+821012345678"
PHONES = {
    MINA: (
        "010-1234-5678",
        "010 1234 5678",
        "010.1234.5678",
        "01012345678",
        "010–1234–5678",
        "０１０－１２３４－５６７８",
        "+82 10 1234 5678",
        "+82-10-1234-5678",
        "+82 (0)10-1234-5678",
        "+82 010-1234-5678",
        "82-10-1234-5678",
        "821012345678",
        "0082-10-1234-5678",
        "00 82 10 1234 5678",
        "00700-82-10-1234-5678",
        "(+82)10-1234-5678",
        "82)10-1234-5678",
        "+８２ １０ １２３４ ５６７８",
        "tel:+82-10-1234-5678",
        "\u200b010-1234-5678\u2060",
        "\u202d010-1234-5678\u202c",
    ),
    "+8221234567": ("02-123-4567", "(02)123-4567", "02) 123-4567", "+82-02-123-4567", "82 2 123 4567", "02.123.4567"),
    "+82311234567": ("031-123-4567", "031-123-4567 (내선 12)", "031-123-4567 내선:12", "031-123-4567 ext. 12"),
    "+827012345678": ("070-1234-5678",),
    "+825051234567": ("0505-123-4567",),
    "+8215881234": ("1588-1234",),
    "+14155552671": ("+1 (415) 555-2671", "001-1-415-555-2671"),
    "": ("", "12", "전화 주세요", "010 1234 5678 / 02 123 4567", "+999 1234"),
}
MAILS = {
    "mina@naver.example": (
        "mina@naver.example",
        "Mina@NAVER.example",
        " mina@naver.example ",
        "<mina@naver.example>",
        "mailto:mina@naver.example",
        "ｍｉｎａ＠ｎａｖｅｒ．ｅｘａｍｐｌｅ",
        "mina@naver。example",
        "mina@naver.example.",
        "mina\u200b@naver.example",
    ),
    "mina+shop@naver.example": ("mina+shop@naver.example", "Mina+Shop@naver.example"),
    "mina@xn--ok1b32k.xn--3e0b707e": (
        "mina@마당.한국",
        "MINA@마당.한국",
        "mina@XN--OK1B32K.xn--3e0b707e",
        "mina@마당。한국",
    ),
    "mina@xn--bcher-kva.example": ("mina@bücher.example", "mina@BÜCHER.example", "mina@xn--bcher-kva.example"),
    "미나@naver.example": ("미나@naver.example", "\u1106\u1175\u1102\u1161@naver.example"),
    "a_b@under_score.example": ("a_b@under_score.example",),
    "": (
        "",
        "mina",
        "@naver.example",
        "mina@",
        "mina@local",
        "mi na@naver.example",
        "a@b@",
        f"{'x' * 250}@naver.example",
    ),
}


@pytest.mark.parametrize(("wanted", "written"), [(kept, one) for kept, some in PHONES.items() for one in some])
def test_a_phone_number_is_one_however_it_is_written(wanted: str, written: str) -> None:
    assert normalise("phone", written) == wanted
    assert normalise("phone", wanted) == wanted


@pytest.mark.parametrize(("wanted", "written"), [(kept, one) for kept, some in MAILS.items() for one in some])
def test_a_mail_address_is_one_however_it_is_written(wanted: str, written: str) -> None:
    assert normalise("email", written) == wanted
    assert normalise("email", wanted) == wanted


def test_a_national_number_is_read_where_its_customer_or_its_channel_is() -> None:
    assert normalise("phone", "(415) 555-2671", "US") == "+14155552671"
    assert normalise("phone", "020 7946 0958", "GB") == "+442079460958"
    assert normalise("phone", "+82 10-1234-5678", "US") == MINA
    assert normalise("phone", "0044 20 7946 0958", "GB") == "+442079460958"


def test_a_domain_is_read_in_its_own_letters_unless_these_may_be_anothers() -> None:
    assert shown("email", "mina@xn--ok1b32k.xn--3e0b707e") == "mina@마당.한국"
    assert shown("email", "mina@xn--80ak6aa92e.com") == "mina@xn--80ak6aa92e.com"  # аррӏе in Cyrillic
    assert shown("email", "mina@naver.example") == "mina@naver.example"
    assert shown("phone", MINA) == MINA
