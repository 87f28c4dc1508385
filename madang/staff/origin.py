"""Whether a request that changes something was sent by our own pages."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

SAFE = {"GET", "HEAD", "OPTIONS"}


def from_our_pages(headers: Mapping[str, str], public_url: str) -> bool:
    """Every browser tells where a POST comes from; a program that tells nothing has no cookie to abuse.

    Fetch metadata first (W3C), then Origin against the host asked for, which a page cannot choose freely.
    """
    site = headers.get("sec-fetch-site", "")
    if site:
        return site in {"same-origin", "none"}
    origin = headers.get("origin", "")
    if not origin:
        return True
    host = urlsplit(origin).netloc
    return origin.rstrip("/") == public_url or (host != "" and host == headers.get("host", ""))


def way_back(asked: str) -> str:
    """Where to go after signing in: a path of ours, else the front page. Never another site (open redirect)."""
    plain = all(c.isprintable() and not c.isspace() and c != "\\" for c in asked)
    ours = asked.startswith("/") and not asked.startswith("//")
    return asked if plain and ours and len(asked) < 1000 and not asked.startswith("/sign") else "/"
