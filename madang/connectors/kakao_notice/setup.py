"""The set-up form. Texts are English msgids of this folder's locale."""

from __future__ import annotations

from madang.channels.connector import Field, Step
from madang.channels.form import api_url, own_secret, price
from madang.lib.language import marked

SOLAPI, BIZGO = ("dealer", "solapi"), ("dealer", "bizgo")


FIELDS: tuple[Field, ...] = (
    Field(
        "dealer", marked("Dealer"), kind="choice", default="solapi", choices=(("solapi", "Solapi"), ("bizgo", "Bizgo"))
    ),
    Field("api_key", marked("API key"), show_if=SOLAPI, placeholder="NCS…"),
    Field("api_secret", marked("API secret"), kind="secret", show_if=SOLAPI),
    Field(
        "channel_id",
        marked("ID of the Kakao channel"),
        show_if=SOLAPI,
        help=marked("In Solapi's console, at the Kakao channel. Begins with KA01PF."),
        placeholder="KA01PF…",
    ),
    Field("bizgo_key", marked("API key"), kind="secret", show_if=BIZGO),
    Field(
        "sender_key",
        marked("Sender key"),
        show_if=BIZGO,
        help=marked("Of the Kakao channel (발신프로필 키), 40 characters, from Bizgo's console."),
    ),
    Field(
        "webhook_secret",
        marked("Secret for report webhooks"),
        kind="secret",
        required=False,
        show_if=BIZGO,
        help=marked("Ask Bizgo for it. Reports without its signature are then refused."),
    ),
    own_secret(
        "hook_secret",
        marked("Secret in the report address"),
        marked("It proves that a report comes from the dealer. Left empty, a new one is made."),
    ),
    Field(
        "dealer_sms",
        marked("The dealer sends a text message when KakaoTalk fails"),
        kind="switch",
        required=False,
        help=marked("Leave this off: Madang goes on to the next channel by itself, and nobody gets it twice."),
    ),
    Field(
        "sender_number",
        marked("Registered sender number"),
        required=False,
        help=marked("Needed only where the dealer sends text messages."),
        placeholder="0212345678",
    ),
    price("price_alimtalk", marked("Price of an AlimTalk, in won")),
    price("price_brand", marked("Price of a BrandMessage, in won")),
    Field(
        "targeting",
        marked("Who gets BrandMessages"),
        kind="choice",
        default="I",
        choices=(
            ("I", marked("Friends of the Kakao channel")),
            ("M", marked("Everybody who agreed to advertising")),
            ("N", marked("Who agreed to advertising and is no friend")),
        ),
        help=marked("The last two need Kakao's permission for your channel."),
        advanced=True,
    ),
    Field("unsubscribe_number", marked("Free number to opt out (080)"), required=False, advanced=True, show_if=BIZGO),
    Field("unsubscribe_code", marked("Code for that number"), required=False, advanced=True, show_if=BIZGO),
    api_url(help=marked("Left empty, it is the dealer's own.")),
)

NEXT: tuple[Step, ...] = (
    Step(
        marked("Have delivery reports posted to this address"),
        "{host}/hooks/{key}?s=",
        help=marked("Put the secret of the report address behind the equals sign. Enter it in the dealer's console."),
    ),
)
