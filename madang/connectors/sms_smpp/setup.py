"""The set-up form. Texts are English msgids of this folder's locale."""

from __future__ import annotations

from madang.channels.connector import Field, Step
from madang.channels.form import currency, price, region
from madang.lib.language import marked

FIELDS: tuple[Field, ...] = (
    Field("host", marked("SMSC server"), placeholder="smpp.example.net"),
    Field("port", marked("Port"), kind="number", default="2775"),
    Field(
        "security",
        marked("Security"),
        kind="choice",
        default="tls",
        choices=(
            ("tls", marked("TLS from the start")),
            ("none", marked("None, only over a VPN or inside the network")),
        ),
    ),
    Field("system_id", marked("System ID"), help=marked("The account's name at the SMSC, at most 15 letters.")),
    Field("password", marked("Password"), kind="secret", help=marked("At most 8 letters, as the protocol has it.")),
    Field("sender", marked("Sender number"), placeholder="15880000", help=marked("As it was registered with them.")),
    region(),
    Field(
        "binds",
        marked("How to connect"),
        kind="choice",
        default="separate",
        choices=(
            ("separate", marked("A receiver, and transmitters for sending")),
            ("transceiver", marked("Transceivers only")),
        ),
        advanced=True,
    ),
    Field("system_type", marked("System type"), required=False, advanced=True),
    Field(
        "numbers",
        marked("How numbers are written"),
        kind="choice",
        default="international",
        choices=(
            ("international", marked("With the country: 821012345678")),
            ("national", marked("As dialled inside the country: 01012345678")),
        ),
        advanced=True,
    ),
    Field(
        "alphabet",
        marked("Default alphabet"),
        kind="choice",
        default="gsm",
        choices=(("gsm", "GSM 03.38"), ("latin-1", "Latin-1"), ("ascii", "ASCII")),
        advanced=True,
        help=marked("What data coding 0 means there. Ask them when umlauts or @ arrive wrong."),
    ),
    Field(
        "long",
        marked("Long messages"),
        kind="choice",
        default="udh",
        choices=(
            ("udh", marked("In parts that the phone puts together (UDH)")),
            ("payload", marked("Whole, the SMSC cuts them (message_payload)")),
        ),
        advanced=True,
    ),
    Field(
        "receipt_ids",
        marked("Message numbers in receipts"),
        kind="choice",
        default="same",
        choices=(
            ("same", marked("As given when sending")),
            ("decimal", marked("Given hexadecimal, reported decimal")),
            ("hexadecimal", marked("Given decimal, reported hexadecimal")),
        ),
        advanced=True,
    ),
    Field("per_second", marked("Messages a second"), kind="number", default="10", advanced=True),
    Field("window", marked("Messages without an answer yet, at most"), kind="number", default="10", advanced=True),
    price("price_sms", marked("Price of an SMS part")),
    currency("KRW"),
)

NEXT: tuple[Step, ...] = (
    Step(
        marked("Send a text to this number"),
        "{sender}",
        help=marked("It appears in the inbox within seconds."),
    ),
)
