"""The set-up form. Texts are English msgids of this folder's locale."""

from __future__ import annotations

from madang.channels.connector import Field, Step
from madang.channels.form import api_url, own_secret
from madang.lib.language import marked

API = "https://api.telegram.org"


FIELDS: tuple[Field, ...] = (
    Field(
        "token",
        marked("Bot token"),
        kind="secret",
        help=marked("From @BotFather in Telegram: /newbot, or /token for a bot you have. It is tried at once."),
        placeholder="123456789:AA…",
    ),
    Field(
        "username",
        marked("User name of the bot"),
        required=False,
        help=marked("Ends with “bot”. With it, customers can carry on in Telegram by a link or a QR code."),
        placeholder="haneul_bot",
    ),
    Field(
        "groups",
        marked("Groups to listen to"),
        kind="lines",
        required=False,
        help=marked(
            "The number or the @name of a group a line. What is said in any other group is ignored. Switch off the "
            "bot’s group privacy with @BotFather, so that it hears everything there."
        ),
        placeholder="-1001234567890",
        advanced=True,
    ),
    Field(
        "quote",
        marked("Quote the customer’s message in each answer"),
        kind="switch",
        required=False,
        advanced=True,
    ),
    own_secret(
        "webhook_secret",
        marked("Secret of the webhook"),
        marked("Letters, digits, _ and - only. Left empty, a new one is made."),
        advanced=True,
    ),
    api_url(API, marked("As it is, unless you run a Bot API server of your own.")),
)

NEXT: tuple[Step, ...] = (
    Step(
        marked("Test the connection once"),
        kind="text",
        help=marked("It tells Telegram where to deliver what customers write. Telegram wants a public https address."),
    ),
    Step(marked("The address Telegram delivers to"), "{host}/hooks/{key}"),
)
