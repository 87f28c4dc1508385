"""A write beside the verbs is found, whichever way it is written."""

from __future__ import annotations

import pytest

from checks import writers
from checks.tests.conftest import Plant
from checks.tree import Tree

BAD = [
    "from sqlalchemy import update\nupdate(Thing).values(a=1)\n",
    "from sqlalchemy.dialects.postgresql import insert as put\nput(Thing)\n",
    'SQL = "insert into message (a) values (:a)"\n',
    'SQL = """with a as (select 1)\nupdate conversation c set a = 1 """\n',
    'SQL = "delete from session where true"\n',
]


def found(tree: Tree) -> list[str]:
    return [line for line in writers.check(tree) if "writes to the database" in line]


@pytest.mark.parametrize("bad", BAD)
def test_only_actions_write(plant: Plant, bad: str) -> None:
    assert found(plant({"madang/desk/inbox.py": bad}))
    lawful = {"madang/staff/actions.py": bad, "madang/staff/actions/users.py": bad, "madang/desk/tests/test_a.py": bad}
    assert len(found(plant(lawful))) == 1  # still the one in desk


def test_words_and_methods_that_only_sound_like_it(plant: Plant) -> None:
    good = 'names.update(x=1)\n"To update your set, press delete from the menu."\n'
    assert not found(plant({"madang/desk/inbox.py": good}))


def test_a_permission_nobody_needs_any_more(plant: Plant) -> None:
    assert "checks/writers.py allows madang/worker.py, which is not there any more" in list(writers.check(plant({})))
