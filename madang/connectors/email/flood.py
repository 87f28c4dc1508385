"""Too many mails from one sender in a short while: two machines that answer each other, or worse."""

from __future__ import annotations

from collections import OrderedDict, deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta

WINDOW = timedelta(minutes=10)
MOST = 20  # mails of one sender in the window that are still a person's
SENDERS = 10_000  # remembered at most


@dataclass
class Floods:
    """Counts senders by when their mails arrived."""

    seen: OrderedDict[str, deque[datetime]] = field(default_factory=OrderedDict)

    def too_many(self, sender: str, at: datetime) -> bool:
        """Count one mail; whether the sender has now passed what a person writes."""
        if not sender:
            return False
        times = self.seen.setdefault(sender, deque(maxlen=MOST + 1))
        self.seen.move_to_end(sender)
        times.append(at)
        while len(self.seen) > SENDERS:
            self.seen.popitem(last=False)
        return len(times) > MOST and times[-1] - times[0] < WINDOW
