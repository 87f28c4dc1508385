"""File names: decoded as they were meant, and safe to show and to save (T7)."""

from __future__ import annotations

import unicodedata
from urllib.parse import quote

import pytest

from madang.lib.mail.fields import MAX_VALUE
from madang.lib.mail.names import clean_name, made_up_name
from madang.lib.mail.parameters import parse_parameters
from madang.lib.mail.tests.mails import encoded_word

NAME = "견적서 11월.pdf"
PERCENT = quote(NAME)
CP949 = quote(NAME.encode("cp949"))
WRITTEN = {
    "rfc 2231": f"attachment; filename*=utf-8''{PERCENT}".encode(),
    "rfc 2231 euc-kr": f"attachment; filename*=EUC-KR''{CP949}".encode(),
    "rfc 2231 wins": f"attachment; filename=x.pdf; filename*=utf-8''{PERCENT}".encode(),
    "rfc 2231 in pieces": f"attachment; filename*0*=utf-8''{PERCENT[:25]}; filename*1*={PERCENT[25:]}".encode(),
    "pieces out of order": f"attachment; filename*1*={PERCENT[25:]}; filename*0*=utf-8''{PERCENT[:25]}".encode(),
    "encoded word": b'attachment; filename="' + encoded_word(NAME, "utf-8") + b'"',
    "encoded word euc-kr": b'attachment; filename="' + encoded_word(NAME, "cp949", "euc-kr") + b'"',
    "bare encoded word": b"attachment; filename=" + encoded_word(NAME, "utf-8"),
    "two words folded": b'attachment;\r\n\tfilename="'
    + encoded_word("견적서 ")
    + b"\r\n "
    + encoded_word("11월.pdf")
    + b'"',
    "raw utf-8": f'attachment; filename="{NAME}"'.encode(),
    "raw cp949": f'attachment; filename="{NAME}"'.encode("cp949"),
    "raw without quotes": f"attachment; filename={NAME}; size=3".encode("cp949"),
    "quote never closed": f'attachment; filename="{NAME}'.encode(),
    "percent in a plain one": f'attachment; filename="{PERCENT}"'.encode(),
    "upper case": f"ATTACHMENT; FILENAME*=UTF-8''{PERCENT}".encode(),
}


@pytest.mark.parametrize("form", WRITTEN)
def test_a_korean_name_is_read_however_it_is_written(form: str) -> None:
    parsed = parse_parameters(WRITTEN[form])
    assert (parsed.value, parsed.get("filename")) == ("attachment", NAME)


@pytest.mark.parametrize(
    ("given", "safe"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\mina\\보고서.hwp", "보고서.hwp"),
        ("\u200b.htaccess", "htaccess"),
        ("photo\u202egpj.exe", "photogpj.exe"),
        ("a\r\nb\x00\x1bc.txt", "abc.txt"),
        ("  ..  ", ""),
        ("report.pdf.", "report.pdf"),
        ("탭\t이  있는 이름.pdf", "탭이 있는 이름.pdf"),
        (unicodedata.normalize("NFD", "영수증.pdf"), "영수증.pdf"),
        ("folder/", "folder"),
    ],
)
def test_names_are_made_safe(given: str, safe: str) -> None:
    assert clean_name(given) == safe


def test_a_long_name_is_cut_and_keeps_its_suffix() -> None:
    name = clean_name("가" * 5000 + ".tar.gz")
    assert len(name.encode()) <= 180
    assert name.endswith(".gz")


def test_a_name_is_made_up_when_there_is_none() -> None:
    assert made_up_name("image/png", 2) == "image-2.png"
    assert made_up_name("application/x-nothing", 1) == "attachment-1.bin"


@pytest.mark.parametrize("noise", [b"; ;;=;=a;b", b'; a="\\', b"; " + b"x" * MAX_VALUE * 2, b"; \x00=\xff"])
def test_noise_in_parameters_is_survived(noise: bytes) -> None:
    assert parse_parameters(b"text/plain; charset=utf-8" + noise).get("charset") == "utf-8"
