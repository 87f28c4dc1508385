"""The look on one page, for whoever builds screens: tokens, measured contrast, every part in every state."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple, cast

from litestar import Request, Response, get
from markupsafe import Markup

from madang.brands.accent import strongest
from madang.brands.queries import brands
from madang.channels.registry import every
from madang.conversations.steps.vocabulary import Known
from madang.desk import design, samples, sprite
from madang.desk.page import HERE, ground_of, page, pages, who
from madang.desk.wording import STATES
from madang.lib.language import marked as _
from madang.staff.permissions import Viewer

STEP = 5  # degrees between two hues whose greatest strength the page knows


class Section(NamedTuple):
    """A part of the page."""

    id: str
    name: str
    icon: str


SECTIONS = (
    Section("mark", _("The mark"), icon="house"),
    Section("dye", _("A brand’s dye"), icon="palette"),
    Section("colour", _("Colours"), icon="swatch-book"),
    Section("contrast", _("Contrast"), icon="contrast"),
    Section("type", _("Type"), icon="type"),
    Section("space", _("Space, corners, motion"), icon="ruler"),
    Section("parts", _("Parts"), icon="component"),
    Section("icons", _("Icons"), icon="shapes"),
    Section("keyboard", _("Keys"), icon="keyboard"),
    Section("voice", _("Voice"), icon="quote"),
)
PARTS = (
    ("buttons", _("Buttons")),
    ("fields", _("Forms")),
    ("choosing", _("Choosing and finding")),
    ("notices", _("What is said")),
    ("standing", _("What waits, what is saved, what was")),
    ("marks", _("Marks and states")),
    ("shapes", _("Pages, tables, menus")),
    ("talk", _("Conversations")),
    ("work", _("What helps while one works")),
)
VOICE = (
    (_("Wrong input"), _("This is no e-mail address. It looks like ada@example.com."), _("Invalid input!")),
    (_("Not allowed"), _("Your role does not allow this. Ask an administrator."), _("Error 403: access denied")),
    (_("Done"), _("Saved."), _("Your changes have been saved successfully!")),
    (_("Empty"), _("As soon as a customer writes, the conversation appears here by itself."), _("No data")),
    (
        _("Cannot be undone"),
        _("Revoke this token? The program that uses it stops working."),
        _("Are you sure you want to continue?"),
    ),
)
_KEY = re.compile(r"""data-key="([^"{]+)"[^>]*?data-label="\{\{ _\('([^']+)'\)""")
_LOOP = re.compile(r"{% for ([\w, ]+) in (\[[^%]*\]) %}(?:(?!{% for).)*?data-key=\"{{ key }}\" ", re.S)


@cache
def keys() -> list[tuple[str, str, str]]:
    """Every shortcut of the desk's templates, and what it does as a text to be translated: (key, its context, text)."""
    found: set[tuple[str, str, str]] = set()
    for path in (HERE / "templates").rglob("*.html"):
        written = path.read_text("utf-8")
        found.update((key, "", label) for key, label in _KEY.findall(written))
        for names, rows in _LOOP.findall(written):
            found.update(_looped(names.split(", "), rows))
    return sorted(found)


def _looped(names: list[str], rows: str) -> Iterator[tuple[str, str, str]]:
    """Of buttons that a template draws in a loop over tuples, which are written as Python's are."""
    for row in cast(ast.List, ast.parse(rows.strip(), mode="eval").body).elts:
        key, label = (cast(ast.Tuple, row).elts[names.index(name)] for name in ("key", "label"))
        if ast.literal_eval(key):
            *context, text = map(ast.literal_eval, cast(ast.Call, label).args)
            yield ast.literal_eval(key), "".join(context), text


@get("/desk/design")
async def look(request: Request[Any, Any, Any]) -> Response[str]:
    """All of it. It needs nobody's data."""
    viewer = who(request)
    async with ground_of(request).database.begin() as tx:
        first = min(await brands(tx), key=lambda one: one.id, default=None)
    hue, chroma = (first.hue, first.chroma) if first else (design.HUE, design.CHROMA)
    return page(
        request,
        "design/design.html",
        sections=SECTIONS,
        hue=hue,
        chroma=chroma,
        strongest=" ".join(f"{strongest(one):g}" for one in range(0, 361, STEP)),
        step=STEP,
        kinds=design.KINDS,
        pairs=design.pairs(hue, chroma),
        tokens=design.tokens(),
        type=design.scale("f"),
        space=design.scale("s"),
        corners=design.scale("r"),
        parts=[(title, list(_cells(part, viewer))) for part, title in PARTS],
        icons=sorted(sprite.used()),
        connectors={name: one.manifest.title for name, one in every().items()},
        keys=keys(),
        voice=VOICE,
        sample=samples.LETTERS,
        said=samples.LINE,
    )


def _cells(part: str, viewer: Viewer) -> Any:
    """One part in both languages, each in light and dark."""
    for language in ("ko", "en"):
        for theme in design.THEMES:
            yield theme, language, Markup(_drawn(part, language, theme, viewer))  # noqa: S704  what our own template escaped


def _drawn(part: str, language: str, theme: str, viewer: Viewer) -> str:
    at = f"{language}-{theme}-{part}-"
    name, asked, *_more = samples.SAID[language]
    given: dict[str, Any] = {"at": at, "theme": theme, "viewer": viewer, "name": name, "customer_name": name}
    given |= {"allowed": frozenset({"conversation.reply"}), "row": None, "view": "all", "subject": "", "section": ""}
    given |= {"names": {}, "teams": {}, "channel_names": {}, "channels": [], "brands": {}, "noon": samples.NOON}
    given |= {"rows": [samples.row(language, at, 2), samples.row(language, at, 0, "out")], "line": samples.line(at)}
    given |= {"said": samples.messages(language, at), "states": [one for one in STATES.values() if one[2]]}
    given |= {
        "connectors": {key: one.manifest.title for key, one in every().items()},
        "csrf": "",
        "nonce": "",
        "people": samples.PEOPLE,
    }
    given |= {"excerpt": samples.Found(asked), "macros": samples.macros(language, at), "known": Known()}
    given |= {"mentioned": [(f"{at}{one[0]}", one[0]) for one in samples.PEOPLE], "guide": samples.guide(language, at)}
    return pages().render(f"design/parts/{part}.html", language, viewer.timezone, **given)
