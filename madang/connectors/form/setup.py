"""The set-up form. Texts are English msgids of this folder's locale."""

from __future__ import annotations

from madang.channels.connector import Field, Step
from madang.channels.form import our_mark, own_secret, region
from madang.lib.language import marked
from madang.lib.webhooks import new_secret

ASKED = (("off", marked("Not asked")), ("optional", marked("May be left empty")), ("required", marked("Required")))

FIELDS: tuple[Field, ...] = (
    Field("title", marked("Heading"), required=False, help=marked("Left empty, the form greets with the brand.")),
    Field("intro", marked("A sentence below it"), required=False),
    Field("ask_name", marked("Name"), kind="choice", default="optional", choices=ASKED),
    Field(
        "ask_email",
        marked("E-mail address"),
        kind="choice",
        default="required",
        choices=ASKED,
        help=marked("Answers go there. It counts as said, not as proven, until an answer comes back."),
    ),
    Field("ask_phone", marked("Phone number"), kind="choice", default="off", choices=ASKED),
    Field(
        "topics",
        marked("Topics to choose from"),
        kind="lines",
        required=False,
        help=marked("One a line. Left empty, no topic is asked."),
    ),
    Field("ask_orders", marked("Order number"), kind="choice", default="off", choices=ASKED),
    Field("ask_files", marked("Files"), kind="choice", default="optional", choices=ASKED[:2]),
    Field(
        "consent",
        marked("What customers must agree to"),
        required=False,
        help=marked("Such as: I agree that my data is used to answer me. Left empty, nothing is asked."),
    ),
    Field("consent_url", marked("Where the whole text of it stands"), kind="url", required=False),
    Field("thanks", marked("Thanks, after it is sent"), required=False),
    Field(
        "case_page",
        marked("A page of the case"),
        kind="switch",
        default="on",
        required=False,
        help=marked("Customers get a link to a page where answers stand, and where they can write more."),
    ),
    Field(
        "origins",
        marked("Websites that may show the form"),
        kind="lines",
        required=False,
        help=marked("One address a line, such as https://shop.example. Left empty, every website may show it."),
        placeholder="https://shop.example",
    ),
    region(advanced=True),
    our_mark(),
    own_secret(
        "secret",
        marked("Signing secret"),
        marked("The form's page signs with it. Left empty, a new one is made."),
        advanced=True,
        fresh=new_secret,
    ),
)

NEXT: tuple[Step, ...] = (
    Step(
        marked("Paste this line where the form is to stand"),
        '<script async src="{host}/forms/{key}/embed.js"></script>',
        help=marked("The form takes its name and colour from the brand."),
    ),
    Step(marked("Or link to its own page"), "{host}/forms/{key}"),
    Step(marked("Try it"), "{host}/forms/{key}", kind="open"),
)
