"""X-Twilio-Signature: base64 of HMAC-SHA1 over the whole public address and the sorted form (Twilio's "Security")."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

HEADER = "x-twilio-signature"


def form(body: bytes) -> dict[str, list[str]]:
    """The body's fields, empty ones too. Raises ValueError."""
    return parse_qs(body.decode("utf-8", "strict"), keep_blank_values=True, max_num_fields=500)


def sign(token: str, url: str, fields: Mapping[str, Sequence[str]]) -> str:
    """What Twilio writes into the header."""
    said = url + "".join(name + value for name in sorted(fields) for value in sorted(set(fields[name])))
    return base64.b64encode(hmac.new(token.encode(), said.encode(), hashlib.sha1).digest()).decode()


def is_signed(token: str, host: str, path: str, query: Mapping[str, str], body: bytes, given: str) -> bool:
    """Whether ``given`` is the signature of this request, in constant time. ``host`` is our public base address."""
    url = host.rstrip("/") + path + (f"?{urlencode(query)}" if query else "")
    fields = form(body)
    good = [hmac.compare_digest(sign(token, one, fields).encode(), given.encode()) for one in _spellings(url)]
    return bool(token) and any(good)


def _spellings(url: str) -> tuple[str, ...]:
    """With and without the port that its scheme has anyway: Twilio's own validator accepts both."""
    parts = urlsplit(url)
    usual = {"https": 443, "http": 80}.get(parts.scheme)
    if parts.port == usual and usual is not None:
        return url, urlunsplit(parts._replace(netloc=parts.netloc.rpartition(":")[0]))
    return (url,) if parts.port else (url, urlunsplit(parts._replace(netloc=f"{parts.netloc}:{usual}")))
