"""Before a process works with an S3-compatible store: whether it lets us."""

from __future__ import annotations

import asyncio
import logging

from madang.settings import Settings, SettingsError

log = logging.getLogger("madang.files")


def reach_files(settings: Settings) -> None:
    """Raise SettingsError where the store refuses us.

    That it does not answer is only said: words are taken in and go out without it, and what needs it waits.
    """
    if not settings.files_url:
        return
    from madang.ground import files_of
    from madang.lib.files import Unavailable

    try:
        log.info("%s", asyncio.run(files_of(settings).check()))
    except Unavailable as error:
        if error.refused:
            raise SettingsError(str(error)) from None
        log.error("%s Messages go on; their files wait until it does.", error)
