"""Every room's nouns in one place, for migrations and checks."""

from __future__ import annotations

from madang.alerts import models as alerts
from madang.brands import models as brands
from madang.changes import models as changes
from madang.channels import models as channels
from madang.channels import numbering, tally
from madang.community import models as community
from madang.conversations import models as conversations
from madang.conversations.doors import models as doors
from madang.conversations.inbox import models as inbox
from madang.conversations.joining import models as joining
from madang.conversations.quality import models as quality
from madang.conversations.search import models as search
from madang.conversations.segments import models as segments
from madang.crm import models as crm
from madang.customers import learned, records
from madang.customers import models as customers
from madang.customers.imports import models as imports
from madang.customers.proving import models as proving
from madang.events import models as events
from madang.guides import models as guides
from madang.lib.jumps import holds, hurries
from madang.lib.partitions import monthly
from madang.lib.tables import Base
from madang.macros import models as macros
from madang.notifications import models as notifications
from madang.push import models as push
from madang.staff import models as staff
from madang.visits import models as visits
from madang.webhooks import models as webhooks

MONTHLY = monthly(Base.metadata)  # the tables that upkeep cuts by month
HOLDS, HURRIES = holds(Base.metadata), hurries(Base.metadata)  # what the clock puts right after a jump

__all__ = [
    "HOLDS",
    "HURRIES",
    "MONTHLY",
    "Base",
    "alerts",
    "brands",
    "changes",
    "channels",
    "community",
    "conversations",
    "crm",
    "customers",
    "doors",
    "events",
    "guides",
    "imports",
    "inbox",
    "joining",
    "learned",
    "macros",
    "notifications",
    "numbering",
    "proving",
    "push",
    "quality",
    "records",
    "search",
    "segments",
    "staff",
    "tally",
    "visits",
    "webhooks",
]
