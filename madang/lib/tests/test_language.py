"""Texts in the reader's language, from catalogues that need no compiling."""

from __future__ import annotations

from pathlib import Path

import pytest

from madang.lib import language

PO = """
msgid ""
msgstr "Content-Type: text/plain; charset=utf-8\\nPlural-Forms: nplurals=1; plural=0;\\n"

msgid "Close the yard"
msgstr "마당을 닫아요"

msgid "%(n)s guest"
msgid_plural "%(n)s guests"
msgstr[0] "손님 %(n)s명"
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of catalogues that is forgotten after the test."""
    monkeypatch.setattr(language, "_catalogues", {})
    place = tmp_path / "ko" / "LC_MESSAGES"
    place.mkdir(parents=True)
    (place / "madang.po").write_text(PO, "utf-8")
    return tmp_path


def test_a_text_is_said_in_the_readers_language(folder: Path) -> None:
    language.learn([folder])
    with language.speaking("ko-KR"):
        assert language.gettext("Close the yard") == "마당을 닫아요"
        assert language.ngettext("%(n)s guest", "%(n)s guests", 2) == "손님 %(n)s명"
        assert language.gettext("Nobody has translated this") == "Nobody has translated this"
        assert language.gettext("") == ""
    with language.speaking("fr"):
        assert language.gettext("Close the yard") == "Close the yard"


def test_of_two_catalogues_the_first_wins(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = tmp_path_factory.mktemp("other")
    (other / "ko").mkdir()
    (other / "ko" / "x.po").write_text(PO.replace("마당을 닫아요", "다른 말"), "utf-8")
    language.learn([folder, other])
    with language.speaking("ko"):
        assert language.gettext("Close the yard") == "마당을 닫아요"


def test_one_readers_language_does_not_leak_into_the_next(folder: Path) -> None:
    language.learn([folder])
    with language.speaking("ko"):
        with language.speaking("en"):
            assert language.gettext("Close the yard") == "Close the yard"
        assert language.reader().language == "ko"
    assert language.reader().language == "en"


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("ko-KR,ko;q=0.9,en-US;q=0.8", "ko"),
        ("fr;q=1.0,en;q=0.3,ko;q=0.7", "ko"),
        ("fr, de", "en"),
        ("", "en"),
        ("ko;q=0,en", "en"),
        ("ko;q=nonsense", "en"),
        (",;;q=," * 500, "en"),
    ],
)
def test_the_browsers_wish(header: str, expected: str) -> None:
    assert language.preferred(header) == expected


@pytest.mark.parametrize("name", ["Nowhere/City", "../../etc/passwd", "", "Asia/Seoul\x00"])
def test_an_unknown_zone_is_utc(name: str) -> None:
    assert str(language.zone(name)) == "UTC"
