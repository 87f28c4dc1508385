"""What an address is for matching: town, street and number in one spelling, Korean ones in Latin letters."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from madang.customers.matching.romanised import latin

_PROVINCES = """
서울 서울특별시 서울시 seoul
부산 부산광역시 부산시 busan
대구 대구광역시 대구시 daegu
인천 인천광역시 인천시 incheon
광주 광주광역시 gwangju
대전 대전광역시 대전시 daejeon
울산 울산광역시 울산시 ulsan
세종 세종특별자치시 세종시 sejong
경기 경기도 gyeonggi gyeonggido
강원 강원특별자치도 강원도 gangwon gangwondo
충북 충청북도 chungbuk chungcheongbukdo
충남 충청남도 chungnam chungcheongnamdo
전북 전북특별자치도 전라북도 jeonbuk jeollabukdo
전남 전라남도 jeonnam jeollanamdo
경북 경상북도 gyeongbuk gyeongsangbukdo
경남 경상남도 gyeongnam gyeongsangnamdo
제주 제주특별자치도 제주도 jeju jejudo
"""
_SHORT = {spelled: row.split()[0] for row in _PROVINCES.split("\n") if row for spelled in row.split()}
_ENDS_STREET = {
    "st": "street",
    "rd": "road",
    "ave": "avenue",
    "av": "avenue",
    "dr": "drive",
    "ln": "lane",
    "ct": "court",
}
_ENDS_STREET |= {"pl": "place", "cres": "crescent", "cct": "circuit", "blvd": "boulevard"}
_POSTCODE = re.compile(r"(?<![\d-])\d{5}(?![\d-])")
_ASIDE = re.compile(r"\([^)]*\)|\[[^\]]*\]")
_HOUSE = re.compile(r"(\d+(?:-\d+)?)(?:번지|호)?$")
_UNIT = re.compile(r"(\d+)(?:동|호)?(?:-(\d+)호?)?$")
_ROAD = re.compile(r"[가-힣\d·]+(?:로|길)$")
_ROAD_AND_HOUSE = re.compile(r"([가-힣\d·]*[가-힣](?:로|길))(\d+(?:-\d+)?)$")
_LANE = re.compile(r"\d+(?:번)?길$")
_QUARTER = re.compile(r"[가-힣\d·]+(?:동|읍|면|리|가)$")
_TOWN = re.compile(r"[가-힣]+(?:시|군|구)$")
_ENGLISH_PART = re.compile(r"^([a-z' .]+)-(ro|gil|daero|gu|si|gun|dong|do|eup|myeon|ri)$")


@dataclass(frozen=True, slots=True)
class Address:
    """Lower-case Latin letters and digits without spaces; '' what is not known.

    ``house`` is the number at the street, ``unit`` the flat: 101동 1203호 and 101-1203 are 101-1203.
    """

    town: str = ""
    street: str = ""
    house: str = ""
    unit: str = ""
    postcode: str = ""


@lru_cache(maxsize=4_096)
def address(text: str) -> Address:
    """An address in one line: 서울특별시 강남구 테헤란로 152, 101동 1203호 (06236); 152, Teheran-ro, Gangnam-gu."""
    text = unicodedata.normalize("NFKC", text[:300])
    found = _POSTCODE.search(text)
    postcode = found.group() if found else ""
    text = _ASIDE.sub(" ", text.replace(postcode, " ") if postcode else text)
    if re.search(r"[가-힣]", text):
        return _korean(text, postcode)
    return _english(text.lower(), postcode)


@lru_cache(maxsize=65_536)
def parts(street: str, house: str, town: str, postcode: str) -> Address:
    """An address whose parts stand in fields of their own."""
    words = _compact(street).split()
    if words:
        words[-1] = _ENDS_STREET.get(words[-1], words[-1])
    return Address(
        latin(_compact(town).replace(" ", "")),
        latin("".join(words)),
        _compact(house).replace(" ", ""),
        "",
        _compact(postcode).replace(" ", ""),
    )


def _compact(text: str) -> str:
    return " ".join(re.sub(r"[^\w\s-]", " ", unicodedata.normalize("NFKC", text).lower()).split())


def _korean(text: str, postcode: str) -> Address:
    """Street by name (로, 길) or, in the old way, by quarter (동, 리); behind the number the flat."""
    towns: list[str] = []
    street = quarter = house = unit = ""
    for word in re.sub(r"[,.]", " ", text).split():
        joined = _ROAD_AND_HOUSE.match(word)
        number = _HOUSE.match(word)
        flat = _UNIT.match(word) if house else None
        if word in _SHORT and not towns:
            towns.append(_SHORT[word])
        elif joined and not street:
            street, house = joined.groups()
        elif _LANE.match(word) and street and not house:
            street += word.replace("번길", "길")
        elif _ROAD.match(word) and not street:
            street = word.replace("번길", "길")
        elif number and (street or quarter) and not house:
            house = number.group(1)
        elif flat and unit.count("-") == 0:
            unit = "-".join(part for part in (unit, *flat.groups()) if part)
        elif _TOWN.match(word) and not street and not quarter:
            towns.append(word)
        elif _QUARTER.match(word) and not street and not house:
            quarter = word
    return Address(latin("".join(towns)), latin(street or quarter), house, unit, postcode)


def _english(text: str, postcode: str) -> Address:
    """Of Korea from the smallest to the largest; elsewhere only the street's number and the street are known."""
    words = [word.strip() for piece in text.split(",") for word in [piece] if word.strip()]
    towns: list[str] = []
    street = house = ""
    for piece in words:
        number, _, rest = piece.partition(" ")
        if re.fullmatch(r"\d+(?:-\d+)?", number) and not house:
            house, piece = number, rest.strip()
        if not piece:
            continue
        ending = _ENGLISH_PART.match(piece)
        bare = re.sub(r"[^a-z\d]", "", piece)
        if bare in _SHORT:
            towns.insert(0, latin(_SHORT[bare]))
        elif ending and ending.group(2) in ("gu", "si", "gun"):
            towns.insert(0, bare)
        elif ending and ending.group(2) in ("ro", "gil", "daero", "dong", "ri") and not street:
            street = bare
        elif not street and house:
            street = parts(piece, "", "", "").street
        elif not ending:
            towns.insert(0, bare)
    return Address("".join(towns), street, house, "", postcode)
