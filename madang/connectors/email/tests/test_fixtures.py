"""Mails as the clients really send them, and what each comes to."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from madang.connectors.email.inspection import inspect

FIXTURES = Path(__file__).parent.parent / "fixtures"
MAILS = sorted(path.stem for path in FIXTURES.glob("*.eml"))


@pytest.mark.parametrize("name", MAILS)
def test_a_mail_means_what_its_json_says(name: str) -> None:
    expected = json.loads((FIXTURES / f"{name}.mail.expected.json").read_text("utf-8"))
    assert inspect((FIXTURES / f"{name}.eml").read_bytes()) == expected


def test_every_expectation_has_its_mail() -> None:
    assert sorted(path.name.partition(".mail.")[0] for path in FIXTURES.glob("*.mail.expected.json")) == MAILS
    assert len(MAILS) > 20
