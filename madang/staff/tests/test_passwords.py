"""Which passwords are good enough, and that they are kept so that nobody can read them."""

from __future__ import annotations

import unicodedata

import pytest

from madang.lib.errors import Refused
from madang.staff import passwords

ADA = {"email": "ada.kang@haneul.kr", "name": "Ada Kang"}


@pytest.mark.parametrize(
    "good",
    [
        "감나무 아래 빨간 자전거",
        "오늘도 좋은 하루 되세요",
        "correct horse battery",
        "  spaces on both ends  ",
        "ada likes long walks",
        "🌲🌊🏔️ 산과 바다 그리고",
        "x7-Fq!92pL",
        "물푸레 그늘 아래서 이" * 16,
    ],
)
def test_long_ones_of_ones_own_are_good(good: str) -> None:
    passwords.check(good, **ADA)


@pytest.mark.parametrize(
    "bad",
    [
        "",
        "짧은 암호",
        "nine char",
        "1234567890",
        "Password 1234",
        "QWERTYuiop",
        "dkssudgktpdy",
        "비밀번호 1234",
        "aaaaaaaaaaaa",
        "abababababab",
        "abcdefghijkl",
        "zyxwvutsrqpo",
        "ada.kang@haneul.kr",
        "AdaKang1234",
        "haneul haneul",
        "passphrase " * 20,
        "ﷺ" * 201,
    ],
)
def test_short_worn_and_own_names_are_not(bad: str) -> None:
    with pytest.raises(Refused) as refused:
        passwords.check(bad, **ADA)
    assert refused.value.field == "password"
    assert bad.strip() == "" or bad not in refused.value.message


async def test_hangul_from_a_mac_opens_what_hangul_from_windows_closed() -> None:
    kept = await passwords.hashed("감나무 아래 빨간 자전거")
    assert await passwords.matches(kept, unicodedata.normalize("NFD", "감나무 아래 빨간 자전거"))
    assert not await passwords.matches(kept, "감나무 아래 빨간 자동차")


async def test_kept_as_argon2id_with_a_salt_of_its_own() -> None:
    one, other = await passwords.hashed("the same words"), await passwords.hashed("the same words")
    assert one.startswith("$argon2id$")
    assert one != other
    assert "same" not in one


def test_it_costs_a_thief_what_owasp_asks() -> None:
    """What it costs in these tests is less; the real one is made of these."""
    assert (passwords.TURNS, passwords.KIBIBYTES) >= (2, 19 * 1024)


@pytest.mark.parametrize("kept", ["", "plain", "$argon2id$v=19$m=8,t=1,p=1$broken"])
async def test_an_account_without_a_password_opens_for_none(kept: str) -> None:
    for password in ("", "the password of nobody", kept):
        assert not await passwords.matches(kept, password)


async def test_a_huge_password_is_refused_without_being_read() -> None:
    assert not await passwords.matches(await passwords.hashed("x" * 200), "x" * 50_000_000)
