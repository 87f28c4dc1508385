"""What the API says and takes of webhooks: who is told of events, and what became of it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

from madang.api.shapes import Moment, Number

Kinds = Annotated[
    list[str],
    Meta(
        description="What it is told of: kinds (`message.received`), all of a subject (`message.*`), or `*`.",
        min_length=1,
        max_length=60,
        examples=[["message.*", "conversation.closed"]],
    ),
]
Sees = Annotated[
    Literal["all", "team"], Meta(description="`team`: only conversations of `teams`, and those of no team.")
]
Brands = Annotated[list[int] | None, Meta(description="Only these brands; null for every one, those to come too.")]
Stage = Annotated[
    Literal["waiting", "done", "failed", "dropped"],
    Meta(description="`dropped`: never sent, because it is out of its scope by now or what it was about is gone."),
]


class Webhook(Struct, frozen=True):
    """A receiver of events."""

    id: Number
    description: Annotated[str, Meta(description="What it is for.")]
    url: Annotated[str, Meta(description="Where events are posted to.")]
    kinds: Kinds
    brands: Brands
    sees: Sees
    teams: Annotated[list[int], Meta(description="The teams, where it sees only some.")]
    enabled: Annotated[bool, Meta(description="Whether it is told of anything.")]
    disabled_why: Annotated[
        Literal["", "person", "gone", "failing"],
        Meta(description="`gone`: it answered 410. `failing`: nothing got through for a day. Empty when enabled."),
    ]
    problem: Annotated[str, Meta(description="The same in words; or empty.")]
    failing_since: Annotated[
        datetime | None, Meta(description="Nothing got through since then; null when all is well.")
    ]
    waiting: Annotated[int, Meta(description="Deliveries that wait, at most 1,000.")]
    failed: Annotated[int, Meta(description="Deliveries that failed for good, at most 1,000.")]
    old_secret_until: Annotated[datetime | None, Meta(description="Until then the secret before this one signs too.")]
    created_at: Moment


class WebhookList(Struct, frozen=True):
    """Every webhook you may look after."""

    items: list[Webhook]


class NewWebhook(Struct, frozen=True, forbid_unknown_fields=True):
    """A receiver to be."""

    url: Annotated[str, Meta(description="https, and not inside our network unless allowed.", max_length=2_000)]
    kinds: Kinds
    description: Annotated[str, Meta(description="What it is for.", max_length=200)] = ""
    brands: Brands = None
    sees: Sees = "all"
    teams: Annotated[list[int], Meta(description="The teams, where it sees only some.", max_length=100)] = []


class MadeWebhook(Struct, frozen=True):
    """A receiver just made."""

    webhook: Annotated[Webhook, Meta(description="How it is set up.")]
    secret: Annotated[str, Meta(description="Signs every delivery. Shown only now.")]


class Secret(Struct, frozen=True):
    """A new secret."""

    secret: Annotated[str, Meta(description="Signs every delivery from now on. Shown only now.")]
    old_secret_until: Annotated[datetime | None, Meta(description="Until then the one before signs too.")]


class Delivery(Struct, frozen=True):
    """One event for one receiver."""

    id: Number
    webhook_id: Annotated[str, Meta(description="The header of that name: the same at every try and replay.")]
    type: Annotated[str, Meta(description="The kind of event.")]
    stage: Stage
    tries: Annotated[int, Meta(description="How often it was tried, since it was last given in.")]
    status: Annotated[int, Meta(description="What was answered last; 0 for nothing.")]
    problem: Annotated[str, Meta(description="What went wrong last, where nothing was answered; or empty.")]
    created_at: Moment
    next_try_at: Annotated[datetime | None, Meta(description="When it is tried again; null when it does not wait.")]
    ended_at: Annotated[datetime | None, Meta(description="When it came to its end; null while it waits.")]


class DeliveryPage(Struct, frozen=True):
    """A page of deliveries, newest first."""

    items: list[Delivery]
    next: Annotated[str | None, Meta(description="The `cursor` of the page after this one; null on the last.")]


class Attempt(Struct, frozen=True):
    """One try, as it went over the wire."""

    at: Moment
    took_ms: Annotated[int, Meta(description="Milliseconds until its answer.")]
    status: Annotated[int, Meta(description="What was answered; 0 for nothing.")]
    problem: Annotated[str, Meta(description="Why nothing was answered; or empty.")]
    request_headers: Annotated[dict[str, str], Meta(description="What we sent above the body.")]
    request_size: Annotated[int, Meta(description="Bytes of the body.")]
    request_sha256: Annotated[str, Meta(description="SHA-256 of the body, in hex.")]
    response_headers: Annotated[dict[str, str], Meta(description="At most 40 of them.")]
    response_body: Annotated[str, Meta(description="Its first 4,000 characters.")]


class DeliveryDetail(Struct, frozen=True):
    """One delivery with its tries."""

    delivery: Annotated[Delivery, Meta(description="Where it stands.")]
    attempts: Annotated[list[Attempt], Meta(description="Oldest first.")]
    body: Annotated[
        str | None,
        Meta(description="The body as it would be sent now; null when what it was about is gone or out of scope."),
    ]


class NewReplay(Struct, frozen=True, forbid_unknown_fields=True):
    """What to send again: one delivery, or a time."""

    delivery: Annotated[int | None, Meta(description="One delivery, by its `id`.")] = None
    since: Annotated[datetime | None, Meta(description="All events from then on; RFC 3339 with a zone.")] = None
    until: Annotated[datetime | None, Meta(description="And before then; now, if missing.")] = None
    failed: Annotated[bool, Meta(description="Only what failed.")] = False


class Replayed(Struct, frozen=True):
    """What is sent again."""

    deliveries: Annotated[int, Meta(description="How many.")]
