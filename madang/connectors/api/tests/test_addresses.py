"""Addresses of files that are none are refused at once: after a 2xx nobody would hear of it."""

from __future__ import annotations

import msgspec
import pytest

from madang.channels.connector import Delivery, Malformed
from madang.connectors.api import facts


@pytest.mark.parametrize("url", ["http://[::1", "http://\x00/", "https://", "file:///etc/passwd", "http://a\nb/"])
def test_an_address_that_is_none_is_malformed(url: str) -> None:
    said = {"type": "message", "id": "1", "from": {"kind": "scoped", "value": "u"}, "text": "", "media": [{"url": url}]}
    with pytest.raises(Malformed):
        facts.read(Delivery("w", "", msgspec.json.encode(said), {"at": "1"}), "")
