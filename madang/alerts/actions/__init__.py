"""The verbs of alerts."""

from madang.alerts.actions.post import Letter, claim, settle, test
from madang.alerts.actions.set_up import Wanted, change
from madang.alerts.actions.watch import watch

__all__ = ["Letter", "Wanted", "change", "claim", "settle", "test", "watch"]
