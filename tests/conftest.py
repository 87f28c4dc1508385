"""What every test of the whole house may ask for."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from madang.conftest import nothing_keeps_running, pytest_ignore_collect
from tests.house import House

__all__ = ["house", "nothing_keeps_running", "pytest_ignore_collect"]


@pytest.fixture
async def house() -> AsyncIterator[House]:
    """A fresh Madang, started; stopped at the end."""
    data = Path(tempfile.mkdtemp(prefix="madang-house-"))
    data.chmod(0o711)
    made = House(data)
    await made.start()
    yield made
    code = await made.stop()
    print("\n".join(made.told[-60:]))  # shown when the test fails
    assert code == 0
    shutil.rmtree(data)
