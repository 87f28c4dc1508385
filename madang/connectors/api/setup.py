"""The set-up form. Texts are English msgids of this folder's locale."""

from __future__ import annotations

from madang.channels.connector import Field, Step
from madang.channels.form import own_secret, region
from madang.lib.language import marked
from madang.lib.webhooks import new_secret

FIELDS: tuple[Field, ...] = (
    Field(
        "callback_url",
        marked("Where answers go"),
        kind="url",
        required=False,
        help=marked(
            "Answers are posted there as signed webhooks. Left empty, your program reads them from the API instead."
        ),
        placeholder="https://shop.example/answers",
    ),
    own_secret(
        "secret",
        marked("Signing secret"),
        marked(
            "Both sides sign with it, as the Standard Webhooks say. Left empty, a new one is made. To change it "
            "without a gap, give the new one and the old one with a space between them for a while."
        ),
        fresh=new_secret,
    ),
    region(),
)

NEXT: tuple[Step, ...] = (
    Step(
        marked("Post messages to this address"),
        "{host}/hooks/{key}",
        help=marked("Signed as the Standard Webhooks say, with the signing secret of this channel."),
    ),
    Step(marked("The channel's key"), "{key}"),
)
