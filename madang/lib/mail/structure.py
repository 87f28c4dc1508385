"""A raw mail as a tree of parts (RFC 2045, 2046): bounded, and nothing copied until it is asked for.

The standard library's parser takes a mail line by line and without bounds; 10,000 parts or a thousand levels cost it
seconds or its stack. Here the bounds come first, and what lies beyond them stays in the raw mail and is named in
:attr:`Reader.notices`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property

from madang.lib.mail.fields import readable
from madang.lib.mail.parameters import Parameters, parse_parameters
from madang.lib.mail.transfer import decode_transfer

MAX_PARTS = 200
MAX_DEPTH = 20
MAX_HEADER = 256 << 10  # bytes of one header block that are read
MAX_CANDIDATES = 20_000  # look-alikes of a boundary before the search gives up
FIELD = re.compile(rb"([!-9;-~]+)[ \t]*:(.*)\Z", re.DOTALL)
TYPE = re.compile(r"[a-z0-9!#$&^_.+-]+/[a-z0-9!#$&^_.+-]+\Z")
AFTER_BOUNDARY = re.compile(rb"(--)?[ \t]*(?=[\r\n]|\Z)")


@dataclass
class Part:
    """One entity: its header fields in order, where its body lies in ``raw``, and its children if it is multipart."""

    raw: bytes
    fields: list[tuple[str, bytes]]
    start: int
    end: int
    children: list[Part] = field(default_factory=list)

    def first(self, name: str) -> bytes | None:
        """The first field of that name (lower case) that says something, undecoded."""
        values = self.all(name)
        return next((value for value in values if value.strip()), values[0] if values else None)

    def all(self, name: str) -> list[bytes]:
        """Every field of that name (lower case), undecoded."""
        return [value for key, value in self.fields if key == name]

    def text(self, name: str) -> str:
        """The field as a person reads it, '' when absent."""
        value = self.first(name)
        return "" if value is None else readable(value)

    @cached_property
    def content_type(self) -> Parameters:
        """Content-Type; text/plain when it is missing or means nothing."""
        value = self.first("content-type")
        parsed = parse_parameters(value or b"")
        return parsed if TYPE.match(parsed.value) else Parameters("text/plain", parsed.raw)

    @cached_property
    def disposition(self) -> Parameters:
        """Content-Disposition, its value '' when missing."""
        return parse_parameters(self.first("content-disposition") or b"")

    def content(self) -> bytes:
        """The body without its transfer encoding."""
        return decode_transfer(self.raw[self.start : self.end], self.text("content-transfer-encoding"))


class Reader:
    """Reads one mail's bytes into parts and counts what it costs."""

    def __init__(self, raw: bytes) -> None:
        self.raw = raw
        self.parts = 0
        self.candidates = 0
        self.notices: list[str] = []

    def read(self, start: int, end: int, depth: int = 0) -> Part:
        """The entity that lies between two offsets."""
        fields, body = self.header(start, end)
        part = Part(self.raw, fields, body, end)
        self.parts += 1
        kind = part.content_type
        if kind.value.startswith("multipart/"):
            written = kind.raw.get("boundary") or kind.get("boundary")
            self.split(part, written.rstrip().encode("latin-1", "replace"), depth)
        return part

    def header(self, start: int, end: int) -> tuple[list[tuple[str, bytes]], int]:
        """The fields, and where the body begins. The first line that cannot be a field is the body's already."""
        fields: list[tuple[str, list[bytes]]] = []
        position = start
        limit = min(end, start + MAX_HEADER)
        while position < limit:
            newline = self.raw.find(b"\n", position, end)
            stop = end if newline < 0 else newline + 1
            line = self.raw[position:stop].rstrip(b"\r\n")
            if not line:
                return unfolded(fields), stop
            if line[:1] in b" \t" and fields:
                fields[-1][1].append(line)
            elif match := FIELD.match(line):
                fields.append((match[1].decode("ascii").lower(), [match[2].strip()]))
            elif not is_mailbox_line(line, bool(fields)):
                return unfolded(fields), position
            position = stop
        if position < end:
            self.note(f"a header is longer than {MAX_HEADER >> 10} KiB, the rest of it was not read")
            position = end_of_header(self.raw, position, end)
        return unfolded(fields), position

    def split(self, part: Part, boundary: bytes, depth: int) -> None:
        """Give a multipart its children; one whose boundary is nowhere is left a leaf."""
        if depth >= MAX_DEPTH:
            self.note(f"parts are nested deeper than {MAX_DEPTH} levels, the inner ones were not read")
            return
        spans = self.spans(boundary, part.start, part.end) if boundary else []
        if not spans and (guessed := guess_boundary(self.raw, part.start, part.end)):
            spans = self.spans(guessed, part.start, part.end)
        for start, end in spans:
            if self.parts >= MAX_PARTS:
                self.note(f"the mail has more than {MAX_PARTS} parts, the rest of them were not read")
                return
            part.children.append(self.read(start, end, depth + 1))

    def spans(self, boundary: bytes, start: int, end: int) -> list[tuple[int, int]]:
        """(start, end) of what lies between the delimiter lines; an unclosed last part ends with the body."""
        found: list[tuple[int, int]] = []
        delimiter = b"--" + boundary
        opened = -1
        position = self.raw.find(delimiter, start, end)
        while position >= 0:
            match = self.delimiter_at(position, len(delimiter), start, end)
            if match is None:
                self.candidates += 1
                if self.candidates > MAX_CANDIDATES:
                    self.note("too many lines look like a boundary, the rest was not split")
                    break
                position = self.raw.find(delimiter, position + len(delimiter), end)
                continue
            if opened >= 0:
                found.append((opened, before_newline(self.raw, opened, position)))
            if match[1] or len(found) >= MAX_PARTS:
                self.note_if(len(found) >= MAX_PARTS and not match[1], MAX_PARTS)
                return found
            opened = after_newline(self.raw, match.end(), end)
            position = self.raw.find(delimiter, opened, end)
        if opened >= 0:
            found.append((opened, end))
        return found

    def delimiter_at(self, position: int, length: int, start: int, end: int) -> re.Match[bytes] | None:
        """The rest of a delimiter line, if one stands here: at a line's start, with nothing but blanks behind it."""
        if position > start and self.raw[position - 1] not in b"\r\n":
            return None
        return AFTER_BOUNDARY.match(self.raw, position + length, end)

    def note(self, text: str) -> None:
        """Say once what was not read."""
        if text not in self.notices:
            self.notices.append(text)

    def note_if(self, condition: bool, count: int) -> None:
        """Say that there are more parts than were read."""
        if condition:
            self.note(f"the mail has more than {count} parts, the rest of them were not read")


def unfolded(fields: list[tuple[str, list[bytes]]]) -> list[tuple[str, bytes]]:
    """Each field with its continuation lines joined; the line breaks stay, they are folded away when it is read."""
    return [(name, b"\n".join(lines)) for name, lines in fields]


def is_mailbox_line(line: bytes, inside: bool) -> bool:
    """An mbox separator, or the quoted one, that an export left above the header."""
    return not inside and line.startswith((b"From ", b">From "))


def end_of_header(raw: bytes, position: int, end: int) -> int:
    """Behind the next empty line, or the end."""
    found = [(raw.find(mark, position, end), len(mark)) for mark in (b"\n\n", b"\n\r\n")]
    return min((at + length for at, length in found if at >= 0), default=end)


def before_newline(raw: bytes, start: int, position: int) -> int:
    """The line break in front of a delimiter belongs to the delimiter."""
    if position > start and raw[position - 1 : position] == b"\n":
        position -= 1
    if position > start and raw[position - 1 : position] == b"\r":
        position -= 1
    return position


def after_newline(raw: bytes, position: int, end: int) -> int:
    """Behind the line break at ``position``."""
    if raw[position : position + 2] == b"\r\n":
        return min(position + 2, end)
    return min(position + 1, end)


GUESS = re.compile(rb"^--([!-~][!-~ ]{0,69}?)[ \t]*\r?$", re.MULTILINE)


def guess_boundary(raw: bytes, start: int, end: int) -> bytes:
    """A boundary that the header forgot or garbled: the first ``--line`` that a header field follows."""
    for count, match in enumerate(GUESS.finditer(raw, start, min(end, start + MAX_HEADER))):
        following = raw[match.end() : match.end() + 200].lstrip(b"\r\n").lower()
        if following.startswith(b"content-"):
            return match[1]
        if count > 50:
            break
    return b""


def read_structure(raw: bytes) -> tuple[Part, list[str]]:
    """The tree of a mail, and notices about what was not read."""
    if b"\n" not in raw[:MAX_HEADER]:
        raw = raw.replace(b"\r", b"\n")
    start = 3 if raw.startswith(b"\xef\xbb\xbf") else 0
    while start < len(raw) and raw[start] in b"\r\n":
        start += 1
    reader = Reader(raw)
    return reader.read(start, len(raw)), reader.notices
