"""What every test of staff has."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from madang.staff.tests.people import cheap_passwords


@pytest.fixture(scope="package", autouse=True)
def quick() -> Iterator[None]:
    """Passwords cost little here."""
    with cheap_passwords():
        yield
