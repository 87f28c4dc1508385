"""What a thread has a place for, and whom a note in it can name (T2)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from sqlalchemy import insert, text

from madang.conversations.models import Attachment
from madang.conversations.translating import seat
from madang.desk.tests.visitor import Visitor, join
from madang.ground import Ground
from madang.staff.grants import Grant
from madang.tests import cast
from madang.tests.cast import Yard

pytestmark = pytest.mark.slow  # the house in small; the quick suite has its time


class Papago:
    """Somebody who brings Korean into English."""

    def speaks(self, source: str, target: str) -> bool:
        return (source.partition("-")[0], target) == ("ko", "en")

    async def translate(self, texts: Sequence[str], source: str, target: str) -> list[str]:
        return [f"{target}: {one}" for one in texts]


async def _read_in(ada: Visitor, language: str) -> str:
    async with ada.ground.database.begin() as tx:
        await tx.execute(text('update "user" set language = :language'), {"language": language})
    await ada.get("/c/1")
    return ada.page


async def test_a_translation_has_a_place_where_somebody_can_translate(yard: Yard, ada: Visitor) -> None:
    await yard.says("코트가 아직 안 왔어요")
    await yard.says("Is it lost?")
    try:
        assert "data-translation" not in await _read_in(ada, "en"), "nobody can: nothing is shown and nothing asked"
        seat.take(Papago())
        shown = await _read_in(ada, "en")
        assert shown.count("data-translation=") == 1, "hers in another language, and no other"
        assert 'data-from="ko"' in shown
        assert "data-translation" not in await _read_in(ada, "ko"), "what she can read needs none"
    finally:
        seat.take(None)


async def test_many_files_of_one_message_are_folded(yard: Yard, ada: Visitor) -> None:
    await yard.says("사진이에요")
    kind = {"message_id": 1, "sha256": "0" * 64, "mime": "text/plain", "size": 5}
    for many, folded in ((10, 0), (20, 21)):  # ten stand there; of thirty, nine
        async with yard.ground.database.begin() as tx:
            query = text(
                "update attachment set name = name where message_id = (select max(id) from message) returning id"
            )
            have = len((await tx.execute(query)).all())
            kind["message_id"] = (await tx.execute(text("select max(id) from message"))).scalar_one()
            rows = [kind | {"key": f"{have + one:032x}", "name": f"{have + one}.txt"} for one in range(many)]
            await tx.execute(insert(Attachment), rows)
        await _read_in(ada, "en")
        assert (f"{folded} more files" in ada.text) == bool(folded)
        assert f"{have + many - 1}.txt" in ada.page


async def test_colleagues_who_cannot_see_it_are_offered_to_no_note(
    yard: Yard, ada: Visitor, ground: Ground, browser: Callable[[], Visitor]
) -> None:
    await yard.says("코트가 아직 안 왔어요")
    there = await cast.brand(ground, "Juniper")
    await join(ground, "Ben", Grant("agent", brands=frozenset({yard.brand_id})))
    await join(ground, "Cara", Grant("agent", brands=frozenset({there})))
    await ada.fetch("/c/1/colleagues")
    assert 'data-name="Ben"' in ada.page
    assert "Cara" not in ada.page
    assert "Ada" not in ada.page
    cara = browser()
    await cara.sign_in("cara@haneul.kr")
    assert (await cara.fetch("/c/1/colleagues")).status_code == 404
