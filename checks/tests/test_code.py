"""The checks on code find what they are for, and leave alone what is right."""

from __future__ import annotations

import pytest

from checks import docstrings, names, private_paths, sql_strings
from checks.tests.conftest import Plant


def test_names_that_say_nothing(plant: Plant) -> None:
    found = list(names.check(plant({"madang/utils.py": "", "madang/core/mail.py": "", "madang/clock.py": ""})))
    assert len(found) == 2


def test_a_module_without_a_docstring(plant: Plant) -> None:
    tree = plant({"madang/a.py": "x = 1\n", "madang/b.py": '"""Says."""\n', "madang/__init__.py": ""})
    assert list(docstrings.check(tree)) == ["madang/a.py has no docstring"]


@pytest.mark.parametrize("bad", ["/" + "root/x", "see https://pypi" + ".org/project/x", "DATA=/" + "work/main"])
def test_the_machine_it_was_made_on(plant: Plant, bad: str) -> None:
    assert next(iter(private_paths.check(plant({"README.md": f"first\n{bad}\n"})))).startswith("README.md:2 names ")
    assert not list(private_paths.check(plant({"README.md": "the path /var/lib/madang and net" + "work/x\n"})))


@pytest.mark.parametrize(
    "bad",
    [
        'text(f"select * from {table}")',
        'tx.execute("select %s" % value)',
        'connection.fetch("select " + value)',
        'text("select {}".format(value))',
        "text(query)",
    ],
)
def test_sql_from_strings(plant: Plant, bad: str) -> None:
    assert list(sql_strings.check(plant({"madang/desk/a.py": f"from sqlalchemy import text\n{bad}\n"})))


def test_sql_with_bound_values(plant: Plant) -> None:
    good = 'tx.execute(text("select :a" " from b"), {"a": 1})\nfetch(url)\ntext("a" + "b")\ntext(ALL)\n'
    assert not list(sql_strings.check(plant({"madang/desk/a.py": good})))
