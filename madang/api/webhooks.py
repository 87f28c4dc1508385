"""Webhooks: who is told of events, with which secret, what became of it, and once more."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from litestar import delete, get, post, put
from litestar.params import JSONBody, PathParameter, QueryParameter

from madang.api import webhook_shapes as shapes
from madang.api import webhook_showing as showing
from madang.api.conversations import Cursor, Limit
from madang.api.documented import CHANGE, LIST, ONE
from madang.api.entry import Call, Number, entered, number
from madang.lib.errors import Refused
from madang.lib.http import Guard
from madang.webhooks import actions, queries
from madang.webhooks.actions import Range, Wanted
from madang.webhooks.queries import SHOWN
from madang.webhooks.targets import judged

TAGS = ["Webhooks"]


@get(
    "/webhooks",
    operation_id="listWebhooks",
    response_description="The webhooks.",
    summary="List webhooks",
    responses=LIST,
    tags=TAGS,
)
async def list_webhooks(request: Call) -> shapes.WebhookList:
    """Every receiver of events that you may look after. Only administrators' tokens may."""
    async with entered(request) as (tx, viewer):
        return shapes.WebhookList([showing.webhook(one) for one in await queries.webhooks(tx, viewer)])


@post(
    "/webhooks",
    status_code=201,
    operation_id="createWebhook",
    response_description="The webhook, and its secret.",
    summary="Make a webhook",
    responses=CHANGE,
    tags=TAGS,
)
async def create_webhook(request: Call, data: JSONBody[shapes.NewWebhook]) -> shapes.MadeWebhook:
    """Tell a receiver of what happens from now on. The answer has the secret, this once."""
    wanted = await _wanted(request, data)
    async with entered(request) as (tx, viewer):
        made = await actions.create(tx, viewer, request.state.ground.keys, wanted)
        return shapes.MadeWebhook(showing.webhook(await queries.webhook(tx, viewer, made.id)), made.secret)


@get(
    "/webhooks/{webhook_id:int}",
    operation_id="getWebhook",
    response_description="The webhook.",
    summary="Look at one",
    responses=ONE,
    tags=TAGS,
)
async def get_webhook(request: Call, webhook_id: Number) -> shapes.Webhook:
    """How a receiver is set up, and how it does."""
    async with entered(request) as (tx, viewer):
        return showing.webhook(await queries.webhook(tx, viewer, number(webhook_id)))


@put(
    "/webhooks/{webhook_id:int}",
    operation_id="changeWebhook",
    response_description="The webhook, changed.",
    summary="Change it",
    responses=CHANGE,
    tags=TAGS,
)
async def change_webhook(request: Call, webhook_id: Number, data: JSONBody[shapes.NewWebhook]) -> shapes.Webhook:
    """Set it up anew, all of it. Its secret stays; what waits goes to the new address."""
    wanted = await _wanted(request, data)
    async with entered(request) as (tx, viewer):
        await actions.change(tx, viewer, number(webhook_id), wanted)
        return showing.webhook(await queries.webhook(tx, viewer, webhook_id))


@delete(
    "/webhooks/{webhook_id:int}",
    status_code=200,
    operation_id="removeWebhook",
    response_description="The webhook as it was.",
    summary="Remove it",
    responses=CHANGE,
    tags=TAGS,
)
async def remove_webhook(request: Call, webhook_id: Number) -> shapes.Webhook:
    """Tell it nothing any more. What waits is dropped, its secrets are forgotten."""
    async with entered(request) as (tx, viewer):
        was = await queries.webhook(tx, viewer, number(webhook_id))
        await actions.retire(tx, viewer, webhook_id)
        return showing.webhook(was)


@post(
    "/webhooks/{webhook_id:int}/pause",
    status_code=200,
    operation_id="disableWebhook",
    response_description="The webhook, disabled.",
    summary="Disable it",
    responses=CHANGE,
    tags=TAGS,
)
async def disable_webhook(request: Call, webhook_id: Number) -> shapes.Webhook:
    """Tell it nothing until it is enabled. What waits keeps waiting; what happens meanwhile can be replayed."""
    async with entered(request) as (tx, viewer):
        await actions.disable(tx, viewer, number(webhook_id))
        return showing.webhook(await queries.webhook(tx, viewer, webhook_id))


@delete(
    "/webhooks/{webhook_id:int}/pause",
    status_code=200,
    operation_id="enableWebhook",
    response_description="The webhook, enabled.",
    summary="Enable it",
    responses=CHANGE,
    tags=TAGS,
)
async def enable_webhook(request: Call, webhook_id: Number) -> shapes.Webhook:
    """Tell it again: what waits goes at once."""
    async with entered(request) as (tx, viewer):
        await actions.enable(tx, viewer, number(webhook_id))
        return showing.webhook(await queries.webhook(tx, viewer, webhook_id))


@post(
    "/webhooks/{webhook_id:int}/secret",
    status_code=200,
    operation_id="rotateWebhookSecret",
    response_description="The new secret.",
    summary="Make a new secret",
    responses=CHANGE,
    tags=TAGS,
)
async def rotate_secret(request: Call, webhook_id: Number) -> shapes.Secret:
    """Sign with a new secret from now on. For 24 hours the one before signs too, so that no delivery is refused."""
    async with entered(request) as (tx, viewer):
        secret = await actions.rotate(tx, viewer, request.state.ground.keys, number(webhook_id))
        return shapes.Secret(secret, (await queries.webhook(tx, viewer, webhook_id)).old_secret_until)


@delete(
    "/webhooks/{webhook_id:int}/secret",
    status_code=200,
    operation_id="dropOldWebhookSecret",
    response_description="The webhook.",
    summary="Drop the old secret",
    responses=CHANGE,
    tags=TAGS,
)
async def drop_old_secret(request: Call, webhook_id: Number) -> shapes.Webhook:
    """Let the secret before this one sign nothing any more, at once. Nothing changes when there is none."""
    async with entered(request) as (tx, viewer):
        await actions.drop_old_secrets(tx, viewer, number(webhook_id))
        return showing.webhook(await queries.webhook(tx, viewer, webhook_id))


@post(
    "/webhooks/{webhook_id:int}/test",
    status_code=200,
    operation_id="testWebhook",
    response_description="The test, under way.",
    summary="Send a test",
    responses=CHANGE,
    tags=TAGS,
)
async def test_webhook(request: Call, webhook_id: Number) -> shapes.Delivery:
    """Post a signed `webhook.test` to it, like any event. Look at the delivery to see what became of it."""
    async with entered(request) as (tx, viewer):
        made = await actions.test(tx, viewer, number(webhook_id))
        return showing.delivery(await queries.delivery(tx, viewer, webhook_id, made))


@get(
    "/webhooks/{webhook_id:int}/deliveries",
    operation_id="listWebhookDeliveries",
    response_description="A page of them.",
    summary="List what was sent",
    responses=LIST | ONE,
    tags=TAGS,
)
async def list_deliveries(
    request: Call,
    webhook_id: Number,
    stage: Annotated[shapes.Stage | None, QueryParameter(description="Only these; without it, all.")] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> shapes.DeliveryPage:
    """The deliveries of a webhook, newest first. Those that ended are kept for 30 days, unless set otherwise."""
    async with entered(request) as (tx, viewer):
        page = await queries.deliveries(
            tx, viewer, number(webhook_id), stage=SHOWN[stage] if stage else None, limit=limit, cursor=cursor
        )
    return shapes.DeliveryPage([showing.delivery(one) for one in page.items], page.next)


@get(
    "/webhooks/{webhook_id:int}/deliveries/{delivery_id:int}",
    operation_id="getWebhookDelivery",
    response_description="The delivery.",
    summary="Look at a delivery",
    responses=ONE,
    tags=TAGS,
)
async def get_delivery(
    request: Call,
    webhook_id: Number,
    delivery_id: Annotated[int, PathParameter(description="The delivery's `id`.")],
) -> shapes.DeliveryDetail:
    """One delivery with every try: what was sent, what was answered."""
    async with entered(request) as (tx, viewer):
        return showing.detail(await queries.delivery(tx, viewer, number(webhook_id), number(delivery_id)))


@post(
    "/webhooks/{webhook_id:int}/replay",
    status_code=200,
    operation_id="replayWebhook",
    response_description="How many deliveries.",
    summary="Send again",
    responses=CHANGE,
    tags=TAGS,
)
async def replay_webhook(request: Call, webhook_id: Number, data: JSONBody[shapes.NewReplay]) -> shapes.Replayed:
    """Send one delivery again, or all events of a time, what was never sent too. Each keeps its `webhook-id`."""
    async with entered(request) as (tx, viewer):
        if data.delivery is not None and data.since is None:
            await actions.replay(tx, viewer, number(webhook_id), number(data.delivery))
            return shapes.Replayed(1)
        if data.since is None or data.delivery is not None:
            raise Refused("Give either a delivery, or since when.", "since")
        wanted = Range(data.since, data.until or datetime.now(UTC), data.failed)
        return shapes.Replayed(await actions.replay_range(tx, viewer, number(webhook_id), wanted))


async def _wanted(request: Call, data: shapes.NewWebhook) -> Wanted:
    target = await judged(data.url, Guard(request.state.ground.settings.allow_hosts))
    return Wanted(
        target,
        tuple(data.kinds),
        data.description,
        None if data.brands is None else frozenset(data.brands),
        data.sees,
        frozenset(data.teams),
    )


HANDLERS = [
    list_webhooks,
    create_webhook,
    get_webhook,
    change_webhook,
    disable_webhook,
    enable_webhook,
    rotate_secret,
    drop_old_secret,
    test_webhook,
    list_deliveries,
    get_delivery,
    replay_webhook,
    remove_webhook,
]
