"""One field."""

from __future__ import annotations

from madang.channels.connector import Field

FIELDS = (Field("password", "Password", kind="secret"),)
