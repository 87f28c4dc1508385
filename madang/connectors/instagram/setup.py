"""The set-up form. Texts are English msgids of this folder's locale."""

from __future__ import annotations

from madang.channels.connector import Field, Step
from madang.channels.form import api_url
from madang.connectors._meta import setup as meta
from madang.lib.language import marked

API = "https://graph.instagram.com"
SUBSCRIBED = (
    "messages,messaging_postbacks,messaging_seen,message_reactions,message_edit,messaging_referral,standby,comments,"
    "live_comments"
)
OF_PAGE = "messages,messaging_postbacks,feed"  # where a page stands between


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
    *meta.proofs(marked("Of the Instagram app where you sign in with Instagram, else of the app. It proves webhooks.")),
    meta.human_agent(),
    api_url(API),
)

NEXT: tuple[Step, ...] = meta.webhook(
    marked("In your app: Webhooks, object Instagram. Give the verify token of this channel with it."),
    SUBSCRIBED.replace(",", ", "),
)
