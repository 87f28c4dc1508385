"""What a column of a file can be, and in which words people head such columns, in English and Korean. Pure."""

from __future__ import annotations

import re

from madang.lib.language import marked as _

FIELD = "field:"  # before the name of a custom field
LEAVE = ""  # the column is left out

TARGETS: dict[str, str] = {
    "name": _("Name"),
    "first_name": _("First name"),
    "last_name": _("Last name"),
    "email": _("E-mail"),
    "phone": _("Phone"),
    "external_id": _("Number in the other program"),
    "company": _("Company"),
    "language": _("Language"),
    "region": _("Country"),
    "timezone": _("Time zone"),
    "tags": _("Tags"),
    "note": _("Note"),
    "created_at": _("Customer since"),
}
SEVERAL = {"email", "phone", "tags", "note"}  # more than one column may bring these

# In plain letters, without spaces and signs. An exact word counts, and so does one at the end of a longer heading.
WORDS: dict[str, frozenset[str]] = {
    target: frozenset(words.split())
    for target, words in {
        "name": ("name fullname displayname customername contactname fn 이름 성명 성함 고객명 고객이름 회원명"),
        "first_name": "firstname givenname forename",
        "last_name": "lastname familyname surname 성",
        "email": (
            "email emailaddress mail emails additionalemailaddresses workemail 이메일 메일 이메일주소 메일주소 전자우편"
        ),
        "phone": (
            "phone phonenumber mobile mobilephone mobilephonenumber telephone tel cell cellphone "
            "whatsappphonenumber 전화 전화번호 휴대폰 휴대폰번호 휴대전화 핸드폰 연락처"
        ),
        "external_id": (
            "id uid externalid customerid userid contactid recordid identifier memberid 고객번호 "
            "회원번호 고객id 회원id 아이디"
        ),
        "company": (
            "company companyname organization organisation org associatedcompany companies 회사 "
            "회사명 소속 업체명 기업명"
        ),
        "language": "language lang locale preferredlanguage browserlanguage languageoverride 언어 사용언어",
        "region": "country region countrycode countryregion 국가 나라 국적",
        "timezone": "timezone tz ianatimezone 시간대",
        "tags": "tags tag labels label categories segment 태그 꼬리표 분류 라벨",
        "note": "note notes comment comments remark memo 메모 비고 참고 특이사항",
        "created_at": (
            "createdat created createdate signedup signupdate firstseen registered customersince "
            "가입일 등록일 생성일 가입일시 등록일시"
        ),
    }.items()
}


def plain(heading: str) -> str:
    """A heading as it is compared: its last part, letters and digits only, lower case."""
    return re.sub(r"[^0-9a-z가-힣]", "", heading.lower())


def by_word(heading: str) -> str:
    """The target a heading names, '' when none."""
    word = plain(heading.rpartition(".")[2])
    return next((target for target, words in WORDS.items() if word in words), LEAVE)


def field_name(heading: str) -> str:
    """A custom field's name out of a heading: lower case, joined by underscores, at most 40 characters."""
    return re.sub(r"[^0-9a-z가-힣]+", "_", heading.lower()).strip("_")[:40]


def known(target: str) -> bool:
    """Whether a mapping may name it."""
    if target.startswith(FIELD):
        name = target.removeprefix(FIELD)
        return bool(name) and field_name(name) == name
    return target == LEAVE or target in TARGETS
