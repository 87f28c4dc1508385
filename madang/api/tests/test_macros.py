"""Macros for programs: listed without people's own, used once under a key, refused with the reason."""

from __future__ import annotations

import uuid

from madang.api.tests.conftest import Program
from madang.conversations.steps.facts import known
from madang.macros import actions
from madang.macros.actions import Given
from madang.tests import cast
from madang.tests.cast import Yard

STEPS = [{"do": "say", "text": {"ko": "{{고객.이름|고객}}님, 확인했어요."}}, {"do": "tag", "tags": ["확인"]}]


async def test_a_program_uses_a_shared_macro_once(program: Program, yard: Yard) -> None:
    await yard.says("확인해 주세요")
    lead = await cast.agent(yard.ground, "Lee", "lead")
    async with yard.ground.database.begin() as tx:
        some = await known(tx, lead)
        shared = await actions.create(tx, lead, Given("확인", STEPS, shared=True), some)
        mine = await actions.create(tx, lead, Given("내 것", [{"do": "assign", "to": "me"}]), some)
        lost = await actions.create(tx, lead, Given("x", [{"do": "assign", "to": "me"}], shared=True), some)
    assert [one["name"] for one in (await program.get("/api/v1/macros"))["items"]] == ["x", "확인"]
    key = {"key": str(uuid.uuid4())}
    used = [await program.send("POST", f"/api/v1/conversations/1/macros/{shared}", json=key) for _ in range(2)]
    assert [(one["changed"], one["again"]) for one in used] == [(["tags"], False), (["tags"], True)]
    said = (await program.get("/api/v1/conversations/1/messages"))["items"]
    assert [one["text"] for one in said] == ["확인해 주세요", "미나님, 확인했어요."]
    again = {"key": str(uuid.uuid4())}
    assert (await program("POST", f"/api/v1/conversations/1/macros/{mine}", json=again)).status_code == 404
    answer = await program("POST", f"/api/v1/conversations/1/macros/{lost}", json=again)
    assert (answer.status_code, "colleague" in answer.text) == (400, True)
