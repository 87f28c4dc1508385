"""The set-up form. Texts are English msgids of this folder's locale."""

from __future__ import annotations

from madang.channels.connector import Field, Step
from madang.channels.form import api_url, currency, price, region
from madang.lib.language import marked

FIELDS: tuple[Field, ...] = (
    Field(
        "account_sid",
        marked("Account SID"),
        help=marked("In the Twilio console, under Account Info. It begins with AC."),
        placeholder="AC…",
    ),
    Field("auth_token", marked("Auth token"), kind="secret", help=marked("Beside the Account SID. It signs webhooks.")),
    Field(
        "sender",
        marked("Number or messaging service"),
        help=marked("Your Twilio number as +1…, a sender name, or a messaging service that begins with MG."),
        placeholder="+15005550006",
    ),
    region(),
    Field(
        "mms",
        marked("Send files as MMS"),
        kind="switch",
        required=False,
        help=marked("For numbers of the United States, Canada and Australia. Elsewhere files go as links."),
    ),
    price("price_sms", marked("Price of an SMS part")),
    price("price_mms", marked("Price of an MMS")),
    currency("USD"),
    api_url(
        "https://api.twilio.com",
        marked("Another one only for a region of Twilio, or a provider that speaks as Twilio does."),
    ),
)

NEXT: tuple[Step, ...] = (
    Step(
        marked("Give Twilio this address as the webhook of incoming messages"),
        "{host}/hooks/{key}",
        help=marked("Phone Numbers, your number, “A message comes in”: Webhook, HTTP POST."),
    ),
    Step(marked("Delivery states come to the same address by themselves."), kind="text"),
)
