"""The set-up form. Texts are English msgids of this folder's locale."""

from __future__ import annotations

from madang.channels.connector import Field, Step
from madang.channels.form import api_url, currency, price
from madang.connectors._meta import setup as meta
from madang.lib.language import marked

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
    *meta.proofs(),
    api_url(meta.FACEBOOK),
    currency("USD"),
    price("price_service", marked("Price of an answer within 24 hours"), "0"),
    price("price_utility", marked("Price of a utility template")),
    price("price_marketing", marked("Price of a marketing template")),
    price("price_authentication", marked("Price of an authentication template")),
)

NEXT: tuple[Step, ...] = meta.webhook(
    marked("In your app: WhatsApp, Configuration, Webhook. Give the verify token of this channel with it."),
    "messages, smb_message_echoes, user_preferences, calls, message_template_status_update",
)
