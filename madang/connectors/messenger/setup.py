"""The set-up form. Texts are English msgids of this folder's locale."""

from __future__ import annotations

import secrets

from madang.channels.connector import Field, Step
from madang.lib.language import marked

API = "https://graph.facebook.com"
# What the app is told of the page; ``feed`` brings its comments.
SUBSCRIBED = (
    "messages,messaging_postbacks,messaging_referrals,message_deliveries,message_reads,message_reactions,message_edits,"
    "message_echoes,messaging_handovers,standby,feed"
)


def _token() -> str:
    return secrets.token_urlsafe(24)


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
    Field(
        "app_secret",
        marked("App secret"),
        kind="secret",
        help=marked("Settings, Basic, of the app. It proves that webhooks come from Meta."),
    ),
    Field(
        "verify_token",
        marked("Verify token"),
        kind="secret",
        required=False,
        help=marked("Give the same to Meta with the webhook address. Left empty, one is made."),
        fresh=_token,
    ),
    Field(
        "human_agent",
        marked("Meta has approved Human Agent for the app"),
        kind="switch",
        required=False,
        help=marked("Then people may answer for 7 days after her last message, otherwise for 24 hours."),
    ),
    Field(
        "api_url",
        marked("Address of the Graph API"),
        kind="url",
        default=API,
        advanced=True,
    ),
)

NEXT: tuple[Step, ...] = (
    Step(
        marked("Webhook address"),
        "{host}/hooks/{key}",
        help=marked("In your app: Webhooks, object Page. Give the verify token of this channel with it."),
    ),
    Step(marked("Webhook fields"), SUBSCRIBED.replace(",", ", "), help=marked("Subscribe to these on the same page.")),
)
