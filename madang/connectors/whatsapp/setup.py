"""The set-up form. Texts are English msgids of this folder's locale."""

from __future__ import annotations

import secrets

from madang.channels.connector import Field, Step
from madang.lib.language import marked

API = "https://graph.facebook.com"


def _token() -> str:
    return secrets.token_urlsafe(24)


FIELDS: tuple[Field, ...] = (
    Field(
        "number",
        marked("The business phone number"),
        help=marked("With its country. Customers see it, and links lead to it."),
        placeholder="+821012345678",
    ),
    Field(
        "phone_id",
        marked("Phone number ID"),
        help=marked("On the page API Setup of your app at developers.facebook.com. It is not the number itself."),
        placeholder="106540352242922",
    ),
    Field(
        "waba_id",
        marked("WhatsApp Business Account ID"),
        help=marked("On the same page. Your templates are read from it."),
        placeholder="102290129340398",
    ),
    Field(
        "token",
        marked("Access token"),
        kind="secret",
        help=marked(
            "Of a system user, with whatsapp_business_messaging and whatsapp_business_management. No end date."
        ),
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
        "api_url",
        marked("Address of the Graph API"),
        kind="url",
        default=API,
        advanced=True,
    ),
    Field(
        "currency",
        marked("Currency of the prices"),
        required=False,
        default="USD",
        help=marked("Three letters, such as KRW."),
        advanced=True,
    ),
    Field("price_service", marked("Price of an answer within 24 hours"), required=False, default="0", advanced=True),
    Field("price_utility", marked("Price of a utility template"), required=False, advanced=True),
    Field("price_marketing", marked("Price of a marketing template"), required=False, advanced=True),
    Field("price_authentication", marked("Price of an authentication template"), required=False, advanced=True),
)

NEXT: tuple[Step, ...] = (
    Step(
        marked("Webhook address"),
        "{host}/hooks/{key}",
        help=marked("In your app: WhatsApp, Configuration, Webhook. Give the verify token of this channel with it."),
    ),
    Step(
        marked("Webhook fields"),
        "messages, smb_message_echoes, user_preferences, calls, message_template_status_update",
        help=marked("Subscribe to these on the same page."),
    ),
)
