"""Where the embedded cluster lives and as whom it runs.

PostgreSQL refuses to run as root, so root's runs as another user; that user must be able to pass every directory on the
way, and root's home usually forbids it. Parents are never changed: what cannot be reached is placed where it can.
"""

from __future__ import annotations

import hashlib
import os
import pwd
import secrets
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from madang.lib.processes import FileLock

REACHABLE_BASE = Path("/var/lib/madang")
_SOCKET_NAME = ".s.PGSQL.65535"  # the longest there is
_LONGEST_SOCKET_PATH = 103  # bytes: 107 on Linux, 103 on macOS and the BSDs


class PostgresError(Exception):
    """The embedded database cannot be used; the message says why and what to do."""


@dataclass(frozen=True)
class Account:
    """The user PostgreSQL runs as; None stands for the one we are."""

    uid: int
    gid: int

    def process(self) -> dict[str, Any]:
        """Arguments for `subprocess` that start a program as this user."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def reaches(self, path: Path) -> bool:
        """Whether this user can pass every directory on the way to `path` and enter it (access lists included)."""
        checked = subprocess.run(["test", "-x", str(path)], cwd="/", check=False, **self.process())
        return checked.returncode == 0


@dataclass(frozen=True)
class Home:
    """The directory of one cluster: cluster/, server.log, the locks and, when its path is short enough, the socket."""

    path: Path
    account: Account | None

    @property
    def cluster(self) -> Path:
        return self.path / "cluster"

    @property
    def log(self) -> Path:
        return self.path / "server.log"

    @property
    def name(self) -> str:
        """Stands in the title of each of the cluster's processes, so that orphans can be told from strangers."""
        return "madang-" + hashlib.sha256(os.fsencode(self.path)).hexdigest()[:16]

    def process(self) -> dict[str, Any]:
        """How to start the cluster's programs: our user, a clean environment, and no directory held open."""
        environment = {"PATH": os.defpath, "LANG": "C", "LC_ALL": "C", "TZ": "UTC"}
        return {"cwd": "/", "env": environment, **(self.account.process() if self.account else {})}

    def socket_directory(self) -> Path:
        """A directory of 0700 for the socket: the home itself or, when its path is too long, one in /tmp."""
        if len(os.fsencode(self.path / _SOCKET_NAME)) <= _LONGEST_SOCKET_PATH:
            return self.path
        short = Path("/tmp") / self.name  # noqa: S108 (made for us alone, and its owner is looked at below)
        short.mkdir(mode=0o700, exist_ok=True)
        self.give(short)
        return short

    def give(self, path: Path) -> None:
        """Make a directory the cluster's own. Refuses one that somebody else put in its place."""
        owner, expected = path.lstat().st_uid, self.account.uid if self.account else os.geteuid()
        if path.is_symlink() or owner not in {expected, os.geteuid()}:
            raise PostgresError(f"{path} belongs to user {owner}, not to the database. Remove it and start again.")
        if self.account:
            os.chown(path, self.account.uid, self.account.gid)
        path.chmod(0o700)


def find_home(data: Path) -> Home | None:
    """The home made earlier for this data directory, None when there is none yet."""
    pointer = _pointer(data)
    try:
        path = Path(pointer.read_text("utf-8").strip()) if pointer.exists() else data / "postgres"
        if not path.is_dir():
            return None
        return Home(path.resolve(), _account_of(path))
    except PermissionError as error:
        raise PostgresError(f"The database of {data} belongs to another user: {error}") from None


def make_home(data: Path) -> Home:
    """The home of this data directory, made where the database's user can reach it."""
    if found := find_home(data):
        return _checked(found, data)
    if not data.is_dir():
        raise PostgresError(f"{data} is no directory. Make it, or name another with MADANG_DATA.")
    lock = FileLock(data / "postgres.lock")
    while not lock.take("first start"):
        time.sleep(0.02)
    try:
        return find_home(data) or _make(data)
    finally:
        lock.release()


def reachable_directory() -> Path:
    """A place of root's that every user can pass through, for what PostgreSQL must reach."""
    try:
        REACHABLE_BASE.mkdir(mode=0o755, parents=True, exist_ok=True)
    except OSError as error:
        raise PostgresError(
            f"PostgreSQL does not run as root and its user can neither reach the data directory nor {REACHABLE_BASE} "
            f"({error}). Start Madang as an ordinary user, name a directory others may pass through with "
            "MADANG_DATA, or use another server with DATABASE_URL."
        ) from None
    return REACHABLE_BASE


def _pointer(data: Path) -> Path:
    return data / "postgres.location"


def _make(data: Path) -> Home:
    account = _unprivileged() if os.geteuid() == 0 else None
    return _make_inside(data, account) or _make_elsewhere(data, account)


def _make_inside(data: Path, account: Account | None) -> Home | None:
    path = data / "postgres"
    if account and not account.reaches(data):
        return None
    try:
        path.mkdir(mode=0o700)
        home = Home(path.resolve(), account)
        home.give(path)
    except PermissionError as error:
        if account:  # a file system that lets nobody own files: a network share, a folder of the host
            return None
        raise PostgresError(f"{path} cannot be made: {error}. Name another directory with MADANG_DATA.") from None
    return home


def _make_elsewhere(data: Path, account: Account | None) -> Home:
    """A fresh name each time: a data directory that was deleted and made anew must not find its old rows again."""
    path = reachable_directory() / f"{data.name}-{secrets.token_hex(4)}"
    path.mkdir(mode=0o700)
    home = Home(path, account)
    home.give(path)
    _pointer(data).write_text(f"{path}\n", "utf-8")
    return home


def _account_of(path: Path) -> Account | None:
    """Root's cluster keeps the user it was made as; any other user can only run its own."""
    status = path.stat()
    if os.geteuid() != 0:
        return None
    return Account(status.st_uid, status.st_gid) if status.st_uid else _unprivileged()


def _checked(home: Home, data: Path) -> Home:
    owner = home.path.stat().st_uid
    if home.account is None and owner != os.geteuid():
        raise PostgresError(f"The database in {home.path} belongs to user {owner}. Start Madang as that user.")
    if home.account:
        home.give(home.path)
        if not home.account.reaches(home.path):
            raise PostgresError(
                f"User {home.account.uid}, who runs the database, can no longer reach {home.path}. Allow others to "
                f"pass through the directories above it (chmod o+x), or move {data} to where they can."
            )
    return home


def _unprivileged() -> Account:
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid)
    raise PostgresError(
        "PostgreSQL does not run as root, and there is no user postgres or nobody to run it as. Start Madang as an "
        "ordinary user, or use another server with DATABASE_URL."
    )
