"""The set-up form. Texts are English msgids of this folder's locale."""

from __future__ import annotations

from madang.channels.connector import Field, Step
from madang.channels.form import api_url
from madang.lib.language import marked

ADDRESS = "https://gw.talk.naver.com"
# Where Naver's webhooks come from: its README, and its answer in github.com/navertalk/chatbot-api/issues/158.
NETWORKS = ("211.249.40.0/27", "211.249.68.0/27", "220.230.168.0/27")

FIELDS: tuple[Field, ...] = (
    Field(
        "partner",
        marked("Account ID"),
        help=marked("The end of your chat's address: talk.naver.com/ct/w4xxxx."),
        placeholder="w4xxxx",
    ),
    Field(
        "authorization",
        marked("Authorization key"),
        kind="secret",
        help=marked("Partner centre, developer tools, chatbot API settings, Send API: create. Copy it as it is."),
        placeholder="ct_…",
    ),
    Field(
        "handover",
        marked("Take over from the partner centre when we answer"),
        kind="switch",
        required=False,
        help=marked(
            "Needs the Handover API to be on. Then what somebody took up there is done there once we answer here."
        ),
    ),
    Field(
        "networks",
        marked("Networks that webhooks come from"),
        kind="lines",
        required=False,
        default="\n".join(NETWORKS),
        help=marked(
            "Naver signs nothing, so these addresses are the proof. One a line; empty only with a secret below."
        ),
        advanced=True,
    ),
    Field(
        "hook_secret",
        marked("Secret in the webhook address"),
        kind="secret",
        required=False,
        help=marked("If given, the address you register at Naver must end in ?s= and this secret."),
        advanced=True,
    ),
    api_url(ADDRESS),
)

NEXT: tuple[Step, ...] = (
    Step(marked("Open the partner centre"), "https://partner.talk.naver.com/", kind="open"),
    Step(
        marked("Register this address as webhook"),
        "{host}/hooks/{key}",
        help=marked(
            "Developer tools, chatbot API settings, Webhook. Choose the events send, open, leave, friend, echo."
        ),
    ),
    Step(
        marked("If nothing comes any more, save the address again"),
        kind="text",
        help=marked("Naver stops for good after several failures in an hour, until the address is saved again."),
    ),
)
