"""The set-up form. Texts are English msgids of this folder's locale."""

from __future__ import annotations

from madang.channels.connector import Field, Step
from madang.channels.form import our_mark, own_secret
from madang.lib.language import marked

FIELDS: tuple[Field, ...] = (
    Field(
        "position",
        marked("Side of the page"),
        kind="choice",
        default="right",
        choices=(("right", marked("Right")), ("left", marked("Left"))),
    ),
    Field(
        "ask_email",
        marked("Ask visitors for their e-mail address"),
        kind="switch",
        default="on",
        required=False,
        help=marked("Asked once, when nobody has answered for a while, so that an answer finds those who have left."),
    ),
    Field(
        "push",
        marked("Notices of answers on the visitor's device"),
        kind="choice",
        default="plain",
        choices=(
            ("plain", marked("Offered; a notice only says that there is an answer")),
            ("words", marked("Offered; a notice shows the beginning of the answer")),
            ("off", marked("Not offered")),
        ),
        advanced=True,
        help=marked("Visitors are asked by their browser only after they press a button for it."),
    ),
    Field(
        "origins",
        marked("Websites that may show the chat"),
        kind="lines",
        required=False,
        help=marked("One address a line, such as https://shop.example. Left empty, every website may show it."),
        placeholder="https://shop.example",
    ),
    our_mark(),
    own_secret(
        "identity_secret",
        marked("Identity secret"),
        marked(
            "Your server signs the ids of your signed-in users with it. Left empty, a new one is made. "
            "A changed secret signs everybody out."
        ),
    ),
)

NEXT: tuple[Step, ...] = (
    Step(
        marked("Paste this line into your pages, anywhere"),
        '<script async src="{host}/chat/{key}/loader.js"></script>',
        help=marked("The chat takes its name, colour and greeting from the brand."),
    ),
    Step(marked("Try it on a page of an imaginary shop"), "{host}/chat/{key}/try", kind="open"),
)
