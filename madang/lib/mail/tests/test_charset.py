"""Bytes under every label Korean mail carries, the wrong ones included."""

from __future__ import annotations

import pytest

from madang.lib.mail.charset import decode
from madang.lib.mail.fields import readable
from madang.lib.mail.transfer import decode_transfer

BEYOND_EUC_KR = "똠방각하 펲시 뷁 숖"  # in CP949 only


@pytest.mark.parametrize("label", ["euc-kr", "EUC-KR", "ks_c_5601-1987", "KSC5601", '"ks_c_5601-1987"', "cp949", "uhc"])
def test_a_korean_label_means_windows_949(label: str) -> None:
    assert decode(BEYOND_EUC_KR.encode("cp949"), label) == BEYOND_EUC_KR


@pytest.mark.parametrize("label", [None, "", "us-ascii", "unknown-8bit", "x-made-up", "base64", "zlib", "utf-8"])
@pytest.mark.parametrize("written", ["utf-8", "cp949"])
def test_bytes_speak_where_the_label_says_nothing_or_lies(label: str | None, written: str) -> None:
    assert decode("안녕하세요, 미나입니다".encode(written), label) == "안녕하세요, 미나입니다"


def test_utf8_under_a_korean_label_is_utf8() -> None:
    assert decode("안녕하세요".encode(), "euc-kr") == "안녕하세요"


def test_a_short_korean_word_that_happens_to_be_valid_utf8_stays_korean() -> None:
    assert "치".encode("cp949").decode() == "ġ"
    assert decode("치".encode("cp949"), "euc-kr") == "치"


def test_latin_stays_latin_and_korean_under_a_latin_label_is_found() -> None:
    assert decode("café à la crème".encode("latin-1"), "iso-8859-1") == "café à la crème"
    assert decode("환불 문의".encode("cp949"), "iso-8859-1") == "환불 문의"


def test_one_broken_byte_does_not_turn_utf8_into_something_else() -> None:
    assert decode("안녕하세요 반갑습니다".encode() + b"\xec\x95", "utf-8") == "안녕하세요 반갑습니다\ufffd"


@pytest.mark.parametrize("designator", [b"\x1b$)C", b""])
def test_iso_2022_kr_with_and_without_its_designator(designator: bytes) -> None:
    written = "반품 접수 A1".encode("iso2022_kr").removeprefix(b"\x1b$)C")
    assert decode(designator + written, "iso-2022-kr") == "반품 접수 A1"


def test_an_encoded_word_may_end_in_the_middle_of_a_character() -> None:
    whole = "아주 긴 제목".encode("cp949")
    import base64

    first, second = (base64.b64encode(part) for part in (whole[:5], whole[5:]))
    field = b"=?euc-kr?B?" + first + b"?=\r\n =?EUC-KR?B?" + second + b"?= tail"
    assert readable(field) == "아주 긴 제목 tail"


@pytest.mark.parametrize("raw", ["사이즈 교환".encode(), "사이즈 교환".encode("cp949")])
def test_raw_eight_bit_headers_are_read(raw: bytes) -> None:
    assert readable(raw) == "사이즈 교환"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (b"aGVsbG8", b"hello"),
        (b"aGVsbG8=\r\nd29ybGQ=", b"helloworld"),
        (b"aGVs\r\nbG8=\r\n\r\n-- \r\nfooter of a list, not base64!\r\n", b"hello"),
        (b"this is no base64 at all, dear mailer.", b"this is no base64 at all, dear mailer."),
        (b"aGVsb", b"hel"),
    ],
)
def test_broken_base64_loses_only_what_is_broken(written: bytes, meant: bytes) -> None:
    assert decode_transfer(written, "base64").startswith(meant)
