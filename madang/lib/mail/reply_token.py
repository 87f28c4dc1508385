"""Signed reply addresses and Message-IDs: which conversation a mail answers, proven by us and guessable by nobody.

``support+c42-<mac>@example.com`` and ``<c42.m7.<mac>@example.com>``; mac is 80 bits of HMAC-SHA256 in base32, in lower
case because mail systems change the case of addresses.
"""

from __future__ import annotations

import base64
import hmac
import re

MAC_BYTES = 10  # 80 bits: 16 characters of base32 without padding
TOKEN = re.compile(r"\+c(\d{1,18})-([a-z2-7]{16})\Z", re.IGNORECASE)
OWN_ID = re.compile(r"<?c(\d{1,18})\.m(\d{1,18})\.([a-z2-7]{16})@[^<>\s@]+>?\Z", re.IGNORECASE)


def mac(key: bytes, text: str) -> str:
    """The signature of ``text``."""
    digest = hmac.digest(key, text.encode(), "sha256")[:MAC_BYTES]
    return base64.b32encode(digest).decode().lower()


def reply_address(key: bytes, address: str, conversation: int) -> str:
    """``address`` with the conversation's signed tag behind its local part."""
    local, _, domain = address.rpartition("@")
    return f"{local}+c{conversation}-{mac(key, f'reply:{conversation}')}@{domain}"


def conversation_of_address(key: bytes, address: str) -> int | None:
    """The conversation an address proves, None when it carries no tag or a false one."""
    match = TOKEN.search(address.rpartition("@")[0])
    if match is None or not same(mac(key, f"reply:{int(match[1])}"), match[2]):
        return None
    return int(match[1])


def without_token(address: str) -> str:
    """The address with any tag of ours, true or false, taken off."""
    local, at, domain = address.rpartition("@")
    return f"{TOKEN.sub('', local)}{at}{domain}"


def message_id(key: bytes, domain: str, conversation: int, message: int) -> str:
    """The Message-ID of our message: the same each time, so that a repeated sending can be known as one."""
    return f"<c{conversation}.m{message}.{mac(key, f'message:{conversation}.{message}')}@{domain}>"


def own_message(key: bytes, identifier: str) -> tuple[int, int] | None:
    """(conversation, message) when the Message-ID is truly ours, else None."""
    match = OWN_ID.match(identifier.strip())
    if match is None:
        return None
    conversation, message = int(match[1]), int(match[2])
    if not same(mac(key, f"message:{conversation}.{message}"), match[3]):
        return None
    return conversation, message


def same(expected: str, given: str) -> bool:
    """Compare in constant time."""
    return hmac.compare_digest(expected.encode(), given.lower().encode("ascii", "replace"))
