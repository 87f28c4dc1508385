"""One cluster on disk: made whole or not at all, started, found running, cleared of what a crash left, stopped."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from madang.lib.postgres_access import Listen, rules, verifier
from madang.lib.postgres_binaries import Binaries
from madang.lib.postgres_home import Home, PostgresError
from madang.lib.processes import arguments_of, commands, ending, exists

NAME = "madang"  # of the role and of the database
PORT = 5432  # also without TCP: the socket is called after it

_CONFIGURATION = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "max_connections": "100",
    "max_wal_size": "2GB",
    "wal_compression": "on",
    "random_page_cost": "1.1",
    "jit": "off",
    "log_checkpoints": "off",
}
_LOG_LIMIT = 10_000_000  # bytes of server.log after which the next start begins a new one


class Postmaster(NamedTuple):
    """What PostgreSQL says of itself in postmaster.pid."""

    pid: int
    socket_directory: str
    status: str
    port: int = PORT
    listens: str = ""  # the first address it is reached at over TCP

    @property
    def url(self) -> str:
        port = "" if self.port == PORT else f"&port={self.port}"
        return f"postgresql://{NAME}@/{NAME}?host={quote(self.socket_directory, safe='/')}{port}"


def major_of(home: Home) -> int | None:
    """The PostgreSQL major version a cluster was made with; None when there is none yet."""
    try:
        return int((home.cluster / "PG_VERSION").read_text("ascii"))
    except FileNotFoundError:
        return None


def memory(total: int) -> dict[str, str]:
    """What PostgreSQL may use of a machine's ``total`` bytes: a small part, for it shares them with all else.

    A sixteenth as its own cache (128 MB to 1 GB; a page counts once used), half taken for the kernel's cache.
    """
    mib = total // 2**20
    return {"shared_buffers": f"{min(1024, max(128, mib // 16))}MB", "effective_cache_size": f"{max(256, mib // 2)}MB"}


def postmaster(home: Home) -> Postmaster | None:
    """The running server of this cluster, None when there is none (a file a dead one left counts for nothing)."""
    noted = _noted(home)
    if noted is None or not _serves(noted.pid, home):
        return None
    return noted


def create(home: Home, binaries: Binaries, *, durable: bool) -> None:
    """Make the cluster and our database in it. Killed half-way, the next start begins anew."""
    draft = home.path / "cluster.new"
    shutil.rmtree(draft, ignore_errors=True)
    options = [f"--username={NAME}", "--auth=trust", "--encoding=UTF8", *_locale(binaries.major)]
    options += [] if durable else ["--no-sync"]
    _run([binaries.bin / "initdb", "-D", draft, *options], home)
    _single(home, binaries, draft, "postgres", f"CREATE DATABASE {NAME}", durable=durable)
    draft.rename(home.cluster)


def set_password(home: Home, binaries: Binaries, password: str) -> None:
    """Let our role in by this password. The server does not run yet."""
    _single(home, binaries, home.cluster, NAME, f"ALTER ROLE {NAME} PASSWORD '{verifier(password)}'")


def launch(home: Home, binaries: Binaries, *, durable: bool, listen: Listen | None = None) -> subprocess.Popen[bytes]:
    """Start the server as a process of its own, out of reach of a terminal's Ctrl-C. It is not ready yet."""
    access = home.path / "pg_hba.conf"
    access.write_text(rules(NAME, listen), "ascii")
    settings = _CONFIGURATION | {"unix_socket_directories": str(home.socket_directory()), "cluster_name": home.name}
    settings |= {"hba_file": str(access), **(listen.settings() if listen else {})}
    if durable:
        settings |= memory(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
    else:
        settings |= {"fsync": "off", "full_page_writes": "off", "max_wal_size": "128MB"}
    options = [text for name, value in settings.items() for text in ("-c", f"{name}={value}")]
    if home.log.exists() and home.log.stat().st_size > _LOG_LIMIT:
        home.log.replace(home.log.with_suffix(".log.1"))
    with open(home.log, "ab") as log:
        return subprocess.Popen(
            [binaries.bin / "postgres", "-D", home.cluster, *options],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            **home.process(),
        )


def clear_after_crash(home: Home) -> None:
    """End what outlived its postmaster, and drop lock files whose number is a dead or a strange process's by now.

    Otherwise they stay: PostgreSQL reads from them which shared memory the dead server left, and frees that.
    """
    _end_orphans(home)
    for file in (home.cluster / "postmaster.pid", *home.socket_directory().glob(".s.PGSQL.*.lock")):
        _drop_if_taken(file)


def _drop_if_taken(file: Path) -> None:
    pid = _leading_number(file)
    wait(lambda: not ending(pid), 5)
    if pid and exists(pid):
        file.unlink()


def _end_orphans(home: Home) -> None:
    deadline = time.monotonic() + 10
    while orphans := [pid for pid, arguments in commands() if arguments[0].startswith(f"postgres: {home.name}")]:
        for pid in orphans:
            send(pid, signal.SIGKILL)
        if time.monotonic() > deadline:
            raise PostgresError(f"Processes {orphans} of a dead server of {home.cluster} do not end. End them.")
        time.sleep(0.01)


def wait(until: Callable[[], bool], seconds: float) -> bool:
    """Look every 10 ms whether it has come true; False when the time is over."""
    deadline = time.monotonic() + seconds
    while not until():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


def send(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)


def last_lines(home: Home) -> str:
    """The end of the server's log, for an error message."""
    try:
        lines = home.log.read_text("utf-8", "replace").splitlines()
    except OSError:
        return ""
    return "\n".join(lines[-8:])


def _noted(home: Home) -> Postmaster | None:
    try:
        lines = (home.cluster / "postmaster.pid").read_text("utf-8").splitlines()
        return Postmaster(int(lines[0]), lines[4].strip(), lines[7].strip(), int(lines[3]), lines[5].strip())
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (IndexError, ValueError):  # being written at this moment, or the disk was full
        return Postmaster(_leading_number(home.cluster / "postmaster.pid"), "", "starting")


def _leading_number(path: Path) -> int:
    try:
        return int(path.read_text("utf-8").split("\n")[0])
    except (OSError, ValueError):
        return 0


def _serves(pid: int, home: Home) -> bool:
    """Numbers are given out again, above all in containers: only a server on this very directory counts."""
    arguments = arguments_of(pid)
    return "-D" in arguments and str(home.cluster) in arguments


def _single(home: Home, binaries: Binaries, cluster: Path, database: str, sql: str, *, durable: bool = True) -> None:
    """One statement while no server runs."""
    options = ["--single", "-D", str(cluster), "-c", "log_checkpoints=off", *([] if durable else ["-F"])]
    _run([binaries.bin / "postgres", *options, database], home, input_text=f"{sql}\n")


def _locale(major: int) -> list[str]:
    """Sorting by code point, the same on every machine; 17 brought it without the system's locales."""
    if major >= 17:
        return ["--locale-provider=builtin", "--locale=C.UTF-8"]
    return ["--locale=C.UTF-8"]


def _run(command: list[str | Path], home: Home, input_text: str = "") -> None:
    done = subprocess.run(command, input=input_text, capture_output=True, text=True, check=False, **home.process())
    if done.returncode:
        reason = (done.stderr or done.stdout).strip()
        raise PostgresError(f"{Path(command[0]).name} failed in {home.path}:\n{reason}")
