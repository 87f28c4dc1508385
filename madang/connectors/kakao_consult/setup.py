"""The set-up form. Texts are English msgids of this folder's locale."""

from __future__ import annotations

from madang.channels.connector import Field, Step
from madang.channels.form import api_url, own_secret, price
from madang.lib.language import marked

FIELDS: tuple[Field, ...] = (
    Field(
        "dealer",
        marked("Dealer"),
        kind="choice",
        default="bizgo",
        choices=(("bizgo", "Bizgo (Infobank)"), ("happytalk", "Happytalk (MBI Solution)")),
        help=marked("KakaoTalk consultation is sold by Kakao's dealers only. Choose the one your contract is with."),
    ),
    Field(
        "sender_key",
        marked("Sender key"),
        help=marked("The key of your channel's sender profile (발신프로필 키), 40 characters. The dealer shows it."),
    ),
    Field(
        "api_key",
        marked("API key"),
        kind="secret",
        show_if=("dealer", "bizgo"),
        help=marked("From the Bizgo console, without any word before it. Let Bizgo register this server's address."),
    ),
    Field("client_id", "HT-Client-Id", show_if=("dealer", "happytalk"), help=marked("From Happytalk's support.")),
    Field(
        "client_secret",
        "HT-Client-Secret",
        kind="secret",
        show_if=("dealer", "happytalk"),
        help=marked("From Happytalk's support."),
    ),
    Field(
        "channel_id",
        marked("Search ID of the KakaoTalk channel"),
        required=False,
        placeholder="@haneul",
        help=marked(
            "What customers search for in KakaoTalk, beginning with @. Links that lead into this chat need it."
        ),
    ),
    own_secret(
        "hook_secret",
        marked("Webhook secret"),
        marked(
            "Dealers do not sign what they send, so this stands in the address they send to. Left empty, one is made."
        ),
    ),
    Field(
        "source_ips",
        marked("Addresses that webhooks come from"),
        kind="lines",
        required=False,
        advanced=True,
        placeholder="203.0.113.0/24",
        help=marked(
            "One address or network a line, as your dealer names them. Others are refused. Empty: from anywhere."
        ),
    ),
    Field(
        "admin_key",
        marked("Admin key of the Kakao app"),
        kind="secret",
        required=False,
        advanced=True,
        help=marked("Only for Kakao's own webhook that tells who adds or blocks the channel."),
    ),
    api_url(help=marked("Left empty, the dealer's own. Bizgo's sandbox is https://sandbox-mars.ibapi.kr")),
    price(
        "price",
        marked("Price of a message in KRW"),
        help=marked("What your contract says, without VAT. Shown before sending and added up in reports."),
    ),
)

NEXT: tuple[Step, ...] = (
    Step(
        marked("Give this webhook address to the dealer"),
        "{host}/hooks/{key}/",
        help=marked("Write the webhook secret right after it. The dealer adds the kind of each webhook by itself."),
    ),
    Step(
        marked("For channel added and blocked: the address for the Kakao app"),
        "{host}/hooks/{key}",
        help=marked(
            "Kakao Developers, your app, KakaoTalk Channel webhook. "
            "It needs the app's admin key in this channel's settings."
        ),
    ),
)
