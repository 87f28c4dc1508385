"""Small mails for tests."""

from __future__ import annotations

import base64

HEADER = b"From: Mia <mia@thorne.example>\r\nTo: help@juniper.example\r\nSubject: x\r\n"


def encoded_word(text: str, charset: str = "utf-8", label: str = "") -> bytes:
    """RFC 2047, base64; ``label`` is the charset it claims."""
    return b"=?" + (label or charset).encode() + b"?B?" + base64.b64encode(text.encode(charset)) + b"?="


def mail(body: bytes | str = b"", *fields: str) -> bytes:
    """A mail with the usual header, further fields, and a body."""
    more = "".join(f"{field}\r\n" for field in fields).encode()
    return HEADER + more + b"\r\n" + (body.encode() if isinstance(body, str) else body)


def multipart(*parts: bytes, kind: str = "mixed") -> bytes:
    """A multipart mail of raw parts (header, empty line, body)."""
    body = b"".join(b"--B\r\n" + part + b"\r\n" for part in parts) + b"--B--\r\n"
    return mail(body, f"Content-Type: multipart/{kind}; boundary=B")


def part(content: bytes | str, *fields: str) -> bytes:
    """One part of a multipart."""
    header = "".join(f"{field}\r\n" for field in fields).encode()
    return header + b"\r\n" + (content.encode() if isinstance(content, str) else content)
