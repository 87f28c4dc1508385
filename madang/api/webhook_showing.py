"""From the house's webhooks to what the API says of them, and the events themselves for its description."""

from __future__ import annotations

from typing import Any, cast

import msgspec

from madang.api import webhook_shapes as shapes
from madang.webhooks.catalogue import CATALOGUE, TEST, entry
from madang.webhooks.examples import example
from madang.webhooks.models import Stage
from madang.webhooks.queries import Delivery, Receiver
from madang.webhooks.shapes import Notice

REFERENCE = "#/components/schemas/{name}"


def webhook(one: Receiver) -> shapes.Webhook:
    """One receiver."""
    return shapes.Webhook(
        id=one.id,
        description=one.description,
        url=one.url,
        kinds=one.kinds,
        brands=None if one.scope.brands is None else sorted(one.scope.brands),
        sees=cast(shapes.Sees, one.scope.sees),
        teams=sorted(one.scope.teams),
        enabled=one.disabled_at is None,
        disabled_why=one.disabled_why,  # type: ignore[arg-type]
        problem=one.problem,
        failing_since=one.failing_since,
        waiting=one.waiting,
        failed=one.failed,
        old_secret_until=one.old_secret_until,
        created_at=one.created_at,
    )


def delivery(one: Delivery) -> shapes.Delivery:
    """One delivery."""
    return shapes.Delivery(
        id=one.id,
        webhook_id=one.name,
        type=one.kind,
        stage=cast(shapes.Stage, one.stage.name.lower()),
        tries=one.tries,
        status=one.status,
        problem=one.problem,
        created_at=one.created_at,
        next_try_at=one.due if one.stage is Stage.WAITING else None,
        ended_at=one.ended_at,
    )


def detail(one: Delivery) -> shapes.DeliveryDetail:
    """One delivery with its tries."""
    attempts = [
        shapes.Attempt(
            at=each.at,
            took_ms=each.took_ms,
            status=each.status,
            problem=each.problem,
            request_headers=each.sent_headers,
            request_size=each.size,
            request_sha256=each.digest,
            response_headers=each.answer_headers,
            response_body=each.answer,
        )
        for each in one.attempts
    ]
    return shapes.DeliveryDetail(delivery(one), attempts, one.body.decode() if one.body else None)


def described(document: dict[str, Any]) -> dict[str, Any]:
    """The OpenAPI document with what we post to others: its ``webhooks``, and their shapes."""
    types = {kind: entry(kind) for kind in (*CATALOGUE, TEST)}
    every: list[Any] = [one.data for one in types.values()]
    _schemas, components = msgspec.json.schema_components(every, ref_template=REFERENCE)
    document["components"]["schemas"] |= components
    document["webhooks"] = {kind: {"post": _operation(kind, one.when, one.data)} for kind, one in types.items()}
    return document


def _operation(kind: str, when: str, data: Any) -> dict[str, Any]:
    (schema,), _components = msgspec.json.schema_components([Notice], ref_template=REFERENCE)
    notice = _components[schema["$ref"].rpartition("/")[2]]
    given = {"type": {"const": kind}, "data": {"$ref": REFERENCE.format(name=data.__name__)}}
    properties = {name: {**one, **given.get(name, {})} for name, one in notice["properties"].items()}
    properties["data"] = given["data"]
    body = {"type": "object", "properties": properties, "required": notice["required"]}
    return {
        "operationId": "on" + "".join(part.title() for part in kind.replace("_", ".").split(".")),
        "summary": kind,
        "description": when,
        "requestBody": {"content": {"application/json": {"schema": body, "example": example(kind)}}},
        "responses": {"2XX": {"description": "Taken: it is not sent again."}},
    }
