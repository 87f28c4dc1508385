"""Columns known by the programs that write them, by their headings, and by what stands in them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from madang.customers.imports import values
from madang.customers.imports.guessing import guess
from madang.customers.imports.records import Meant, record_of

EXPORTS = {
    "zendesk": "id,url,name,email,created_at,iana_time_zone,phone,locale_id,locale,role,tags,user_fields.plan",
    "intercom": "User ID,Name,Email,Phone,Signed up,Last seen,Country,Timezone,Tag,Browser",
    "chatwoot": "id,name,email,phone_number,identifier,additional_attributes.company_name",
    "hubspot": "Record ID,First Name,Last Name,Email,Phone Number,Create Date,Associated Company,Lead Status",
}
MEANT = {
    "zendesk": "external_id  name email created_at timezone phone  language  tags field:plan",
    "intercom": "external_id name email phone created_at  region timezone tags ",
    "chatwoot": "external_id name email phone field:identifier company",
    "hubspot": "external_id first_name last_name email phone created_at company ",
}


@pytest.mark.parametrize("program", list(EXPORTS))
def test_the_exports_of_other_programs_map_themselves(program: str) -> None:
    assert guess("csv", EXPORTS[program].split(","), [], "KR") == (program, MEANT[program].split(" "))


def test_hubspots_api_and_a_cell_that_is_a_colleague() -> None:
    columns = ["id", "properties.email", "properties.firstname", "properties.hs_object_id", "archived"]
    assert guess("json", columns, [], "KR") == ("hubspot", ["external_id", "email", "first_name", "", ""])
    agent = Meant("zendesk", ("external_id", "email", ""), ("id", "email", "role"))
    assert record_of(agent, 2, ["1", "ada@haneul.example", "agent"]).skip
    assert not record_of(agent, 2, ["1", "mina@naver.example", "end-user"]).skip


def test_headings_and_values_in_two_languages() -> None:
    rows = [["김미나", "010-1234-5678", "x", "mina@naver.example", "2024-01-15"]] * 3
    assert guess("csv", ["고객명", "A", "B", "C", "D"], rows, "KR")[1] == ["name", "phone", "", "email", ""]
    assert guess("csv", ["Full name", "Mobile", "Notes", "E-Mail", "Created"], rows, "KR")[1] == [
        "name", "phone", "note", "email", "created_at"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("2024-01-15 09:30", (2024, 1, 15, 0, 30)),
        ("2024. 1. 15.", (2024, 1, 14, 15, 0)),
        ("2024년 1월 15일 오후 3:05", (2024, 1, 15, 6, 5)),
        ("13/02/2024", (2024, 2, 12, 15, 0)),
        ("1705311000", (2024, 1, 15, 9, 30)),
        ("2024-01-15T09:30:00.000+09:00", (2024, 1, 15, 0, 30)),
        ("2024-02-30", None),
        ("9999-01-01", None),
        ("1705311000" * 9, None),
    ],
)
def test_moments_as_files_write_them(given: str, meant: tuple[int, ...] | None) -> None:
    assert values.instant(given, "Asia/Seoul", day_first=False) == (datetime(*meant, tzinfo=UTC) if meant else None)  # type: ignore[misc,arg-type]


def test_countries_languages_and_numbers() -> None:
    assert [values.country(one) for one in ("대한민국", "South Korea", "kr", "Atlantis")] == ["KR", "KR", "KR", ""]
    assert [values.language(one) for one in ("Korean", "ko_kr", "한국어", "xx-nothing")] == ["ko", "ko-KR", "ko", ""]
    assert [values.timezone(one) for one in ("Seoul", "Asia/Seoul", "nowhere")] == ["Asia/Seoul", "Asia/Seoul", ""]
    assert values.phone_number("'+82 10-1234-5678", "KR") == values.phone_number("1012345678", "KR")
