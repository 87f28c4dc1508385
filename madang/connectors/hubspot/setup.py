"""The set-up form. Texts are English msgids of this folder's locale."""

from __future__ import annotations

from madang.channels.connector import Field, Step
from madang.channels.form import api_url
from madang.lib.language import marked

API = "https://api.hubapi.com"

FIELDS: tuple[Field, ...] = (
    Field(
        "token",
        marked("Access token"),
        kind="secret",
        help=marked(
            "Of an app of your own in HubSpot, with the scopes crm.objects.contacts.read and "
            "crm.objects.contacts.write. It is tried before it is kept."
        ),
        placeholder="pat-…",
    ),
    Field(
        "client_secret",
        marked("Client secret of the app"),
        kind="secret",
        required=False,
        help=marked(
            "Of the same app. It proves HubSpot’s webhooks. Left empty, changes in HubSpot are looked for every minute."
        ),
    ),
    api_url(API, marked("As it is, unless HubSpot gave your account another one.")),
)

NEXT: tuple[Step, ...] = (
    Step(
        marked("Have HubSpot tell us of changes"),
        "{host}/crm/{key}",
        help=marked(
            "The target URL of the app’s webhooks. Subscribe to contact creation, deletion, privacy deletion, "
            "merge and restore, and to changes of the properties that are mapped."
        ),
    ),
)
