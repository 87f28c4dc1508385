"""Every room's nouns in one place, for migrations and checks."""

from __future__ import annotations

from madang.brands import models as brands
from madang.channels import models as channels
from madang.conversations import models as conversations
from madang.customers import models as customers
from madang.events import models as events
from madang.lib.tables import Base
from madang.staff import models as staff

__all__ = ["Base", "brands", "channels", "conversations", "customers", "events", "staff"]
