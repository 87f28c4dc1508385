"""Processes of ours that end with whoever started them."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from collections.abc import Callable
from typing import Any

_PR_SET_PDEATHSIG = 1


def command(*arguments: str) -> list[str]:
    """How this very Madang is called (-P: never one that lies in the current directory)."""
    return [sys.executable, "-P", "-m", "madang", *arguments]


def end_with_parent() -> Callable[[], Any] | None:
    """What a new child does first: ask the kernel for SIGTERM when its parent dies, however that happens (Linux)."""
    if sys.platform != "linux":
        return None
    libc, parent = ctypes.CDLL(None), os.getpid()

    def ask() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # it died before we could ask
            os._exit(1)

    return ask
