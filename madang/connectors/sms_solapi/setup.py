"""The set-up form. Texts are English msgids of this folder's locale."""

from __future__ import annotations

import secrets

from madang.channels.connector import Field, Step
from madang.lib.language import marked


def new_secret() -> str:
    """What proves that a report comes from the address only Solapi was given."""
    return secrets.token_urlsafe(24)


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
    Field(
        "hook_secret",
        marked("Secret in the report address"),
        kind="secret",
        required=False,
        help=marked("Solapi does not sign its reports: who knows this address is believed. Left empty, one is made."),
        fresh=new_secret,
    ),
    Field("price_sms", marked("Price of an SMS"), required=False, default="18", advanced=True, placeholder="18"),
    Field("price_lms", marked("Price of an LMS"), required=False, default="45", advanced=True, placeholder="45"),
    Field("price_mms", marked("Price of an MMS"), required=False, default="110", advanced=True, placeholder="110"),
    Field(
        "api_url",
        marked("API address"),
        kind="url",
        default="https://api.solapi.com",
        advanced=True,
    ),
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
