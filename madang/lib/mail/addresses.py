"""Address lists (RFC 5322 §3.4), scanned once from left to right; what is not an address is kept as a name.

Structure is read before encoded words are decoded, so that a decoded name can never become an address.
"""

from __future__ import annotations

import re

from madang.lib.mail.fields import HEAD, decode_words, raw_text
from madang.lib.mail.model import Address

MAX_ADDRESSES = 1000
NOT_LOCAL = re.compile(r"[\s<>(),;:\"\[\]\\]")
DOMAIN = re.compile(r"[^\s<>(),;:\"\\]+")
MAX_LOCAL = 200
UNSAFE = re.compile(r"[\s\x00-\x1f\x7f<>]")


def parse_addresses(value: bytes) -> tuple[Address, ...]:
    """The mailboxes of a raw field, in order; groups are flattened. Empty when there are none."""
    text = raw_text(value)
    found = scan(text)
    if found and not any(item.address for item in found):
        # Some senders encode the whole field, address and all.
        found = scan(decode_words(text)) or found
    return tuple(found[:MAX_ADDRESSES])


def scan(text: str) -> list[Address]:
    """The addresses of ``text``, without decoding what encloses them."""
    found = []
    for phrase, angle, comment in split_list(text):
        address = make(phrase, angle, comment)
        if address is not None:
            found.append(address)
    return found


def make(phrase: str, angle: str | None, comment: str) -> Address | None:
    """One mailbox from its pieces; None when nothing is there."""
    if angle is not None:
        target = angle.rpartition(":")[2] if angle.startswith("@") else angle  # an obsolete route before the address
        target = UNSAFE.sub("", target)
        name = decode_words(unquote(phrase)) or decode_words(comment)
        if "@" not in target:
            return Address("", name or target) if name or target else None
        return Address(target, name)
    target, rest = bare_address(phrase)
    name = decode_words(unquote(rest)) or decode_words(comment)
    return Address(target, name) if target or name else None


def bare_address(phrase: str) -> tuple[str, str]:
    """An address without angle brackets, and what stands around it; ('', phrase) without one."""
    at = phrase.find("@")
    domain = DOMAIN.match(phrase, at + 1) if at > 0 else None
    local = NOT_LOCAL.split(phrase[max(0, at - MAX_LOCAL) : at])[-1] if domain else ""
    if domain is None or not local:
        return "", phrase
    rest = phrase[: at - len(local)] + phrase[domain.end() :]
    return f"{local}@{domain[0]}".rstrip("."), rest.replace("<>", "")


def unquote(phrase: str) -> str:
    """Without the quotes that enclose a name, or the single ones that Outlook adds inside them."""
    name = phrase.strip()
    if len(name) > 1 and name[0] == name[-1] == '"':
        name = name[1:-1]
    name = re.sub(r"\\(.)", r"\1", name).strip()
    if len(name) > 2 and name[0] == name[-1] == "'":
        name = name[1:-1]
    return name.strip()


class Scanner:
    """The state of one left-to-right scan of an address list."""

    def __init__(self) -> None:
        self.found: list[tuple[str, str | None, str]] = []
        self.fresh()

    def fresh(self) -> None:
        self.phrase: list[str] = []
        self.angle: list[str] | None = None
        self.comment: list[str] = []
        self.quoted = self.in_angle = False
        self.depth = 0

    def finish(self) -> None:
        phrase = "".join(self.phrase).strip()
        angle = None if self.angle is None else "".join(self.angle)
        if phrase or angle or self.comment:
            self.found.append((phrase, angle, "".join(self.comment).strip()))
        self.fresh()

    def escape(self, char: str) -> None:
        target = self.comment if self.depth else self.phrase
        target.append("\\" + char if self.quoted else char)

    def feed(self, char: str) -> None:
        if self.depth:
            self.in_comment(char)
        elif self.quoted:
            self.phrase.append(char)
            self.quoted = char != '"'
        elif self.in_angle and self.angle is not None:
            self.in_angle = char != ">"
            self.angle += char if self.in_angle else ""
        else:
            self.outside(char)

    def in_comment(self, char: str) -> None:
        self.depth += (char == "(") - (char == ")")
        if self.depth:
            self.comment.append(char)

    def outside(self, char: str) -> None:
        if char in ",;":
            self.finish()
        elif char == "(":
            self.depth = 1
        elif char == "<":
            self.angle, self.in_angle = [], True
        elif char == ":" and self.angle is None and "@" not in self.phrase:
            self.phrase = []  # a group's name: its members follow
        else:
            self.quoted = char == '"'
            self.phrase.append(char)


def split_list(text: str) -> list[tuple[str, str | None, str]]:
    """(phrase, what stands in <>, comment) of each member."""
    scanner = Scanner()
    position = 0
    while position < len(text):
        char = text[position]
        word_end = encoded_word_end(text, position) if char == "=" and not scanner.in_angle else 0
        if word_end:  # whole: a comma or a bracket inside it separates nothing
            (scanner.comment if scanner.depth else scanner.phrase).append(text[position:word_end])
            position = word_end
        elif char == "\\" and (scanner.quoted or scanner.depth) and position + 1 < len(text):
            scanner.escape(text[position + 1])
            position += 2
        else:
            scanner.feed(char)
            position += 1
    scanner.finish()
    return scanner.found


def encoded_word_end(text: str, start: int) -> int:
    """Where the encoded word that begins at ``start`` ends; 0 when none begins there."""
    match = HEAD.match(text, start)
    # An encoded word has at most 75 characters; the bound keeps a field full of open ones linear.
    close = text.find("?=", match.end(), match.end() + 2000) if match else -1
    return close + 2 if close >= 0 else 0
