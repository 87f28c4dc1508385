"""Texts are collected from wherever they are said; what is missing, uncertain or broken in a translation is found."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest
from babel.messages.catalog import Catalog

from checks import glued_words, hard_coded, translations
from checks.tests.conftest import Plant
from checks.words.catalogues import faults, file_of, load, otherwise, renew
from checks.words.collect import domains

OURS = PurePosixPath("madang/locale")
LINE = PurePosixPath("madang/connectors/line/locale")
FILES = {
    "madang/desk/a.py": 'from x import _, ngettext\n_("Hello")\nngettext("%(n)s day", "%(n)s days", 2)\n',
    "madang/desk/templates/a.html": "<p>{{ _('Close %(name)s', name=name) }}</p>",
    "madang/staff/actions.py": 'raise Refused("Choose a longer password.", "password")\n',
    "madang/connectors/line/manifest.toml": 'name = "line"\ntitle = "LINE"\nsummary = "Chat on LINE"\n',
    "madang/connectors/line/setup.py": 'FIELDS = (Field("a", "Access token", help="From the console",'
    ' choices=(("x", "First"),)),)\n',
    "madang/desk/tests/test_a.py": '_("Not for people")\n',
}


def test_texts_of_every_source(plant: Plant) -> None:
    found = domains(plant(FILES))
    ours = {message.id for message in found[OURS] if message.id}
    assert ours == {"Hello", ("%(n)s day", "%(n)s days"), "Close %(name)s", "Choose a longer password."}
    theirs = {message.id for message in found[LINE] if message.id}
    assert theirs == {"LINE", "Chat on LINE", "Access token", "From the console", "First"}


def test_a_text_without_korean_is_found_and_keeps_what_was_translated(plant: Plant) -> None:
    tree = plant(FILES)
    template = domains(tree)[OURS]
    assert any("'Hello'" in line for line in translations.check(tree))
    for language in ("ko", "en"):
        renew(tree, OURS, template, language)
    assert not list(faults(template, load(file_of(tree.root, OURS, "en"), "en")))
    path = file_of(tree.root, OURS, "ko")
    path.write_text(
        path.read_text("utf-8").replace('msgid "Hello"\nmsgstr ""', 'msgid "Hello"\nmsgstr "안녕하세요"'), "utf-8"
    )
    renew(tree, OURS, template, "ko")
    assert len(list(faults(template, load(path, "ko")))) == 3


@pytest.mark.parametrize(
    ("message", "string", "flags"),
    [
        ("Close %(name)s", "닫기", ()),
        ("Close", "%(what)s 닫기", ()),
        ("Close", "닫기", ("fuzzy",)),
        ("Close", "", ()),
        (("%(n)s day", "%(n)s days"), ("일",), ()),
    ],
)
def test_broken_translations(message: str | tuple[str, str], string: str, flags: tuple[str, ...]) -> None:
    template, korean = Catalog(), Catalog(locale="ko")
    template.add(message, locations=[("a.py", 1)])
    korean.add(message, string, flags=flags)
    assert list(faults(template, korean))


@pytest.mark.parametrize(("string", "wrong"), [("Give LINE this address.", 1), ("LINE에 이 주소를 알려 주세요.", 0)])
def test_a_sentence_that_was_left_in_english(string: str, wrong: int) -> None:
    template, korean = Catalog(), Catalog(locale="ko")
    for message, said in (
        ("Give LINE this address.", string),
        ("HT-Client-Id", "HT-Client-Id"),
        ("Auth token", "Auth token"),
    ):
        template.add(message, locations=[("a.py", 1)])
        korean.add(message, said)
    assert len(list(faults(template, korean))) == wrong


def test_one_text_in_two_ways() -> None:
    house, line, board = (Catalog(locale="ko") for _ in range(3))
    for catalogue, said in ((house, "메신저"), (line, "Messenger"), (board, "메신저")):
        catalogue.add("Messenger", said)
    found = list(otherwise([("house", house), ("line", line), ("board", board)]))
    assert found == ["line: 'Messenger' is said otherwise in house"]


def test_a_translation_of_nothing() -> None:
    korean = Catalog(locale="ko")
    korean.add("Gone", "없음")
    assert list(faults(Catalog(), korean))


@pytest.mark.parametrize("bad", ["<p>Close it</p>", '<button aria-label="Close">x</button>', "<b>닫기</b>"])
def test_words_that_cannot_be_translated(plant: Plant, bad: str) -> None:
    found = list(hard_coded.check(plant({"madang/desk/templates/a.html": f"\n{bad}"})))
    assert [line.split(" says")[0] for line in found] == ["madang/desk/templates/a.html:2"]


def test_words_that_need_no_translation() -> None:
    good = "<p>{{ _('Close it') }} &nbsp; {% trans %}Now{% endtrans %} Madang · ⌘K</p><code>rm -r</code>{# why #}"
    assert hard_coded.said(good) == []
    classes = "{% block body_class %}door{% endblock %}{% macro told(a) %} aria-invalid='true'{% endmacro %}"
    assert hard_coded.said(classes) == []


@pytest.mark.parametrize(
    "bad", ['_(f"Close {name}")', 'Refused(f"No {x}.", "x")', '_("Close " + name)', '_("{}".format(x))']
)
def test_texts_with_cut_holes(plant: Plant, bad: str) -> None:
    assert list(glued_words.check(plant({"madang/desk/a.py": f"{bad}\n"})))


def test_texts_with_named_holes(plant: Plant) -> None:
    good = 'Refused(_("No %(x)s.") % {"x": x}, "x")\n_("Close")\n_(message)\n'
    tree = plant({"madang/desk/a.py": good, "madang/api/a.py": 'Refused(f"No {x}.")\n'})
    assert not list(glued_words.check(tree))
