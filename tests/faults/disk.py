"""A small disk for the database, which can be full: a file system in a file, else one in memory. Both need root."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

SIZE = 2 << 30  # bytes: PostgreSQL keeps up to 1 GB of its log before it tidies up


@dataclass
class Disk:
    """``path`` is where the data may lie; ``kind`` says what it is, '' where no small disk could be made."""

    path: Path
    kind: str
    image: Path | None = None

    @property
    def ballast(self) -> Path:
        """What fills it."""
        return self.path / "ballast"

    def fill(self) -> None:
        """Until not another byte goes on it."""
        with open(self.ballast, "wb", buffering=0) as file, contextlib.suppress(OSError):
            size = os.statvfs(self.path).f_bavail * os.statvfs(self.path).f_frsize
            while size > 4096:
                try:
                    os.posix_fallocate(file.fileno(), os.fstat(file.fileno()).st_size, size)
                except OSError as error:
                    if error.errno != errno.ENOSPC:
                        raise
                    size //= 2
            while file.write(b"\0" * 4096):
                pass

    def free(self) -> None:
        """Make room again."""
        self.ballast.unlink(missing_ok=True)

    def remove(self) -> None:
        """Take it away with all that is on it."""
        if self.kind:
            subprocess.run(["umount", "-l", str(self.path)], check=False, capture_output=True)
        shutil.rmtree(self.path, ignore_errors=True)
        if self.image:
            self.image.unlink(missing_ok=True)


def small_disk() -> Disk:
    """A disk of :data:`SIZE`, or an ordinary folder where none can be made."""
    path = Path(tempfile.mkdtemp(prefix="madang-disk-"))
    path.chmod(0o711)
    image = path.with_suffix(".img")
    image.touch()
    os.truncate(image, SIZE)
    if _do("mkfs.ext4", "-q", "-m", "0", image) and _do("mount", "-o", "loop", image, path):
        path.chmod(0o711)
        return Disk(path, "ext4 on a loop device", image)
    image.unlink()
    if _do("mount", "-t", "tmpfs", "-o", f"size={SIZE},mode=711", "tmpfs", path):
        return Disk(path, "tmpfs")
    return Disk(path, "")


def _do(*words: str | Path) -> bool:
    try:
        return subprocess.run([str(word) for word in words], check=False, capture_output=True).returncode == 0
    except OSError:
        return False
