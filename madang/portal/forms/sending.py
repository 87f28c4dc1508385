"""A form that was sent: guarded against programs, then brought in as any message is."""

from __future__ import annotations

import base64
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from madang.channels.book import Bound
from madang.channels.inside import bring
from madang.ground import Ground
from madang.lib.language import gettext as _
from madang.lib.language import reader
from madang.portal import once
from madang.portal.brought import Brought
from madang.portal.chat.asking import Asked as Request
from madang.portal.chat.asking import ground_of, remote_of
from madang.portal.forms.fields import TRAP, Filled
from madang.portal.once import Given
from madang.portal.paper import key_of
from madang.staff.attempts import Limit, Try, network, spend

SENT = Limit("form.sent", 30, timedelta(hours=1))  # by one address: a shop's whole office may share it
_WITHOUT = str.maketrans("ILOU", "WXYZ")  # letters that are read for others


@dataclass(frozen=True, slots=True)
class Case:
    """One form that was given out. ``token`` opens its page."""

    name: str
    token: str

    @property
    def number(self) -> str:
        """What she may say on the phone: eight letters and digits."""
        text = base64.b32encode(bytes.fromhex(self.name)[:5]).decode().translate(_WITHOUT)
        return f"{text[:4]}-{text[4:]}"


def case(key: bytes, name: str) -> Case:
    """The case of this name."""
    return Case(name, f"{name}.{once.proof(key, name)}")


def opened(key: bytes, token: str) -> Case | None:
    """The case that a link opens; None when we did not make it."""
    name, _dot, proof = token.partition(".")
    return Case(name, token) if len(name) == 32 and once.proves(key, name, proof) else None


def owner(bound: Bound, name: str) -> str:
    """Whose the files of a case are. Intake asks for the same name."""
    return f"{bound.row.connector}:{bound.row.key}:scoped:{name}"


async def guard(request: Request, bound: Bound, form: Mapping[str, Any], filled: Filled) -> Given:
    """The form as it was given out. What speaks for a program is said in ``filled.general``; nothing typed is lost."""
    token = once.read(key_of(request, bound.row, "forms"), str(form.get("given") or ""))
    filled.general = doubt(token, bool(form.get(TRAP)))
    if not filled.general and not filled.errors:
        await _count(request)
    return token or Given(secrets.token_hex(16), time.time())


async def guard_more(request: Request, token: Given | None, form: Mapping[str, Any], filled: Filled) -> None:
    """As :func:`guard`, of what is added to a case: a short answer may be a quick one."""
    filled.general = doubt(token, bool(form.get(TRAP)), hasty=True)
    if not filled.general:
        await _count(request)


def doubt(token: Given | None, trapped: bool, *, hasty: bool = False) -> str:
    """What is said to who looks like a program, '' to everybody else."""
    wrong = token.wrong(time.time()) if token else "unknown"
    if trapped:
        return _("This was filled in as a program would. Please look through it and send it again.")
    if wrong == "quick" and not hasty:
        return _("That was very quick. Please look through it and send it again.")
    if wrong in ("old", "unknown"):
        return _("This page was open for a long time. Nothing is lost: please send it again.")
    return ""


async def _count(request: Request) -> None:
    await spend(ground_of(request).database, Try(SENT, network(remote_of(request))))


async def send(ground: Ground, bound: Bound, case: Case, filled: Filled, files: Brought, name: str = "") -> None:
    """Bring it in. ``name`` names what is added to a case later; the same again is once."""
    frame: dict[str, Any] = {
        "type": "message",
        "id": f"{case.name}/{name}" if name else case.name,
        "case": case.name,
        "at": datetime.now(UTC).isoformat(),
        "number": case.number,
        "name": filled.value("name"),
        "email": filled.value("email"),
        "phone": filled.value("phone"),
        "topic": filled.value("topic"),
        "orders": filled.orders,
        "text": filled.value("text"),
        "files": files.keys,
        "consent": str(bound.row.settings.get("consent") or "") if filled.value("consent") else "",
        "page": {"url": filled.value("page"), "title": ""},
        "language": reader().language,
    }
    async with ground.database.begin() as tx:
        await bring(tx, ground, bound, frame)
