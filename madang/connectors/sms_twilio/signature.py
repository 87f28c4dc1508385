"""X-Twilio-Signature: base64 of HMAC-SHA1 over the whole public address and the sorted form (Twilio's "Security")."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

from madang.channels.connector import Request

HEADER = "x-twilio-signature"


def form(body: bytes) -> dict[str, list[str]]:
    """The body's fields, empty ones too. Raises ValueError."""
    return parse_qs(body.decode("utf-8", "strict"), keep_blank_values=True, max_num_fields=500)


def sign(token: str, url: str, fields: Mapping[str, Sequence[str]]) -> str:
    """What Twilio writes into the header."""
    said = url + "".join(name + value for name in sorted(fields) for value in sorted(set(fields[name])))
    return base64.b64encode(hmac.new(token.encode(), said.encode(), hashlib.sha1).digest()).decode()


def is_signed(token: str, request: Request, host: str) -> bool:
    """Whether the request bears Twilio's signature, in constant time. ``host`` is our public base address.

    The address it was sent to counts as well as the one we think we have: behind a proxy the two may differ, and only
    who knows the token can sign either.
    """
    given, fields = request.headers.get(HEADER, ""), form(request.body)
    target = request.path + (f"?{urlencode(request.query)}" if request.query else "")
    asked = request.headers.get("host", "")
    bases = [host.rstrip("/"), *(f"{scheme}://{asked}" for scheme in ("https", "http") if asked)]
    urls = dict.fromkeys(url for base in bases if base for url in _spellings(base + target))
    good = [hmac.compare_digest(sign(token, url, fields).encode(), given.encode()) for url in urls]
    return bool(token and given) and any(good)


def _spellings(url: str) -> tuple[str, ...]:
    """With and without the port that its scheme has anyway: Twilio's own validator accepts both."""
    parts = urlsplit(url)
    usual = {"https": 443, "http": 80}.get(parts.scheme)
    if parts.port == usual and usual is not None:
        return url, urlunsplit(parts._replace(netloc=parts.netloc.rpartition(":")[0]))
    return (url,) if parts.port else (url, urlunsplit(parts._replace(netloc=f"{parts.netloc}:{usual}")))
