"""The set-up form. Texts are English msgids of this folder's locale."""

from __future__ import annotations

from madang.channels.connector import Field, Step
from madang.channels.form import our_mark, own_secret
from madang.lib.language import marked
from madang.lib.webhooks import new_secret

FIELDS: tuple[Field, ...] = (
    Field("title", marked("Heading"), required=False, help=marked("Left empty: questions and answers.")),
    Field("intro", marked("A sentence below it"), required=False),
    Field(
        "visibility",
        marked("Who reads what is asked"),
        kind="choice",
        default="public",
        choices=(
            ("public", marked("Everybody, unless the author makes it secret")),
            ("private", marked("Only the author: every post is secret")),
        ),
    ),
    Field(
        "ask_email",
        marked("Ask for an e-mail address"),
        kind="switch",
        default="",
        required=False,
        help=marked("It may be left empty, and is shown to nobody."),
    ),
    Field(
        "users_of",
        marked("Key of the chat whose signed-in users are known here"),
        required=False,
        advanced=True,
        help=marked("Users whom your server has signed for that chat write here under their account."),
    ),
    our_mark(),
    own_secret(
        "secret",
        marked("Signing secret"),
        marked("The board's pages sign with it. Left empty, a new one is made."),
        advanced=True,
        fresh=new_secret,
    ),
)

NEXT: tuple[Step, ...] = (
    Step(marked("Link to the board"), "{host}/board/{key}"),
    Step(marked("Look at the board"), "{host}/board/{key}", kind="open"),
)
