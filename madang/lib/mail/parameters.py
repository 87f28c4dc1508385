"""``value; name=value`` fields (Content-Type, Content-Disposition) with RFC 2231, RFC 2047 and raw file names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from madang.lib.mail import charset
from madang.lib.mail.fields import FOLD, MAX_VALUE, decode_words

MAX_PARAMETERS = 200
NAME = re.compile(r"\s*([^\s=;]+)\s*=\s*")
PIECE = re.compile(r"(.+?)\*(\d{1,3})(\*?)\Z")
ESCAPED_UTF8 = re.compile(r"%[89A-Fa-f][0-9A-Fa-f]")


@dataclass(frozen=True, slots=True)
class Parameters:
    """A field's main value in lower case, and its parameters: raw as written (latin-1 = bytes), by lower-case name."""

    value: str
    raw: Mapping[str, str]

    def get(self, name: str) -> str:
        """A parameter as text, '' when absent: the RFC 2231 form first, then the plain one."""
        whole = self.raw.get(name + "*")
        candidates = [
            extended(whole) if whole is not None else "",
            joined(self.raw, name),
            plain(self.raw.get(name, "")),
        ]
        present = [text for text in candidates if text]
        intact = [text for text in present if "\ufffd" not in text]
        return (intact or present or [""])[0]


def parse_parameters(value: bytes) -> Parameters:
    """Split a raw field at its semicolons; broken quoting and missing values are taken as well as they can be."""
    text = FOLD.sub(" ", value[:MAX_VALUE].decode("latin-1"))
    main, _, rest = text.partition(";")
    raw: dict[str, str] = {}
    position = 0
    while position < len(rest) and len(raw) < MAX_PARAMETERS:
        match = NAME.match(rest, position)
        if match is None:
            position = after_semicolon(rest, position)
            continue
        found, position = read_value(rest, match.end())
        raw.setdefault(match[1].lower(), found)
        position = after_semicolon(rest, position)
    return Parameters(main.strip().lower(), raw)


def after_semicolon(text: str, position: int) -> int:
    """Just behind the next semicolon, or the end."""
    found = text.find(";", position)
    return len(text) if found < 0 else found + 1


QUOTED = re.compile(r'"((?:[^"\\]|\\.)*+)"')


def read_value(text: str, position: int) -> tuple[str, int]:
    """The value that begins at ``position`` and where it ends; a quote that never closes ends with the field."""
    if not text.startswith('"', position):
        end = text.find(";", position)
        end = len(text) if end < 0 else end
        return text[position:end].strip(), end
    match = QUOTED.match(text, position)
    if match is None:
        return text[position + 1 :].strip(), len(text)
    return re.sub(r'\\(["\\])', r"\1", match[1]), match.end()


def as_bytes(value: str) -> bytes:
    """What stood on the wire."""
    return value.encode("latin-1", "replace")


def plain(value: str) -> str:
    """An ordinary parameter: encoded words (wrongly, but everywhere), raw 8-bit, or a percent-encoded name."""
    text = decode_words(charset.decode(as_bytes(value)))
    if text.isascii() and ESCAPED_UTF8.search(text):
        decoded = charset.strictly(unquote_to_bytes(text), "utf-8")
        return text if decoded is None else decoded
    return text


def extended(value: str) -> str:
    """``charset'language'percent-encoded``."""
    label, first, rest = value.partition("'")
    _, second, encoded = rest.partition("'")
    if not first or not second:
        return charset.decode(unquote_to_bytes(as_bytes(value)))
    return charset.decode(unquote_to_bytes(as_bytes(encoded)), label)


def joined(raw: Mapping[str, str], name: str) -> str:
    """RFC 2231 continuations ``name*0*``, ``name*1`` put together in the order of their numbers; '' without any."""
    pieces: dict[int, tuple[str, bool]] = {}
    for key, value in raw.items():
        match = PIECE.match(key)
        if match and match[1] == name:
            pieces[int(match[2])] = (value, bool(match[3]))
    if not pieces:
        return ""
    ordered = [pieces[number] for number in sorted(pieces)]
    if not any(encoded for _, encoded in ordered):
        return plain("".join(value for value, _ in ordered))
    label, data, waiting = "", b"", ""
    for position, (value, encoded) in enumerate(ordered):
        if position == 0 and encoded and value.count("'") >= 2:
            label, _, value = value.split("'", 2)
        if encoded:
            waiting += value  # some systems cut in the middle of an escape
            continue
        data += unquote_to_bytes(as_bytes(waiting)) + as_bytes(value)
        waiting = ""
    return charset.decode(data + unquote_to_bytes(as_bytes(waiting)), label)
