"""The set-up form. Texts are English msgids of this folder's locale."""

from __future__ import annotations

from madang.channels.connector import Field, Step
from madang.channels.form import api_url, own_secret, price
from madang.lib.language import marked

FIELDS: tuple[Field, ...] = (
    own_secret(
        "skill_secret",
        marked("Skill secret"),
        marked("Kakao does not sign skill calls, so this is sent along in a header. Left empty, one is made."),
    ),
    Field(
        "waiting",
        marked("What she reads at once"),
        default="메시지를 받았어요. 상담원이 곧 답해 드릴게요.",
        help=marked("Kakao wants an answer within five seconds. Agents write theirs after it."),
    ),
    Field(
        "bot_id",
        marked("Bot ID"),
        required=False,
        placeholder="667e5382f2b2f84cb555091c",
        help=marked("For answers after the first minute, by the Event API. It stands in the chatbot's settings."),
    ),
    Field(
        "rest_key",
        marked("REST API key"),
        kind="secret",
        required=False,
        help=marked("Of the Kakao app that is connected with the chatbot. Without it, one answer a message is all."),
    ),
    Field(
        "event_name",
        marked("Event name"),
        required=False,
        default="madang_answer",
        help=marked("Of the block that shows agents' later answers. The guide says how to make it."),
    ),
    Field(
        "header",
        marked("Name of the secret header"),
        required=False,
        advanced=True,
        default="X-Madang-Secret",
    ),
    price(
        "price",
        marked("Price of an event in KRW"),
        "15",
        marked("Kakao's price, without VAT. Answers within the first minute are free."),
    ),
    api_url("https://bot-api.kakao.com"),
)

NEXT: tuple[Step, ...] = (
    Step(
        marked("The skill's URL"),
        "{host}/hooks/{key}",
        help=marked("Chatbot admin centre, Skills, Create. Then connect it to the fallback block with skill data."),
    ),
    Step(
        marked("The skill's header"),
        "{header}",
        help=marked("Its value is the skill secret."),
    ),
)
