"""Files by content, in a directory or in an S3-compatible store; a stream in, a stream out."""

from __future__ import annotations

from pathlib import Path

from madang.lib.files.port import Files as Files
from madang.lib.files.port import FilesError as FilesError
from madang.lib.files.port import Missing as Missing
from madang.lib.files.port import TooLarge as TooLarge
from madang.lib.files.port import Unavailable as Unavailable
from madang.lib.files.remote import Remote as Remote


def open_files(folder: Path, remote: Remote | None = None) -> Files:
    """The store: ``folder``, or ``remote`` with ``folder`` for what is on its way there. Connects when first used."""
    if remote is None:
        from madang.lib.files.directory import Directory

        return Directory(folder)
    from madang.lib.files.s3 import S3

    return S3(remote, folder)
