"""What others may read of webhooks: those a viewer could have made herself."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Select, func, select

from madang.lib import paging
from madang.lib.errors import NotFound
from madang.lib.language import gettext as _
from madang.lib.paging import Page
from madang.lib.postgres import Tx
from madang.staff.grants import covers
from madang.staff.permissions import Scope, Viewer, permit
from madang.webhooks import compose
from madang.webhooks.actions.queue import Job
from madang.webhooks.delivery import prepare
from madang.webhooks.models import Stage, Webhook, WebhookAttempt, WebhookDelivery, WebhookSecret
from madang.webhooks.scoping import grant_of, scope_of

Shown = Literal["waiting", "done", "failed", "dropped"]
SHOWN: dict[str, Stage] = {stage.name.lower(): stage for stage in Stage}
CAP = 1_000  # counts stop here


@dataclass(frozen=True, slots=True)
class Receiver:
    """One webhook as lists show it. ``waiting`` and ``failed`` count to :data:`CAP`."""

    id: int
    description: str
    url: str
    kinds: list[str]
    scope: Scope
    made_by: str
    created_at: datetime
    failing_since: datetime | None
    rest_until: datetime | None
    disabled_at: datetime | None
    disabled_why: str
    problem: str
    old_secret_until: datetime | None = None
    waiting: int = 0
    failed: int = 0
    last_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try."""

    at: datetime
    took_ms: int
    status: int
    problem: str
    sent_headers: dict[str, str]
    size: int
    digest: str
    answer_headers: dict[str, str]
    answer: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event for one receiver. ``name`` is its ``webhook-id``."""

    id: int
    webhook_id: int
    event_id: int | None
    kind: str
    conversation_id: int | None
    stage: Stage
    created_at: datetime
    due: datetime
    tries: int
    ended_at: datetime | None
    status: int
    problem: str
    attempts: list[Attempt] = field(default_factory=list)
    body: bytes | None = None

    @property
    def name(self) -> str:
        """The ``webhook-id``."""
        return compose.named(self.webhook_id, self.id, self.event_id)


async def webhooks(tx: Tx, viewer: Viewer) -> list[Receiver]:
    """Every webhook the viewer may look after, oldest first."""
    permit(viewer, "webhook.manage")
    rows = await tx.execute(_rows().order_by(Webhook.id))
    return [one for row in rows.mappings() if covers(viewer, grant_of((one := _receiver(row)).scope))]


async def webhook(tx: Tx, viewer: Viewer, webhook_id: int) -> Receiver:
    """One webhook; raises NotFound."""
    permit(viewer, "webhook.manage")
    row = (await tx.execute(_rows().where(Webhook.id == webhook_id))).mappings().one_or_none()
    if row is None or not covers(viewer, grant_of((found := _receiver(row)).scope)):
        raise NotFound(_("There is no such webhook."))
    return found


def _receiver(row: Any) -> Receiver:
    given = dict(row)
    scope = scope_of(row)
    for name in ("all_brands", "brand_ids", "sees", "team_ids"):
        del given[name]
    return Receiver(**given, scope=scope)


def _rows() -> Select[*tuple[Any, ...]]:
    delivery, secret = WebhookDelivery, WebhookSecret
    old = select(func.max(secret.expires_at)).where(secret.webhook_id == Webhook.id, secret.expires_at > func.now())
    last = select(delivery.created_at).where(delivery.webhook_id == Webhook.id).order_by(delivery.id.desc()).limit(1)
    return select(
        Webhook.id,
        Webhook.description,
        Webhook.url,
        Webhook.kinds,
        Webhook.all_brands,
        Webhook.brand_ids,
        Webhook.sees,
        Webhook.team_ids,
        Webhook.made_by,
        Webhook.created_at,
        Webhook.failing_since,
        Webhook.rest_until,
        Webhook.disabled_at,
        Webhook.disabled_why,
        Webhook.problem,
        old.scalar_subquery().label("old_secret_until"),
        _count(Stage.WAITING).label("waiting"),
        _count(Stage.FAILED).label("failed"),
        last.scalar_subquery().label("last_at"),
    ).where(Webhook.retired_at.is_(None))


def _count(stage: Stage) -> Any:
    some = select(WebhookDelivery.id).where(
        WebhookDelivery.webhook_id == Webhook.id, WebhookDelivery.stage == int(stage)
    )
    return select(func.count()).select_from(some.correlate(Webhook).limit(CAP).subquery()).scalar_subquery()


def _deliveries() -> Select[*tuple[Any, ...]]:
    return select(
        WebhookDelivery.id,
        WebhookDelivery.webhook_id,
        WebhookDelivery.event_id,
        WebhookDelivery.kind,
        WebhookDelivery.conversation_id,
        WebhookDelivery.stage,
        WebhookDelivery.created_at,
        WebhookDelivery.due,
        WebhookDelivery.tries,
        WebhookDelivery.ended_at,
        WebhookDelivery.status,
        WebhookDelivery.problem,
    )


async def deliveries(
    tx: Tx, viewer: Viewer, webhook_id: int, *, stage: Stage | None = None, cursor: str | None = None, limit: int = 50
) -> Page[Delivery]:
    """A page of a webhook's deliveries, newest first."""
    await webhook(tx, viewer, webhook_id)
    query = _deliveries().where(WebhookDelivery.webhook_id == webhook_id)
    if stage is not None:
        query = query.where(WebhookDelivery.stage == int(stage))
    if cursor:
        query = query.where(WebhookDelivery.id < paging.decode(cursor, (int,))[0])
    rows = await tx.execute(query.order_by(WebhookDelivery.id.desc()).limit(limit + 1))
    return paging.page([_delivery(row) for row in rows.mappings()], limit, lambda one: (one.id,))


async def delivery(tx: Tx, viewer: Viewer, webhook_id: int, delivery_id: int) -> Delivery:
    """One delivery with its tries, oldest first, and its body as it would be sent now (None: it would not be)."""
    receiver = await webhook(tx, viewer, webhook_id)
    query = _deliveries().where(WebhookDelivery.webhook_id == webhook_id, WebhookDelivery.id == delivery_id)
    row = (await tx.execute(query)).mappings().one_or_none()
    if row is None:
        raise NotFound(_("There is no such delivery. It may have been tidied away."))
    job = Job(row["id"], webhook_id, row["event_id"], row["kind"], row["tries"], row["created_at"], receiver.url)
    (ready,) = await prepare(tx, [job])
    return _delivery(row, await _attempts(tx, delivery_id), ready.body)


def _delivery(row: Any, attempts: list[Attempt] | None = None, body: bytes | None = None) -> Delivery:
    return Delivery(**{**row, "stage": Stage(row["stage"])}, attempts=attempts or [], body=body)


async def _attempts(tx: Tx, delivery_id: int) -> list[Attempt]:
    columns = (
        WebhookAttempt.at,
        WebhookAttempt.took_ms,
        WebhookAttempt.status,
        WebhookAttempt.problem,
        WebhookAttempt.sent_headers,
        WebhookAttempt.size,
        WebhookAttempt.digest,
        WebhookAttempt.answer_headers,
        WebhookAttempt.answer,
    )
    query = select(*columns).where(WebhookAttempt.delivery_id == delivery_id).order_by(WebhookAttempt.id)
    return [Attempt(*row) for row in await tx.execute(query)]
