"""What the design page shows its parts with, so that it needs no data: rows and messages in both languages."""

from __future__ import annotations

from dataclasses import MISSING, dataclass, fields
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from madang.conversations.models import State
from madang.conversations.rows import ChannelMark, Line, Row, Said
from madang.guides.fitting import GuideRow, Item
from madang.guides.queries import Beside, Done
from madang.macros.queries import MacroRow

Made = TypeVar("Made")
NOON = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
_EMPTY: dict[str, Any] = {"str": "", "int": 0, "bool": False, "float": 0.0, "datetime": NOON, "State": State.NONE}

PEOPLE = (("Ada", "ada@haneul.example", "Works", "ok"), ("Ben", "ben@haneul.example", "Paused", "warn"))
LETTERS = "가A"
LINE = {"ko": "마당에 들어선 손님은 한 사람이다", "en": "One yard for every customer"}
SAID = {
    "ko": (
        "김미나",
        "배송지를 바꿀 수 있을까요?",
        "네, 바꾸실 주소를 알려 주시겠어요?",
        "단골 고객. 기본 배송지도 확인하기.",
        "배송지 변경 부탁드려요",
    ),
    "en": (
        "Mia Carter",
        "Can I change the address?",
        "Of course. Where shall it go?",
        "A regular. Check the default address too.",
        "Change of address",
    ),
}
MACROS = {
    "ko": (("배송지 변경 안내", "바꾸실 주소를 알려 주시겠어요?"), ("접수하고 마치기", ""), "배송"),
    "en": (("Ask for the address", "Where shall it go?"), ("Noted and done", ""), "delivery"),
}
GUIDES = {
    "ko": ("배송지 변경", "확인하기", "바로 확인해 볼게요.", "바꾸실 주소가 어디인가요?", "출고 전인지 보기"),
    "en": ("Change of address", "Check", "Let me look at once.", "Where shall it go?", "It has not left the house"),
}


@dataclass(frozen=True, slots=True)
class Found:
    """A text of which a search found the beginning, as its excerpts come: (text, whether it was looked for)."""

    text: str

    def parts(self) -> list[tuple[str, bool]]:
        """The first word, and the rest."""
        first, rest = self.text.split(" ", 1)
        return [(first, True), (f" {rest}", False)]


def sample(kind: type[Made], /, **given: Any) -> Made:
    """One of a kind of row: what is not given is empty, also a field that came later than this."""
    return kind(**{one.name: given.get(one.name, _nothing(one)) for one in fields(kind)})  # type: ignore[arg-type]


def _nothing(one: Any) -> Any:
    if one.default is not MISSING:
        return one.default
    if one.default_factory is not MISSING:
        return one.default_factory()
    written = str(one.type)
    if "None" in written:
        return None
    return [] if written.startswith(("list", "tuple")) else {} if written.startswith("dict") else _EMPTY[written]


def channel() -> ChannelMark:
    """A chat."""
    return sample(ChannelMark, id=1, connector="webchat", name="Chat")


def row(language: str, at: str, unread: int = 0, direction: str = "in") -> Row:
    """A conversation in a list. ``at`` keeps their ids apart."""
    name, asked, answered, _note, subject = SAID[language]
    told: dict[str, Any] = {"last_text": asked if direction == "in" else answered, "last_direction": direction}
    told |= {"last_state": State.READ if direction == "out" else State.NONE}
    who: dict[str, Any] = {"customer_name": name, "subject": subject, "language": language}
    who |= {"id": f"{at}{unread}", "status": "open"}
    return sample(Row, unread=unread, last_at=NOON, last_channel=channel(), **who, **told)


def messages(language: str, at: str) -> list[Said]:
    """Hers, ours in each state worth seeing, and a note. ``at`` keeps their ids apart."""
    name, asked, answered, note, _subject = SAID[language]
    told = [
        ("in", name, asked, State.NONE),
        ("out", "Ada", answered, State.READ),
        ("out", "Ada", answered, State.QUEUED),
        ("out", "Ada", answered, State.FAILED),
        ("note", "Ben", note, State.NONE),
    ]
    return [
        sample(
            Said,
            id=number,
            key=f"{at}m{number}",
            direction=direction,
            author=author,
            text=text,
            state=state,
            why="window" if state is State.FAILED else "",
            channel=None if direction == "note" else channel(),
            at=NOON + timedelta(minutes=20 * number),
        )
        for number, (direction, author, text, state) in enumerate(told, 1)
    ]


def line(at: str) -> Line:
    """Something that happened between messages. ``at`` keeps their ids apart."""
    return sample(Line, event_id=f"{at}1", kind="conversation.closed", actor="user", actor_name="Ada", at=NOON)


def macros(language: str, at: str) -> list[MacroRow]:
    """One that says something, one that does. ``at`` keeps their ids apart."""
    *both, tag = MACROS[language]
    made = []
    for number, (name, text) in enumerate(both, 1):
        done: Any = (
            [{"do": "say", "text": {language: text}}] if text else [{"do": "tag", "tags": [tag]}, {"do": "close"}]
        )
        given: dict[str, Any] = {"id": f"{at}{number}", "name": name, "steps": done, "mine": number == 1}
        made.append(sample(MacroRow, **given))
    return made


def guide(language: str, at: str) -> Beside:
    """One of whose lines the first is done. ``at`` keeps their ids apart."""
    name, *lines = GUIDES[language]
    items = tuple(Item(sort, sort, text) for sort, text in zip(("heading", "say", "ask", "check"), lines, strict=True))
    given: dict[str, Any] = {"id": at, "name": name, "items": items, "language": language}
    return Beside(sample(GuideRow, **given), (), {"say": Done("Ada", NOON)})
