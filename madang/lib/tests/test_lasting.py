"""What lasts is not looked at again, and the collector works afterwards, whatever happened."""

from __future__ import annotations

import gc
import subprocess
import sys

import pytest

from madang.lib.lasting import lasting

LOADED = """
import gc
from madang.lib.lasting import lasting
before = len(gc.get_objects())
with lasting():
    kept = [[] for _ in range(100_000)]
print(len(gc.get_objects()) < before, gc.isenabled())
"""


def test_the_collector_looks_at_nothing_that_was_loaded() -> None:
    told = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, text=True, check=True).stdout
    assert told.split() == ["True", "True"]


def test_it_works_again_after_something_could_not_be_loaded() -> None:
    with pytest.raises(ImportError), lasting():
        raise ImportError
    assert gc.isenabled()
