"""BrandMessage is advertising: only to who agreed, and never at night (정보통신망법 제50조)."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from madang.channels.connector import Outbound, SendError, Template
from madang.lib.language import marked

PREFIX = "brand/"  # before the template's own name, so that an id alone tells what it is
CONSENT = "ads"  # in ``Outbound.data["consent"]``: she agreed to advertising
SEOUL = ZoneInfo("Asia/Seoul")
EVENING, MORNING = 21, 8  # between them nothing may be advertised without a consent of its own

NO_CONSENT = marked("BrandMessage is advertising. It goes only to customers who have agreed to advertising.")
NIGHT = marked("Advertising may not be sent between 21:00 and 08:00 in Korea.")


def is_brand(template: Template) -> bool:
    """Whether it is a BrandMessage; else it is an AlimTalk."""
    return template.id.startswith(PREFIX)


def code(template: Template) -> str:
    """The provider's own name for it."""
    return template.id.removeprefix(PREFIX)


def refuse_unwanted(out: Outbound) -> None:
    """Raise :class:`SendError` unless she agreed and it is day in Korea. The label (광고) is Kakao's own doing."""
    if CONSENT not in (out.data.get("consent") or ()):
        raise SendError("policy", NO_CONSENT)
    if not MORNING <= _now().astimezone(SEOUL).hour < EVENING:
        raise SendError("policy", NIGHT)


def _now() -> datetime:
    return datetime.now(SEOUL)
