"""What the programs of the house write about themselves: one line an occurrence, on stderr.

What a line is about goes beside its message, `log.info("mail taken in", extra={"channel": 3})`, so that a collector can
filter by it. Never a secret, never what a customer wrote. What is done for one request says `request=<id>`; a batch
says `requests=<id>,<id>`: one id finds the whole way of a message (docs/operate.md).
"""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Any

from madang.lib import trace

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
_CONTROL = {code: f"\\x{code:02x}" for code in (*range(32), *range(127, 160))} | {10: "\\n", 13: "\\r", 9: "\\t"}
_NOISY = ("httpx", "httpcore", "asyncio", "alembic", "aiosmtpd", "mail.log", "imapclient", "uvicorn")


def configure(form: str, level: str, process: str) -> None:
    """Send all logging of this process, named `process` in each line, to stderr; `form` is "text" or "json"."""
    root = logging.getLogger()
    for handler in [one for one in root.handlers if isinstance(one.formatter, Json | Text)]:
        root.removeHandler(handler)  # set up anew
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Json(process) if form == "json" else Text(process))
    root.addHandler(handler)
    root.setLevel(level.upper())
    logging.captureWarnings(True)
    for name in _NOISY:
        logging.getLogger(name).setLevel(logging.DEBUG if level == "debug" else logging.WARNING)


def about(record: logging.LogRecord) -> dict[str, Any]:
    """What was given as `extra`, and the id of the request it was done for."""
    given = {name: value for name, value in vars(record).items() if name not in _STANDARD}
    request = trace.current()
    return given | {trace.KEY: request} if request and "requests" not in given else given


def _shown(value: Any) -> str:
    """`a,b` for a list, `a:1,b:2` for a mapping: one word that grep finds."""
    if isinstance(value, dict):
        return ",".join(f"{key}:{one}" for key, one in value.items())
    return ",".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


class Text(logging.Formatter):
    """`12:03:04 web info  mail taken in channel=3`. Nothing a sender wrote can begin a line of its own."""

    def __init__(self, process: str) -> None:
        super().__init__()
        self.process = process

    def format(self, record: logging.LogRecord) -> str:
        clock = datetime.fromtimestamp(record.created).strftime("%H:%M:%S")
        told = " ".join([record.getMessage(), *(f"{name}={_shown(value)}" for name, value in about(record).items())])
        line = f"{clock} {self.process:<6} {record.levelname.lower():<7} {told.translate(_CONTROL)}"
        if record.exc_info:
            line += "\n" + self.formatException(record.exc_info)
        return line


class Json(logging.Formatter):
    """One JSON object a line: time, level, process, logger, message, what it is about, and the traceback if any."""

    def __init__(self, process: str) -> None:
        super().__init__()
        self.process = process

    def format(self, record: logging.LogRecord) -> str:
        line = about(record) | {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "process": self.process,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)
