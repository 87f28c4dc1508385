"""What WhatsApp, Messenger and Instagram have in common: Meta's signatures, errors and messaging events. Pure."""

from __future__ import annotations

GRAPH = "v26.0"  # the version of the Graph API that the connectors speak (2026-07)
