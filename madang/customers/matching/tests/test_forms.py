"""Who writes a name, a number or an address in another way is still the same."""

from __future__ import annotations

import pytest

from madang.customers import normal
from madang.customers.matching.addresses import address
from madang.customers.matching.names import name
from madang.customers.matching.record import Known, birth, company, mailbox, phone, record
from madang.customers.matching.romanised import latin, meant

MINA = (
    "김미나", "김 미나", " 김미나 님", "김미나고객님", "김미나ㅎㅎ", "김미나^^", "Kim Mina", "KIM, MI-NA", "Mina Kim",
    "Mi Na Gim", "Ms. Mina Kim", "MINAH KIM",
)  # fmt: skip


@pytest.mark.parametrize("written", MINA)
def test_one_name_in_any_script_order_and_politeness(written: str) -> None:
    assert name(written).called == "kim mina"


@pytest.mark.parametrize(
    ("hangul", "written"),
    [
        ("이수현", "Lee Soohyun"),
        ("이수현", "Soo-hyun Yi"),
        ("박정희", "Park Jung-hee"),
        ("박정희", "Bak Jeong Hui"),
        ("최영", "Choi Young"),
        ("정민정", "Minjung Jung"),
        ("강건우", "Kunwoo Kang"),
        ("홍석현", "Hong Suk-hyun"),
        ("윤지우", "Jiwoo Yun"),
        ("남궁혁", "Hyuk Namkoong"),
        ("이성희", "Rhee Sung Hee"),
        ("임경은", "Kyung-eun Lim"),
        ("노영수", "Roh Young Soo"),
    ],
)
def test_a_romanised_name_is_its_hangul(hangul: str, written: str) -> None:
    assert name(written).called == name(hangul).called != ""


def test_the_rule_of_initial_sounds_makes_no_second_family() -> None:
    assert name("류미나").called == name("유미나").called == name("Ryu Mina").called
    assert name("리성민").called == name("이성민").called


def test_initials_are_kept_as_initials_and_name_nobody() -> None:
    found = name("ㄱㅁㄴ")
    assert (found.called, found.given, found.initials) == ("", "", "ㄱㅁㄴ")
    assert name("김미나").initials == "ㄱㅁㄴ"


def test_what_may_be_a_given_name_alone_is_kept_as_one_too() -> None:
    assert (name("미나").given, name("미나").family) == ("mina", "")
    assert (name("정희").called, name("정희").alone) == ("jung hi", "jeonghi")


def test_both_readings_of_a_name_between_two_families_are_kept() -> None:
    known = record(Known(names=("You Kyung Bae",)))
    assert {"yoo gyeongbae", "bae yugyeong"} <= set(known.names)


def test_two_names_in_one_are_two() -> None:
    assert set(record(Known(names=("김미나 (Jenny Kim)",))).names) == {"kim mina", "kim jenny"}


def test_other_names_stay_what_they_are() -> None:
    assert name("José García").called == "garcia jose"
    assert name("Ada King Lovelace").called == "lovelace ada"
    assert meant("robert") == "robert"
    assert latin("Mia") == "Mia"


@pytest.mark.parametrize(
    "junk",
    ["", " ", "123", "😀", "님", "()", "ㅋ", "ㅋㅋㅋㅋㅋㅋㅋㅋ", "\x00", "-", ",", "' '", "가" * 500, "a " * 500],
)
def test_junk_is_no_error_and_no_name(junk: str) -> None:
    known = record(
        Known(names=(junk,), emails=(junk,), phones=(junk,), birth=junk, address=junk, company=junk, number=junk)
    )
    assert known.emails == ()
    assert known.birth is None


@pytest.mark.parametrize(
    "written",
    ["010-1234-5678", "01012345678", "+82 10-1234-5678", "+82 (0)10-1234-5678", "+821012345678", " 010 1234 5678 "],
)
def test_a_phone_number_as_the_identities_have_it(written: str) -> None:
    assert phone(written) == normal.normalise("phone", written) == "+821012345678"


def test_nobody_is_kept_for_long_by_what_a_stranger_sends() -> None:
    huge = "minaㅎ김-" * 200_000
    known = record(
        Known(
            names=(huge, *(f"이름{number}" for number in range(10_000))),
            given=huge,
            family=huge,
            emails=(f"{huge}@example.kr",) * 1_000,
            phones=("1" * 1_000_000, *(f"010{number:08}" for number in range(10_000))),
            street=huge,
            company=huge,
            number=huge,
            birth=huge,
        )
    )
    assert len(known.names) <= 20
    assert 0 < len(known.phones) <= 20
    assert len(known.number or "") <= 200


def test_landlines_and_other_countries_go_the_long_way() -> None:
    assert phone("02-312-3456") == "+8223123456"
    assert phone("+49 30 123456") == "+4930123456"


@pytest.mark.parametrize(
    "written",
    [
        "서울특별시 강남구 테헤란로 152, 101동 1203호 (역삼동)",
        "서울 강남구 테헤란로152 (06236)",
        "서울시 강남구 테헤란로 152 101-1203",
        "152, Teheran-ro, Gangnam-gu, Seoul",
    ],
)
def test_an_address_by_road(written: str) -> None:
    found = address(written)
    assert (found.town, found.street, found.house) == ("seoulgangnamgu", "teheranro", "152")


def test_an_address_by_lot_a_lane_and_a_province() -> None:
    assert address("서울 강남구 역삼동 737번지") == address("서울특별시 강남구 역삼동 737")
    lane = address("경기도 성남시 분당구 판교역로235번길 12-3")
    assert lane == address("경기 성남시 분당구 판교역로 235번길 12-3")
    assert (lane.town, lane.house) == ("gyeonggiseongnamsibundanggu", "12-3")
    assert address("서울 강남구 테헤란로 152 (06236)").postcode == "06236"


def test_birth_dates() -> None:
    assert {birth(one) for one in ("1990-03-07", "1990.3.7", "19900307", "900307", "90/3/7")} == {"19900307"}
    assert birth("070312") == "20070312"
    assert {birth(one) for one in ("", "1990", "1990-13-01", "기억 안 나요", "1-1-1-1")} == {""}


def test_a_company_without_its_form() -> None:
    assert company("(주)하늘상사") == company("주식회사 하늘 상사") == company("㈜하늘상사")
    assert company("Haneul Trading Co., Ltd.") == "haneultrading"


def test_a_mailbox_is_hers_not_an_offices() -> None:
    assert mailbox("mina.kim+shop@example.kr") == "mina.kim"
    assert (mailbox("info@example.kr"), mailbox("kim@example.kr")) == ("", "")
