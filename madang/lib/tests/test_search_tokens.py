"""What is said is found by its words, whatever their form or spelling, and nothing that is typed breaks the search."""

from __future__ import annotations

import time
import unicodedata

import pytest
from sqlalchemy import text

from madang.lib.postgres import Database
from madang.lib.search.cutting import forms, tokens
from madang.lib.search.excerpt import excerpt, marks
from madang.lib.search.korean import plainly
from madang.lib.search.people import person_forms, person_question
from madang.lib.search.question import question
from madang.lib.search.tokeniser import tokeniser

FINDS = text("""
select array_to_tsvector(string_to_array(cast(:tokens as text), ' ')) @@ cast(cast(:query as text) as tsquery)
""")
KOREAN = "배송지를 바꾸고 싶어요. 주문번호는 A-20931이에요"


def _finds(said: str, asked: str) -> bool:
    here = tokeniser()
    found, wanted = forms([said], here.analyse)[0], question(asked, here.analyse)
    return bool(wanted) and all(
        any(all(any(term.fits(form) for form in found) for term in reading) for reading in word)
        for word in wanted.words
    )


FOUND = [
    (KOREAN, "배송지"),
    (KOREAN, "배송지 바꿔"),
    (KOREAN, "바꿨어요"),
    (KOREAN, "배송"),
    (KOREAN, "a20931"),
    (KOREAN, "A-20931"),
    (KOREAN, "20931"),
    (KOREAN, "A-209"),
    (KOREAN, unicodedata.normalize("NFD", "배송지")),
    (unicodedata.normalize("NFD", KOREAN), "배송지"),
    ("배송지를바꾸고싶은데어떻게해야하나요", "배송지 바꾸"),
    ("이거환불돼요?", "환불"),
    ("환불해 주세요", "ㅎㅂ"),
    ("교환이나 반품 되나요", "ㅂㅍ"),
    ("Ｏｒｄｅｒ　Ａ－１２３４", "a1234"),
    ("My parcels were returned", "returning parcel"),
    ("Your café is lovely", "cafe"),
    ("When is the delivery", "deliv"),
    ("Где мой заказ?", "заказ"),
    ("ありがとう東京", "東京"),
    ("thanks 👍🏽", "👍"),
    ("write to Mina.Kim+shop@naver.com", "mina.kim+shop@naver.com"),
    ("write to Mina.Kim@naver.com", "naver"),
    ("call +82 10-1234-5678", "010 1234 5678"),
    ("call 010.1234.5678", "01012345678"),
    ("call 010-1234-5678", "+82-10-1234-5678"),
    ("call 010-1234-5678", "5678"),
    ("고객센터 1588-1234", "15881234"),
    ("see https://www.haneul.kr/orders/20931?x=1.", "haneul.kr"),
    ("see https://www.haneul.kr/orders/20931?x=1.", "20931"),
    ("12,000원을 냈어요", "12000"),
    ("invoice INV2026-0042", "inv20260042"),
    ("eyJ" + "x" * 5000 + " end", "eyJ" + "x" * 5000),
]


@pytest.mark.parametrize(("said", "asked"), FOUND)
def test_it_is_found(said: str, asked: str) -> None:
    assert _finds(said, asked)


async def test_the_database_finds_the_same(db: Database) -> None:
    here = tokeniser()
    async with db.begin() as tx:
        for said, asked in FOUND:
            tokens_of = " ".join(forms([said], here.analyse)[0])
            given = {"tokens": tokens_of, "query": question(asked, here.analyse).tsquery()}
            assert (await tx.execute(FINDS, given)).scalar_one(), (said[:40], asked[:40])


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        (KOREAN, "환불"),
        (KOREAN, "ㅎㅂ"),
        ("order A-20931", "B-20931"),
        ("call 010-1234-5678", "010-1234-9999"),
        ("the tent", "tents pole"),
        ("사과드립니다", "배"),
    ],
)
def test_it_is_not_found(said: str, asked: str) -> None:
    assert not _finds(said, asked)


HOSTILE = ["", "?!", "'", "\\", "' | 'a", "((", ":*", "@", "-", "\x00", "a & !b", "''", "\ud800", "ㅋ", "#b1", "'#b1'"]


async def test_nothing_typed_breaks_the_search_or_reaches_its_marks(db: Database) -> None:
    """T1: what is typed is never an operator, and never one of the tokens that say where a message stands."""
    async with db.begin() as tx:
        for asked in HOSTILE:
            found = question(asked, tokeniser().analyse).tsquery()
            assert "#" not in found
            assert not (await tx.execute(FINDS, {"tokens": "배송지 #b1", "query": found})).scalar_one()


@pytest.mark.parametrize(
    "said",
    ["가" * 10_000_000, "a" * 10_000_000, "1-" * 5_000_000, "\u0300" * 3_000_000, "a@" * 4_000_000, "ㅋ" * 9_000_000],
)
def test_a_huge_text_costs_little(said: str) -> None:
    """T21: only the beginning is cut, and nothing in it makes an expression run for ever."""
    began = time.process_time()
    assert len(forms([said], tokeniser().analyse)[0]) < 50_000
    assert time.process_time() - began < 3


def test_marks_stand_where_the_words_stand_in_the_text_as_it_was_written() -> None:
    said = unicodedata.normalize("NFD", "환불은\n\n언제 ") + "<b>ＲＥＴＵＲＮＥＤ</b>"
    asked = question("환불 return", tokeniser().analyse)
    places = marks(said, tokens([said], tokeniser().analyse)[0], asked)
    assert [unicodedata.normalize("NFKC", said[a:b]) for a, b in places] == ["환불", "RETURNED"]
    shown = excerpt(said, places)
    assert [unicodedata.normalize("NFKC", part) for part, hit in shown.parts() if hit] == ["환불", "RETURNED"]
    assert "\n" not in shown.text


def test_an_excerpt_of_a_long_text_shows_the_place() -> None:
    said = "처음 " * 500 + "여기 환불 규정이 있어요 " + "나중 " * 500
    place = said.index("환불")
    shown = excerpt(said, [(place, place + 2)])
    assert len(shown.text) < 200
    assert [part for part, hit in shown.parts() if hit] == ["환불"]
    assert shown.text.startswith("…")
    assert shown.text.endswith("…")


def test_people_are_found_by_name_without_family_name_and_by_address() -> None:
    forms_of_her = person_forms("김미나", ["mina.kim@naver.com", "+821012345678"])
    for asked in (
        "김미나",
        "미나",
        "미나님",
        "김미나 고객님",
        "ㄱㅁㄴ",
        "ㅁㄴ",
        "mina.kim",
        "naver",
        "010-1234-5678",
        "5678",
    ):
        terms = person_question(asked).terms()
        assert terms, asked
        assert all(any(term.fits(form) for form in forms_of_her) for term in terms), asked


def test_without_its_analyser_a_question_is_read_by_beginnings() -> None:
    asked = question("환불해주세요", plainly)
    assert any(term.form == "환불" for term in asked.terms())


def test_what_breaks_the_analyser_is_found_by_its_words(monkeypatch: pytest.MonkeyPatch) -> None:
    here = tokeniser()
    real = here._ask

    def ask(texts: list[str], patience: float) -> object:
        if any("poison" in text or "독" in text for text in texts):
            raise ConnectionError("ended")
        return real(texts, patience)

    monkeypatch.setattr(here, "_ask", ask)
    found = forms(["환불해 주세요", "독사과예요", "반품이요"], here.analyse)
    assert "환불" in found[0]
    assert "독사과예요" in found[1]
    assert "반품" in found[2]


def test_a_text_of_nothing_but_hits_holds_up_nobody() -> None:
    """T21: the place to show is chosen in the process that serves everybody, and strangers write the texts."""
    said = "ab " * 15_000
    places = marks(said, [], question("ab", plainly))
    started = time.process_time()
    shown = excerpt(said, places)
    assert time.process_time() - started < 0.5
    assert len(places) > 5_000
    assert shown.marks
