"""What the docs leave out or invent is found."""

from __future__ import annotations

import re

import click
import pytest

from checks import (
    dependencies,
    docs_cli,
    docs_connectors,
    docs_events,
    docs_links,
    docs_security,
    docs_settings,
    event_kinds,
    licences,
    settings_used,
)
from checks.tests.conftest import Plant
from madang.settings import Setting

SETTINGS = (Setting("MADANG_PORT", "int", "8000", "", False), Setting("MADANG_KEY", "str", "", "", True))


def test_settings(plant: Plant) -> None:
    assert not list(docs_settings.compare("`MADANG_PORT` `MADANG_KEY` `MADANG_KEY_FILE`", SETTINGS))
    assert len(list(docs_settings.compare("`MADANG_PORTS` `MADANG_KEY`", SETTINGS))) == 2
    tree = plant({docs_settings.PAGE: "", "README.md": "set MADANG_NONSENSE=1"})
    assert "README.md names MADANG_NONSENSE, which is no setting" in list(docs_settings.check(tree))


def test_a_setting_nobody_reads(plant: Plant) -> None:
    tree = plant({"madang/app.py": "settings.port\n", "madang/settings.py": "settings.key\n"})
    assert list(settings_used.unread(tree, ["port", "key"])) == ["nothing reads the setting MADANG_KEY"]


def test_events(plant: Plant) -> None:
    kinds = 'class Kind(StrEnum):\n    A = "a.done"\n    B = "b.done"\n'
    page = "| `a.done` | when a is done |\n| `c.done` | never |\n"
    assert len(list(docs_events.check(plant({event_kinds.KINDS: kinds, docs_events.PAGE: page})))) == 2


@click.command()
@click.option("--limit")
def _list(limit: str) -> None:
    pass


@pytest.mark.parametrize(
    ("page", "problems"),
    [
        ("## `madang list NAME`\n\n`--limit N` stops there.\n", 0),
        ("## `madang list`\n", 1),
        ("", 1),
        ("## `madang list`\n\n`--limit`\n\n## `madang fly`\n", 1),
    ],
)
def test_verbs(page: str, problems: int) -> None:
    assert len(list(docs_cli.compare(page, {"madang list": _list}))) == problems


def test_verbs_of_groups_have_their_full_name() -> None:
    token = click.Group("token", commands={"create": _list})
    assert [name for name, _ in docs_cli.verbs(token, "madang token")] == ["madang token create"]


def test_connectors(plant: Plant) -> None:
    files = {"madang/connectors/line/manifest.toml": "", docs_connectors.PAGE: "nothing"}
    assert len(list(docs_connectors.check(plant(files)))) == 2
    files["madang/connectors/line/README.md"] = "# LINE\n## Set up\n## Remove\n"
    files["madang/connectors/line/README.ko.md"] = "# LINE\n## 연결하기\n키\n## 연결 끊기\n끊어요\n"
    files[docs_connectors.PAGE] = "[LINE](../madang/connectors/line/README.md)"
    assert not list(docs_connectors.check(plant(files)))


@pytest.mark.parametrize(
    "korean",
    [
        None,  # nobody has written one
        "# LINE\n## 연결하기\n키를 넣어요\n",  # a part is missing
        "# LINE\n## 연결하기\n키를 넣어요\n## Remove\nTake it out.\n",  # one was left as it is
    ],
)
def test_a_connector_whose_set_up_a_korean_cannot_read(plant: Plant, korean: str | None) -> None:
    folder = "madang/connectors/line"
    files = {f"{folder}/manifest.toml": "", f"{folder}/README.md": "# LINE\n## Set up\nKeys\n## Remove\nOut\n"}
    files[docs_connectors.PAGE] = f"[LINE](../{folder}/README.md)"
    if korean is not None:
        files[f"{folder}/README.ko.md"] = korean
    (fault,) = docs_connectors.check(plant(files))
    assert fault.startswith(f"{folder}/README.ko.md")


def test_links(plant: Plant) -> None:
    tree = plant(
        {"docs/a.md": "[b](b.md#part) [up](../README.md) [out](https://example.com) [here](#a)", "docs/b.md": ""}
    )
    assert list(docs_links.check(tree)) == ["docs/a.md links ../README.md, which is not there"]


def test_dependencies(plant: Plant) -> None:
    pyproject = '[project]\ndependencies = ["Jinja2>=3", "asyncpg"]\n'
    page = "| `jinja2` | pages |\n| `redis` | none |\n"
    files = {"pyproject.toml": pyproject, dependencies.PAGE: page, "madang/a.py": "import asyncpg\n"}
    found = list(dependencies.check(plant(files)))
    assert [line.split()[-1] for line in found[:2]] == ["asyncpg", "dependency"]
    assert found[2] == "nothing imports jinja2; take it out of pyproject.toml"


@pytest.mark.parametrize(
    ("terms", "fine"),
    [
        ("MIT", True),
        ("GPL-2.0-or-later OR BSD-3-Clause", True),
        ("LGPL-3.0", True),
        ("GNU Lesser General Public License v3 (LGPLv3)", True),
        ("GPL-3.0-only", False),
        ("AGPL-3.0", False),
        ("GNU General Public License v3 (GPLv3)", False),
        ("", False),
    ],
)
def test_licences(terms: str, fine: bool) -> None:
    assert (not list(licences.judge("x", terms))) == fine


def test_security(plant: Plant) -> None:
    page = "| T1 | injection | `a/tests/test_a.py` |\n| T2 | ids | `a/tests/test_gone.py` |\n| T3 | mass | |\n"
    files = {docs_security.PAGE: page, "a/tests/test_a.py": '"""T1."""\n', "a/tests/test_b.py": '"""T5."""\n'}
    found = list(docs_security.check(plant(files)))
    assert [re.findall(r"T\d", line)[0] for line in found] == ["T5", "T2", "T3"]
