"""The verbs of webhooks."""

from __future__ import annotations

from madang.webhooks.actions.again import Range, replay, replay_range, test
from madang.webhooks.actions.secrets import drop_old_secrets, rotate
from madang.webhooks.actions.subscriptions import Made, Wanted, change, create, retire
from madang.webhooks.actions.switch import disable, enable

__all__ = [
    "Made",
    "Range",
    "Wanted",
    "change",
    "create",
    "disable",
    "drop_old_secrets",
    "enable",
    "replay",
    "replay_range",
    "retire",
    "rotate",
    "test",
]
