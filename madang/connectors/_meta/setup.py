"""What every set-up form of Meta asks, and what is left to do at developers.facebook.com. Texts are the house's own."""

from __future__ import annotations

from madang.channels.connector import Field, Step
from madang.channels.form import own_secret
from madang.lib.language import marked

FACEBOOK = "https://graph.facebook.com"
OF_APP = marked("Settings, Basic, of the app. It proves that webhooks come from Meta.")


def proofs(help: str = OF_APP) -> tuple[Field, Field]:
    """By what webhooks, and the first try of their address, are proven."""
    told = marked("Give the same to Meta with the webhook address. Left empty, one is made.")
    secret = Field("app_secret", marked("App secret"), kind="secret", help=help)
    return secret, own_secret("verify_token", marked("Verify token"), told)


def human_agent() -> Field:
    """Whether people may answer after the 24 hours."""
    return Field(
        "human_agent",
        marked("Meta has approved Human Agent for the app"),
        kind="switch",
        required=False,
        help=marked("Then people may answer for 7 days after her last message, otherwise for 24 hours."),
    )


def webhook(where: str, fields: str) -> tuple[Step, Step]:
    """The address to give to Meta, and the fields to subscribe to."""
    return (
        Step(marked("Webhook address"), "{host}/hooks/{key}", help=where),
        Step(marked("Webhook fields"), fields, help=marked("Subscribe to these on the same page.")),
    )
