"""The set-up form. Texts are English msgids of this folder's locale."""

from __future__ import annotations

from madang.channels.connector import Field, Step
from madang.channels.form import own_secret, region
from madang.lib.language import marked
from madang.lib.webhooks import new_secret

FIELDS: tuple[Field, ...] = (
    Field(
        "store",
        marked("Name of the store"),
        help=marked("Staff choose it at the counter, and it stands on every visit."),
        placeholder="Seongsu store",
    ),
    region(advanced=True),
    own_secret(
        "secret",
        marked("Signing secret"),
        marked("The counter, or a till of yours, signs with it. Left empty, a new one is made."),
        advanced=True,
        fresh=new_secret,
    ),
)

NEXT: tuple[Step, ...] = (
    Step(
        marked("Open the counter on the phone or tablet of the store"),
        "{host}/counter",
        kind="open",
        help=marked("Whoever is signed in and may answer customers can use it."),
    ),
    Step(marked("A till of yours may post visits to this address, signed"), "{host}/hooks/{key}"),
)
