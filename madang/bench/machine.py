"""What machine a run was made on: without it a figure means nothing."""

from __future__ import annotations

import os
import platform
import time
from pathlib import Path
from typing import Any

from sqlalchemy import text

from madang import __version__
from madang.lib.postgres import Database

SETTINGS = (
    "fsync",
    "synchronous_commit",
    "full_page_writes",
    "wal_compression",
    "shared_buffers",
    "work_mem",
    "effective_cache_size",
    "max_wal_size",
    "random_page_cost",
    "jit",
)
SHOW = text("select name, current_setting(name) from unnest(cast(:names as text[])) name")


async def machine(database: Database, data: Path) -> dict[str, Any]:
    """Processor and pace, memory, kernel, file system, versions, PostgreSQL's settings that matter, others at work."""
    load = os.getloadavg()
    async with database.begin() as tx:
        told = {row[0]: row[1] for row in await tx.execute(SHOW, {"names": ["server_version", *SETTINGS]})}
    return {
        "madang": __version__,
        "cpu": _cpu(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "memory_mib": _memory(),
        "kernel": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "postgresql": told.pop("server_version"),
        "settings": told,
        "file_system": _file_system(data),
        "load": [round(one, 2) for one in load],
        "pace": pace(),
    }


def pace() -> float:
    """Milliseconds of processor for a million additions: a lent machine runs at twice this on some days, and so do all
    figures."""
    began, total = time.process_time(), 0
    for one in range(1_000_000):
        total += one
    return round(1000 * (time.process_time() - began), 1)


def others(load: float, cores: int) -> str:
    """A warning when the machine is not ours alone; else empty. Asked before the run puts load on it."""
    if load < 0.5:
        return ""
    return f"load average {load:.1f} on {cores} cores: others are at work here, so the figures are too low"


def _cpu() -> str:
    return _first(Path("/proc/cpuinfo"), "model name") or platform.processor() or platform.machine()


def _memory() -> int:
    kib = _first(Path("/proc/meminfo"), "MemTotal").split(" ")[0]
    return int(kib) // 1024 if kib.isdecimal() else 0


def _first(path: Path, name: str) -> str:
    """The first value of a name in a file of /proc; empty where there is none."""
    try:
        lines = path.read_text("utf-8").splitlines()
    except OSError:
        return ""
    return next((line.partition(":")[2].strip() for line in lines if line.startswith(name)), "")


def _file_system(path: Path) -> str:
    """The type of the file system the data lies on: on one in memory a commit costs nothing, and proves nothing."""
    try:
        mounts = [line.split()[1:3] for line in Path("/proc/mounts").read_text("utf-8").splitlines()]
    except OSError:
        return ""
    holding = [(where, kind) for where, kind in mounts if str(path.absolute()).startswith(where.rstrip("/") + "/")]
    return max(holding, key=lambda mount: len(mount[0]))[1] if holding else ""
