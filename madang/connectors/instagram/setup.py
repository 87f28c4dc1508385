"""The set-up form. Texts are English msgids of this folder's locale."""

from __future__ import annotations

import secrets

from madang.channels.connector import Field, Step
from madang.lib.language import marked

API = "https://graph.instagram.com"
BY_FACEBOOK = "https://graph.facebook.com"
SUBSCRIBED = (
    "messages,messaging_postbacks,messaging_seen,message_reactions,message_edit,messaging_referral,standby,comments,"
    "live_comments"
)
OF_PAGE = "messages,messaging_postbacks,feed"  # where a page stands between


def _token() -> str:
    return secrets.token_urlsafe(24)


FIELDS: tuple[Field, ...] = (
    Field(
        "login",
        marked("How the app is connected"),
        kind="choice",
        default="instagram",
        choices=(
            ("instagram", marked("With the Instagram account itself")),
            ("facebook", marked("Through the Facebook page of the account")),
        ),
    ),
    Field(
        "username",
        marked("User name"),
        help=marked("Without @. Links into the chat lead to it."),
        placeholder="haneul.home",
    ),
    Field(
        "account_id",
        marked("Instagram account ID"),
        help=marked(
            "Of the professional account, digits only. The app's page API setup with Instagram login shows it."
        ),
        placeholder="17841405822304914",
    ),
    Field(
        "token",
        marked("Access token"),
        kind="secret",
        help=marked("With permission to manage messages and comments of the account."),
    ),
    Field(
        "app_secret",
        marked("App secret"),
        kind="secret",
        help=marked("Of the Instagram app where you sign in with Instagram, else of the app. It proves webhooks."),
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
        help=marked("In your app: Webhooks, object Instagram. Give the verify token of this channel with it."),
    ),
    Step(marked("Webhook fields"), SUBSCRIBED.replace(",", ", "), help=marked("Subscribe to these on the same page.")),
)
