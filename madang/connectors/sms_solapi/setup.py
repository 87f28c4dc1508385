"""The set-up form. Texts are English msgids of this folder's locale."""

from __future__ import annotations

from madang.channels.connector import Field, Step
from madang.channels.form import api_url, own_secret, price
from madang.lib.language import marked

FIELDS: tuple[Field, ...] = (
    Field("api_key", marked("API key"), help=marked("In the Solapi console, under Development, API keys.")),
    Field("api_secret", marked("API secret"), kind="secret", help=marked("Shown once, when the key is made.")),
    Field(
        "sender",
        marked("Sender number"),
        help=marked("It must be registered at Solapi beforehand; the law does not allow any other."),
        placeholder="02-1234-5678",
    ),
    Field(
        "subject",
        marked("Subject of long messages"),
        required=False,
        help=marked("Stands above LMS and MMS, at most 40 bytes. Left empty, the brand's name."),
    ),
    own_secret(
        "hook_secret",
        marked("Secret in the report address"),
        marked("Solapi does not sign its reports: who knows this address is believed. Left empty, one is made."),
    ),
    price("price_sms", marked("Price of an SMS"), "18"),
    price("price_lms", marked("Price of an LMS"), "45"),
    price("price_mms", marked("Price of an MMS"), "110"),
    api_url("https://api.solapi.com"),
)

NEXT: tuple[Step, ...] = (
    Step(
        marked("Give Solapi this address for reports of each message"),
        "{host}/hooks/{key}?s=",
        help=marked(
            "Put the secret of the report address behind the equals sign. In the console: Development, Webhooks, "
            "single report. Without it you see no delivery."
        ),
    ),
)
