"""The short form of `bin/faults`: kills, failing providers, a full disk, a clock that jumps, and the books balance."""

from __future__ import annotations

import asyncio
import json
import sys
from asyncio.subprocess import PIPE, STDOUT
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent.parent


async def test_nothing_is_lost_doubled_or_stuck_whatever_breaks() -> None:
    command = (sys.executable, "-m", "tests.faults", "--seed", "3", "--messages", "120", "--kills", "6")
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=PIPE, stderr=STDOUT)
    told = (await process.communicate())[0].decode()
    print(told)  # shown when the test fails
    last = json.loads(told.strip().rpartition("\n")[2])
    assert process.returncode == 0
    assert (last["accepted"], last["present"], last["replies"]) == (120, 120, 120)
    assert (last["lost"], last["doubled"], last["stuck"]) == (0, 0, 0)
    assert last["sent"] + last["unsure"] + last["failed"] == 120
