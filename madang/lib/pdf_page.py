"""The first page of a PDF as a picture, drawn by a program of its own: who sends a file chooses what reading it costs.

The drawing is C++ that reads what a stranger wrote. So it happens in a process that ends with the page, sees neither
our keys nor our database, and is given so much memory, processor and time, and no more (madang/lib/pdf_drawing.py).
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import sys

from madang.lib.offspring import end_with_parent
from madang.lib.pdf_drawing import NONE

log = logging.getLogger("madang.pdf")

PATIENCE = 15.0  # seconds: above the processor it may use, so that a busy machine is not taken for a bad file
ITS_FAULT = {getattr(signal, f"SIG{name}") for name in ("SEGV", "BUS", "ABRT", "FPE", "ILL", "TRAP", "XCPU")}
PASSED_ON = ("LD_LIBRARY_PATH",)  # some Pythons do not start without it; nothing else of ours is told
COMMAND = (sys.executable, "-I", "-m", "madang.lib.pdf_drawing")


async def first_page(content: bytes) -> bytes | None:
    """A WebP; b"" for a file that never has one (broken, locked, too costly); None when it did not come now."""
    child = await asyncio.create_subprocess_exec(
        *COMMAND,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env={name: os.environ[name] for name in PASSED_ON if name in os.environ},
        cwd="/",
        preexec_fn=end_with_parent(),
    )
    try:
        async with asyncio.timeout(PATIENCE):
            made, _errors = await child.communicate(content)
    except TimeoutError:
        log.warning("a first page was not drawn in %d s", PATIENCE)
        return None
    finally:
        with contextlib.suppress(ProcessLookupError):
            child.kill()
        code = await child.wait()
    return made if code == 0 and made else _without(code)


def _without(code: int) -> bytes | None:
    if code == NONE or -code in ITS_FAULT:
        return b""
    log.warning("the program that draws first pages ended with %d", code)
    return None
