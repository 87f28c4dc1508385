"""The set-up form. Texts are English msgids of this folder's locale."""

from __future__ import annotations

from madang.channels.connector import Field, Step
from madang.channels.form import api_url
from madang.connectors._meta import setup as meta
from madang.lib.language import marked

# What the app is told of the page; ``feed`` brings its comments.
SUBSCRIBED = (
    "messages,messaging_postbacks,messaging_referrals,message_deliveries,message_reads,message_reactions,message_edits,"
    "message_echoes,messaging_handovers,standby,feed"
)


FIELDS: tuple[Field, ...] = (
    Field(
        "page_id",
        marked("Page ID"),
        help=marked("On the page: About, Page transparency. Digits only."),
        placeholder="108123456789012",
    ),
    Field(
        "token",
        marked("Page access token"),
        kind="secret",
        help=marked("With pages_messaging, pages_manage_metadata, pages_read_engagement and pages_manage_engagement."),
    ),
    *meta.proofs(),
    meta.human_agent(),
    api_url(meta.FACEBOOK),
)

NEXT: tuple[Step, ...] = meta.webhook(
    marked("In your app: Webhooks, object Page. Give the verify token of this channel with it."),
    SUBSCRIBED.replace(",", ", "),
)
