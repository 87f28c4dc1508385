"""What the OpenAPI document says beside the shapes. A test holds it against what is really answered."""

from __future__ import annotations

from litestar.openapi.datastructures import ResponseSpec

from madang.api.problems import MIME, TITLES
from madang.api.shapes import Message, Problem

TEXT = """Everything a program may do in Madang: read the conversations, answer, note, hand over, close.

**Token.** `madang token create --name crm --role agent` prints one, or the desk makes one in its settings. Send it as \
`Authorization: Bearer TOKEN`. Its role decides what it may do. One made with `--user`, or at the desk \
for oneself, speaks for a person: it sees what she sees, may what she may, and its doings are hers.

**Pages.** Lists answer `items` and `next`. Ask again with `cursor` set to the value of `next`, until that is null.

**Once.** Send an `Idempotency-Key` with whatever you say: a repeat is then harmless, even days later.

**Errors** are `application/problem+json` (RFC 9457), with `errors` naming each input that is wrong.

**Times** are RFC 3339 in UTC. Unknown parameters and fields are refused, so that a typing mistake is heard of."""

TAGS = [
    ("Conversations", "One matter of one customer, over any number of channels."),
    ("Messages", "What was said in a conversation: by the customer, to her, and among colleagues."),
    ("Scheduled answers", "Answers that wait for a moment, and what is done with one before it goes."),
    ("Drafts", "What somebody has begun and not sent: hers alone."),
    ("Macros", "Answers with what is done along with them, and their use."),
    ("Views", "Saved lists of conversations: people's own, a team's, everybody's."),
    ("Customers", "People, and the addresses that reach or prove them."),
    ("Segments", "Saved conditions over customers, and who fulfils them now."),
    ("Data quality", "What is missing, stale, in conflict or double among the customers."),
    ("Imports", "Customers in and out as files."),
    ("Search", "What was said, and by whom, found again."),
    ("Channels", "The configured connections conversations come over."),
    ("Webhooks", "Receivers of events: told of what happens, signed, again until they have it."),
    ("Who calls", "The token itself."),
]


def _problems(*statuses: int) -> dict[int, ResponseSpec]:
    return {
        status: ResponseSpec(Problem, media_type=MIME, description=f"{TITLES[status][1]}.", generate_examples=False)
        for status in (*statuses, 401, 403, 429, 500, 503)
    }


LIST = _problems(400)
ONE = _problems(400, 404)
CHANGE = _problems(400, 404, 409, 413)
SAID = {
    201: ResponseSpec(Message, description="The message, queued. `location` names it.", generate_examples=False),
    **_problems(400, 404, 409, 413, 422),
}
