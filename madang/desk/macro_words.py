"""What the desk says of macros: whose they are, what their steps do, how they are found. Filters of its templates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from madang.conversations.steps import variables
from madang.conversations.steps.vocabulary import STEPS, Known, Step, texts
from madang.conversations.steps.words import describe
from madang.lib.language import gettext, reader
from madang.lib.language import marked as _
from madang.macros.queries import MacroRow

SHORT = 90  # characters of a line below a macro's name


def whose(one: MacroRow, teams: Mapping[int, str], brands: Mapping[int, str]) -> str:
    """For whom it is: Only you, Everybody, a team, with the brand."""
    who = gettext(_("Only you")) if one.mine else teams.get(one.team_id or 0, "") or gettext(_("Everybody"))
    brand = brands.get(one.brand_id or 0, "")
    return f"{who} · {brand}" if brand else who


def gist(one: MacroRow, known: Known) -> str:
    """What it says or does, in one short line."""
    said = [_words(step) for step in one.steps if step["do"] == "say"]
    line = (said or [""])[0] or " · ".join(describe(step, known) for step in one.steps)
    return line if len(line) <= SHORT else f"{line[: SHORT - 1]}…"


def _words(step: Step) -> str:
    written = texts(step)
    return places(" ".join((written.get(reader().language) or next(iter(written.values()), "")).split()))


def places(text: str) -> str:
    """A text as it is written, with its places by name: ‹고객 이름›님."""
    return variables.named(text, lambda name: gettext(variables.NAMES[name]) if name in variables.NAMES else name)


def icons(steps: Sequence[Step]) -> list[str]:
    """The icons of its steps, each once, in order."""
    return list(dict.fromkeys(STEPS[step["do"]].icon for step in steps))


def haystack(one: MacroRow) -> str:
    """What it is found by beside its name: tags and the words it says."""
    words = [text for step in one.steps for text in texts(step).values()]
    words += [tag for step in one.steps for tag in step.get("tags", ())]
    return " ".join(" ".join(words).split())[:400]


FILTERS = {
    "macro_whose": whose,
    "macro_gist": gist,
    "macro_icons": icons,
    "macro_haystack": haystack,
    "macro_places": places,
}
