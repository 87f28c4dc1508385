"""What the log says, and what nobody can make it say."""

from __future__ import annotations

import json
import logging
import sys

from madang.logs import Json, Text


def record(message: str, **about: object) -> logging.LogRecord:
    made = logging.makeLogRecord(
        {"name": "madang.intake", "levelno": logging.INFO, "levelname": "INFO", "msg": message}
    )
    vars(made).update(about)
    return made


def test_a_line_says_who_what_and_about_what() -> None:
    line = Text("worker").format(record("mail taken in", channel=3, sender="미나"))
    assert line.endswith(" worker info    mail taken in channel=3 sender=미나")


def test_a_sender_cannot_write_a_line_of_his_own() -> None:
    assert "\n" not in Text("web").format(record("from a\n12:00:00 web    info    signed in", name_="b\x1b[2J"))


def test_json_can_be_filtered_by_what_a_line_is_about() -> None:
    line = json.loads(Json("web").format(record("mail taken in", channel=3)))
    assert (line["level"], line["process"], line["message"], line["channel"]) == ("info", "web", "mail taken in", 3)
    assert line["time"].endswith("+00:00")


def test_a_traceback_stays_in_one_json_line() -> None:
    failed = record("could not send")
    try:
        raise ValueError("half\nlines")
    except ValueError:
        failed.exc_info = sys.exc_info()
    text = Json("web").format(failed)
    assert "\n" not in text
    assert "ValueError: half\nlines" in json.loads(text)["exception"]
