"""What one record says of a made-up customer: not all of it, and not all of it right."""

from __future__ import annotations

from collections.abc import Sequence

from madang.bench.data.persons import WRITTEN, Chance, Home, Person, written
from madang.customers.matching.families import USUAL
from madang.customers.matching.record import Known

HERS, MINE = 0.88, 0.98  # who gives the telephone, the mailbox of her own, not that of the family
CHANGED, OTHER_MAIL, MOVED = 0.05, 0.25, 0.12  # a later record with the new telephone, another mailbox, the new home
PHONE, MAIL, HOME, BORN, FIRM, MEMBER = 0.97, 0.85, 0.65, 0.45, 0.08, 0.10  # who says it at all
SLIP = 0.03  # a field that is mistyped


def told(person: Person, later: int, chance: Chance) -> Known:
    """What one record says of her; she always says how to reach her."""
    phone = mail = ""
    if chance.random() < PHONE:
        hers = person.phones[later > 0 and chance.random() < CHANGED]
        phone = hers if chance.random() < HERS else person.shared
    if not phone or chance.random() < MAIL:
        hers = person.mails[later > 0 and chance.random() < OTHER_MAIL]
        mail = hers if chance.random() < MINE else person.mail or hers
    home = person.homes[later > 0 and chance.random() < MOVED]
    return Known(
        names=(_name(person, chance),),
        phones=(_dialled(_slip(phone, chance, "0123456789"), chance),) if phone else (),
        emails=(_slip(mail, chance, "abcdefghij0123456789"),) if mail else (),
        address=_address(home, chance) if chance.random() < HOME else "",
        birth=_slip(person.born, chance, "0123456789") if chance.random() < BORN else "",
        company=person.firm if chance.random() < FIRM else "",
        number=person.member if chance.random() < MEMBER else "",
    )


def _name(person: Person, chance: Chance) -> str:
    """Most write it plainly; some with a space or a title, in Latin letters either way round, mistyped or in part."""
    dice = chance.random()
    plain = person.family + person.given
    if dice < 0.70:
        return plain
    if dice < 0.76:
        return f"{person.family} {person.given}"
    if dice < 0.80:
        return plain + chance.choice(("님", "씨", " 고객님", "ㅎㅎ", "^^"))
    if dice < 0.91:
        family = chance.choice([USUAL[person.family], *WRITTEN[USUAL[person.family]]])
        given = person.latin if chance.random() < 0.8 else written(person.given, chance)
        both = chance.choice((f"{family} {given}", f"{given} {family}", f"{family}, {given}"))
        return both.title() if chance.random() < 0.7 else both.upper()
    if dice < 0.95:
        return _misheard(plain, chance)
    if dice < 0.98:
        return person.given
    return "" if dice < 0.99 else _beginnings(plain)


def _misheard(plain: str, chance: Chance) -> str:
    """A vowel or the end of a syllable is another, as on a telephone's keys."""
    place = chance.randrange(1, len(plain)) if len(plain) > 1 else 0
    code = ord(plain[place]) - 0xAC00
    first, vowel, last = code // 588, code % 588 // 28, code % 28
    if chance.random() < 0.7:
        vowel = chance.choice(
            {1: (5,), 5: (1, 3), 4: (8, 6), 8: (4, 13), 0: (4,), 13: (18, 8), 20: (19,)}.get(vowel, (vowel ^ 1,))
        )
    else:
        last = 0 if last else 4
    return plain[:place] + chr(0xAC00 + first * 588 + min(vowel, 20) * 28 + last) + plain[place + 1 :]


def _beginnings(plain: str) -> str:
    return "".join("ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"[(ord(one) - 0xAC00) // 588] for one in plain)


def _dialled(number: str, chance: Chance) -> str:
    return chance.choice(
        (
            f"{number[:3]}-{number[3:7]}-{number[7:]}",
            f"{number[:3]}-{number[3:7]}-{number[7:]}",
            number,
            f"+82 {number[1:3]}-{number[3:7]}-{number[7:]}",
            f"+82{number[1:]}",
            f"{number[:3]} {number[3:7]} {number[7:]}",
        )
    )


def _address(home: Home, chance: Chance) -> str:
    """By road or, in the old way, by quarter and lot; the province in full or short, the flat as everybody likes."""
    province, _, town = home.town.partition(" ")
    if chance.random() < 0.5:
        province = {
            "경상북도": "경북",
            "경상남도": "경남",
            "충청북도": "충북",
            "충청남도": "충남",
            "전라남도": "전남",
        }.get(province, province[:2])
    where = f"{province} {town}".strip()
    if chance.random() < 0.12:
        return f"{where} {home.quarter} {home.lot}{chance.choice(('', '번지'))}"
    road = home.road if chance.random() < 0.97 else _misheard(home.road[:-1], chance) + home.road[-1]
    unit = home.unit if chance.random() < 0.8 else home.unit.replace("동 ", "-").replace("호", "")
    line = f"{where} {road}{chance.choice((' ', ' ', ''))}{home.house}{', ' if unit else ''}{unit}"
    return f"{line} ({home.postcode})" if chance.random() < 0.6 else line


def _slip(text: str, chance: Chance, letters: Sequence[str]) -> str:
    """A letter more, less, another, or two swapped."""
    if not text or chance.random() > SLIP:
        return text
    place = chance.randrange(len(text) - 1)
    how = chance.randrange(4)
    if how == 0:
        return text[:place] + text[place + 1 :]
    if how == 1:
        return text[:place] + chance.choice(letters) + text[place:]
    if how == 2:
        return text[:place] + chance.choice(letters) + text[place + 1 :]
    return text[:place] + text[place + 1] + text[place] + text[place + 2 :]
