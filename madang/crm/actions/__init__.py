"""The writers of CRM accounts: what people ask for, what waits, what a round does."""

from __future__ import annotations
