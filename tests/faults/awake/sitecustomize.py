"""For Python under libfaketime: `time.sleep` waits until a time of CLOCK_MONOTONIC, which that library reckons wrongly.

It ends with "Invalid argument" then. Waiting for a while, as `select` does, is left alone. On the path of jumpy.py's
children only.
"""

import select
import time


def sleep(seconds: float) -> None:
    """As `time.sleep`, signals included."""
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        select.select([], [], [], left)


time.sleep = sleep
