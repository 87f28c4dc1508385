"""A house that does not come up leaves nothing behind."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from tests import house
from tests.house import House

pytestmark = pytest.mark.slow

WAITS = "print('getting up', flush=True); time.sleep(600)"
DEAF = f"import signal, time; signal.signal(signal.SIGINT, signal.SIG_IGN); {WAITS}"


@pytest.mark.parametrize("program", [f"import time; {WAITS}", DEAF])
async def test_one_that_is_not_ready_in_time_is_ended(
    program: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(house, "PATIENCE", 1)
    monkeypatch.setattr(house, "FAREWELL", 1)
    monkeypatch.setattr(House, "command", (sys.executable, "-c", program))
    slow = House(tmp_path)
    with pytest.raises(AssertionError, match="getting up"):
        await slow.start()
    assert slow._process is not None
    with pytest.raises(ProcessLookupError):
        os.kill(slow._process.pid, 0)
