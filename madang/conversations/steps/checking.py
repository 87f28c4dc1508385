"""Whether steps can be done at all: they come as JSON and leave in one spelling, or it is said which place is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from madang.conversations.inbox.when import NotATime, when
from madang.conversations.steps import variables
from madang.conversations.steps.vocabulary import (
    LANGUAGES,
    MOST,
    MOST_WORDS,
    PRIORITIES,
    STEPS,
    Field,
    Kind,
    Known,
    Step,
)
from madang.customers import typed
from madang.lib.errors import Refused
from madang.lib.language import gettext as _
from madang.lib.language import marked

MOST_FILES, MOST_TAGS, LONGEST_TAG, LONGEST = 10, 20, 40, 200
NO_TIME = marked("Say when, such as tomorrow 9:00 or in 3 days.")
NOTHING = marked("This is not a possible answer. Choose one of those offered.")


class Wrong(Refused):
    """A step cannot be understood. ``field`` is the place: ``steps.2.text.ko``."""


def check(given: Any, known: Known) -> list[dict[str, Any]]:
    """Steps as they are kept; raises Wrong with the place of the first mistake."""
    if not isinstance(given, list) or not given:
        raise Wrong(_("Add at least one step: what should this do?"), "steps")
    if len(given) > MOST:
        raise Wrong(_("At most %(n)s steps fit. Split this into two.") % {"n": MOST}, "steps")
    made = [_step(one, f"steps.{number}", known) for number, one in enumerate(given)]
    _together(made)
    return made


def mistakes(given: Sequence[Any], known: Known) -> Iterator[tuple[str, str]]:
    """(place, what is wrong) of every step, for an editor that shows all at once."""
    for number, one in enumerate(given):
        try:
            _step(one, f"steps.{number}", known)
        except Wrong as error:
            yield error.field, error.message


def _step(given: Any, place: str, known: Known) -> dict[str, Any]:
    kind = STEPS.get(given.get("do", "")) if isinstance(given, dict) else None
    if kind is None:
        raise Wrong(_("There is no such step."), place)
    strange = set(given) - {"do", *(one.name for one in kind.fields)}
    if strange:
        raise Wrong(_("This step has no field %(name)s.") % {"name": min(strange)}, f"{place}.{min(strange)}")
    return {"do": kind.name} | _fields(kind, given, place, known)


def _fields(kind: Kind, given: Step, place: str, known: Known) -> dict[str, Any]:
    made = {}
    for one in kind.fields:
        value = _SHAPES[one.shape](given, one, f"{place}.{one.name}", known)
        if value not in (None, "", [], {}):
            made[one.name] = value
        elif one.needed and not (one.shape == "texts" and given.get("files")):  # a file alone is an answer
            raise Wrong(_("This is needed."), f"{place}.{one.name}")
    return made


def _together(steps: Sequence[Step]) -> None:
    """What cannot be done in one go."""
    dos = [step["do"] for step in steps]
    if dos.count("say") > 1:
        raise Wrong(
            _("One answer at a time: put the words into one step."),
            f"steps.{len(dos) - 1 - dos[::-1].index('say')}",
        )
    if "close" in dos and "reopen" in dos:
        raise Wrong(_("It cannot be closed and opened at once. Remove one of the two."), f"steps.{dos.index('reopen')}")
    if "close" in dos and "snooze" in dos:
        raise Wrong(_("What is closed need not be snoozed. Remove one of the two."), f"steps.{dos.index('snooze')}")


def _texts(given: Step, field: Field, place: str, known: Known) -> dict[str, str]:
    texts = given.get(field.name) or {}
    if not isinstance(texts, dict) or not all(isinstance(one, str) for one in texts.values()):
        raise Wrong(_("Give a text for each language."), place)
    for language in texts:
        if language not in LANGUAGES:
            raise Wrong(_("Texts are written in Korean or English."), f"{place}.{language}")
    made = {one: texts[one].replace("\0", "").replace("\r\n", "\n").strip() for one in LANGUAGES if texts.get(one)}
    for language, text in made.items():
        _text(text, f"{place}.{language}", known)
    return {language: text for language, text in made.items() if text}


def _text(text: str, place: str, known: Known) -> None:
    if len(text) > MOST_WORDS:
        raise Wrong(_("This is too long. Make it shorter."), place)
    if variables.leftover(text):
        raise Wrong(_("Braces are left open. A place looks like {{customer.name}}."), place)
    for one in variables.places(text):
        if not knows(known, one.name):
            raise Wrong(_("Nobody knows {{%(name)s}}. Choose a place from the list.") % {"name": one.written}, place)


def knows(known: Known, name: str) -> bool:
    """Whether a place of this name can be filled."""
    own = variables.own_field(name)
    if own is None:
        return name in variables.NAMES
    return own[1] in (known.about if own[0] == "customer" else known.fields)


def _files(given: Step, field: Field, place: str, known: Known) -> list[str]:
    keys = given.get(field.name) or []
    if not isinstance(keys, list) or not all(isinstance(one, str) and len(one) <= 64 for one in keys):
        raise Wrong(_(NOTHING), place)
    if len(keys) > MOST_FILES:
        raise Wrong(_("A message takes at most 10 files."), place)
    return list(dict.fromkeys(keys))


def _holder(given: Step, field: Field, place: str, known: Known) -> str:
    to = given.get(field.name)
    sort, _colon, number = to.partition(":") if isinstance(to, str) else ("", "", "")
    people = {"user": known.people, "team": known.teams}.get(sort, {})
    if to in ("me", "nobody", "team:none") or (number.isascii() and number.isdecimal() and int(number) in people):
        return str(to)
    raise Wrong(_("Choose a colleague or a team: this one is not there any more."), place)


def _tags(given: Step, field: Field, place: str, known: Known) -> list[str]:
    tags = given.get(field.name) or []
    if not isinstance(tags, list) or not all(isinstance(one, str) for one in tags):
        raise Wrong(_("Give tags as a list of words."), place)
    made = list(dict.fromkeys(" ".join(tag.replace("\0", "").split()) for tag in tags if tag.strip()))
    if len(made) > MOST_TAGS:
        raise Wrong(_("A conversation takes at most 20 tags."), place)
    if any(len(tag) > LONGEST_TAG for tag in made):
        raise Wrong(_("A tag has at most 40 characters."), place)
    return made


def _choice(given: Step, field: Field, place: str, known: Known) -> str:
    level = given.get(field.name)
    if level not in PRIORITIES:
        raise Wrong(_(NOTHING), place)
    return str(level)


def _when(given: Step, field: Field, place: str, known: Known) -> str:
    words = given.get(field.name)
    if not isinstance(words, str) or len(words) > LONGEST:
        raise Wrong(_(NO_TIME), place)
    clean = " ".join(words.replace("\0", "").split())
    try:
        when(clean, datetime.now(UTC), "UTC")
    except NotATime:
        raise Wrong(_(NO_TIME), place) from None
    return clean


def _which(given: Step, field: Field, place: str, known: Known) -> str:
    name = given.get(field.name)
    if name not in known.fields:
        raise Wrong(_("There is no such field of conversations. Choose one of those offered."), place)
    return str(name)


def _value(given: Step, field: Field, place: str, known: Known) -> str:
    value = given.get(field.name) or ""
    if not isinstance(value, str):
        raise Wrong(_(NOTHING), place)
    if (which := known.fields.get(str(given.get("field")))) is not None:
        try:
            typed.value(which, value)
        except Refused as error:
            raise Wrong(_(error.message), place) from None
    return value.strip()


def _guide(given: Step, field: Field, place: str, known: Known) -> int:
    number = given.get(field.name)
    if isinstance(number, bool) or not isinstance(number, int) or number not in known.guides:
        raise Wrong(_("This guide is not there any more. Choose another one."), place)
    return number


_SHAPES: dict[str, Callable[[Step, Field, str, Known], Any]] = {
    "texts": _texts,
    "files": _files,
    "holder": _holder,
    "tags": _tags,
    "choice": _choice,
    "when": _when,
    "field": _which,
    "value": _value,
    "guide": _guide,
}
