"""Every step of the vocabulary: checked with its place, said in a line, looked ahead at, done and taken back."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from madang.conversations.steps import actions
from madang.conversations.steps.checking import Wrong, check, mistakes
from madang.conversations.steps.facts import facts, greeting, known
from madang.conversations.steps.outlook import preview
from madang.conversations.steps.vocabulary import STEPS, Known
from madang.conversations.steps.words import describe
from madang.customers.actions import defining
from madang.customers.typed import Defined
from madang.lib.errors import Refused
from madang.lib.language import speaking
from madang.staff.permissions import CONSOLE
from madang.tests import cast
from madang.tests.cast import Yard

SIZE = Defined(1, "size", "Size", "choice", ("S", "M"))
HOUSE = Known({3: "Ada"}, {2: "Parcels"}, fields={"size": SIZE}, guides={5: "Returns"})
EVERY: list[dict[str, Any]] = [
    {"do": "say", "text": {"ko": "{{고객.이름|고객}}님", "en": "Hi {{customer.name}}"}},
    {"do": "note", "text": {"en": "Done"}},
    {"do": "assign", "to": "user:3"},
    {"do": "tag", "tags": ["환불", "vip"]},
    {"do": "untag", "tags": ["late"]},
    {"do": "priority", "level": "urgent"},
    {"do": "snooze", "until": "내일 9시"},
    {"do": "field", "field": "size", "value": "M"},
    {"do": "follow"},
    {"do": "guide", "guide": 5},
    {"do": "reopen"},
]


@pytest.mark.parametrize(
    ("step", "place"),
    [
        ({"do": "dance"}, "steps.0"),
        ({"do": "close", "now": True}, "steps.0.now"),
        ({"do": "say", "text": {}}, "steps.0.text"),
        ({"do": "say", "text": {"fr": "Salut"}}, "steps.0.text.fr"),
        ({"do": "say", "text": {"ko": "{{nobody.knows}}"}}, "steps.0.text.ko"),
        ({"do": "say", "text": {"en": "{{customer.name"}}, "steps.0.text.en"),
        ({"do": "say", "text": {"en": "{{customer.field.size}}"}}, "steps.0.text.en"),  # the conversation's
        ({"do": "assign", "to": "user:4"}, "steps.0.to"),
        ({"do": "assign", "to": "user:²"}, "steps.0.to"),
        ({"do": "tag", "tags": ["x" * 41]}, "steps.0.tags"),
        ({"do": "priority", "level": "now"}, "steps.0.level"),
        ({"do": "snooze", "until": "soonish"}, "steps.0.until"),
        ({"do": "field", "field": "colour", "value": "x"}, "steps.0.field"),
        ({"do": "field", "field": "size", "value": "XL"}, "steps.0.value"),
        ({"do": "guide", "guide": 6}, "steps.0.guide"),
        ("close", "steps.0"),
    ],
)
def test_what_is_wrong_is_named_by_its_place(step: Any, place: str) -> None:
    with pytest.raises(Wrong) as error:
        check([step], HOUSE)
    assert error.value.field == place
    assert [where for where, _why in mistakes([{"do": "close"}, step], HOUSE)] == [place.replace("0", "1", 1)]


def test_what_cannot_go_together() -> None:
    for steps in ([EVERY[0], EVERY[0]], [{"do": "close"}, {"do": "reopen"}], [EVERY[6], {"do": "close"}], [], "x"):
        with pytest.raises(Wrong):
            check(steps, HOUSE)


def test_every_step_is_kept_as_it_is_and_said_in_a_line() -> None:
    assert check(EVERY, HOUSE) == EVERY
    assert {step["do"] for step in EVERY} | {"close"} == set(STEPS)
    with speaking("en"):
        lines = [describe(step, HOUSE) for step in EVERY]
    assert "Assign to Ada" in lines
    assert "Size: M" in lines
    assert all(lines)


def test_the_greeting_is_that_of_the_customers_clock() -> None:
    seoul = ZoneInfo("Asia/Seoul")
    said = [greeting(datetime(2026, 11, 22, hour, tzinfo=seoul), "ko") for hour in (3, 7, 13, 19, 23)]
    assert said == ["안녕하세요", "좋은 아침이에요", "안녕하세요", "좋은 저녁이에요", "안녕하세요"]
    assert greeting(datetime(2026, 11, 22, 7, tzinfo=seoul), "ja") == "Good morning"


async def test_all_of_them_are_done_and_taken_back(yard: Yard) -> None:
    ada = await cast.agent(yard.ground)
    await yard.says("안녕")
    [number] = await yard.conversations()
    async with yard.ground.database.begin() as tx:
        await tx.execute(
            text(
                "insert into customer_field (name, label, kind, about) values ('size', 'Size', 'text', 'conversation')"
            )
        )
        house = await known(tx, ada, {5: "Returns"})
        before = await facts(tx, ada, number)
        steps: list[dict[str, Any]] = [*EVERY[:2], {"do": "assign", "to": "me"}, *EVERY[3:10]]
        states = [change.state for change in preview(ada, before, steps, house)]
        done = await actions.run(tx, ada, number, check(steps, house), house, uuid.uuid4())
        after = await facts(tx, ada, number)
        again = [change.state for change in preview(ada, after, steps, house)]
        stays = await actions.undo(tx, ada, number, done.changed)
        back = await facts(tx, ada, number)
    assert states == ["will", "will", "will", "will", "already", "will", "will", "will", "will", "will"]
    assert again[2:6] == ["already"] * 4
    assert (after.priority, after.fields, after.following, done.opens) == ("urgent", {"size": "M"}, True, 5)
    assert after.snoozed_until is not None
    assert (stays, len(done.messages)) == ([], 2)
    assert back == before


async def test_a_colleague_who_left_stops_all_of_it(yard: Yard) -> None:
    ada, ben = await cast.agent(yard.ground), await cast.agent(yard.ground, "Ben")
    await yard.says("안녕")
    [number] = await yard.conversations()
    steps: list[dict[str, Any]] = [{"do": "tag", "tags": ["x"]}, {"do": "assign", "to": f"user:{ben.user_id}"}]
    async with yard.ground.database.begin() as tx:
        await tx.execute(text("update \"user\" set retired_at = now() where name = 'Ben'"))
    with pytest.raises(Refused):
        async with yard.ground.database.begin() as tx:
            await actions.run(tx, ada, number, steps, await known(tx, ada), uuid.uuid4())
    async with yard.ground.database.begin() as tx:
        one = await facts(tx, ada, number)
        [_tag, gone] = preview(ada, one, steps, await known(tx, ada))
    assert one.tags == ()
    assert gone.state == "cannot"


async def test_a_conversations_field_for_leads_is_said_by_no_text_of_an_agent(yard: Yard) -> None:
    """T2, in the small: neither the customer's hidden fields nor the conversation's, each by its own list."""
    await yard.says("안녕하세요")
    async with yard.ground.database.begin() as tx:
        await defining.define(tx, CONSOLE, "risk", "Risk", "text", seen_by="leads", about="conversation")
        await defining.define(tx, CONSOLE, "size", "Size", "text", seen_by="leads")
        await tx.execute(text("""update conversation set fields = '{"risk": "zebra", "size": "M"}'"""))
    ada, lea = await cast.agent(yard.ground), await cast.agent(yard.ground, "Lea", "lead")
    async with yard.ground.database.begin() as tx:
        hers, leads = await facts(tx, ada, 1), await facts(tx, lea, 1)
    asked = {"en": "{{conversation.field.risk|nothing}} {{conversation.field.size|nothing}}"}
    assert (hers.say(asked)[1].text, leads.say(asked)[1].text) == ("nothing M", "zebra M")
    assert dict(hers.fields) == {"size": "M"}
