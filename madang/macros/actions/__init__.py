"""The verbs of macros: they are made (``making``), come from files (``taking_in``), and are used (``using``)."""

from __future__ import annotations

from madang.macros.actions.making import Given, archive, change, create, duplicate, restore
from madang.macros.actions.taking_in import take_in
from madang.macros.actions.using import Used, insert_text, take_back, use

__all__ = [
    "Given",
    "Used",
    "archive",
    "change",
    "create",
    "duplicate",
    "insert_text",
    "restore",
    "take_back",
    "take_in",
    "use",
]
