"""`madang`, whose children live by another clock: `python jumpy.py run …`.

This process itself stays out of it: a preloaded library works from the start of a program on, so putting it into the
environment reaches the children alone. PostgreSQL is given a clean environment, to which it has to be added.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from madang.cli import main
from madang.lib.postgres_home import Home

PREFIX = "JUMPY_"
PRELOAD = {name.removeprefix(PREFIX): value for name, value in os.environ.items() if name.startswith(PREFIX)}
_process = Home.process


def process(self: Home) -> dict[str, Any]:
    """The cluster's programs, with the clock."""
    made = _process(self)
    return made | {"env": made["env"] | PRELOAD}


Home.process = process  # type: ignore[method-assign]
os.environ.update(PRELOAD)
if PRELOAD:
    path = [str(Path(__file__).with_name("awake")), os.environ.get("PYTHONPATH", "")]
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, path))
main()
