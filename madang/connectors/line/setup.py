"""The set-up form. Texts are English msgids of this folder's locale."""

from __future__ import annotations

from madang.channels.connector import Field, Step
from madang.channels.form import api_url, currency, price
from madang.lib.language import marked

API = "https://api.line.me"
DATA = "https://api-data.line.me"

FIELDS: tuple[Field, ...] = (
    Field(
        "channel_secret",
        marked("Channel secret"),
        kind="secret",
        help=marked("In the LINE Developers console, on the page “Basic settings” of your Messaging API channel."),
    ),
    Field(
        "token",
        marked("Channel access token"),
        kind="secret",
        help=marked("On the page “Messaging API” of the same channel: issue a long-lived one. It is tried at once."),
    ),
    Field(
        "basic_id",
        marked("Basic ID"),
        required=False,
        help=marked("Begins with @. With it, customers can carry on in LINE by a link or a QR code."),
        placeholder="@haneul",
    ),
    Field(
        "groups",
        marked("Groups to listen to"),
        kind="lines",
        required=False,
        help=marked(
            "The ID of a group or room a line, beginning with C or R. What is said in any other group is ignored."
        ),
        placeholder="C4af4980629…",
        advanced=True,
    ),
    Field(
        "quote",
        marked("Quote the customer’s message in each answer"),
        kind="switch",
        required=False,
        advanced=True,
    ),
    Field(
        "names",
        marked("Show the name of whoever answers"),
        kind="switch",
        required=False,
        help=marked("It stands above each answer instead of the account’s name."),
        advanced=True,
    ),
    Field(
        "preview_url",
        marked("Picture shown before a film plays"),
        kind="url",
        required=False,
        help=marked(
            "A small JPEG or PNG at a public https address. LINE wants one for every film and for pictures over 1 MB; "
            "without it they are sent as links."
        ),
        placeholder="https://shop.example/film.png",
        advanced=True,
    ),
    price(
        "price",
        marked("Price of a message"),
        help=marked("What one message beyond your plan costs, such as 0.11. Answers within a minute are free."),
    ),
    currency("KRW"),
    api_url(API),
    Field("data_url", marked("Address of files in the API"), kind="url", required=False, default=DATA, advanced=True),
)

NEXT: tuple[Step, ...] = (
    Step(
        marked("Give LINE this webhook address"),
        "{host}/hooks/{key}",
        help=marked(
            "In the LINE Developers console, on the page “Messaging API”: webhook URL. Switch on “Use webhook” and "
            "“Webhook redelivery”."
        ),
    ),
    Step(
        marked("Let people answer, not LINE"),
        "https://manager.line.biz/",
        kind="open",
        help=marked("In LINE Official Account Manager, switch off the auto-reply messages and the greeting message."),
    ),
)
