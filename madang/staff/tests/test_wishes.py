"""What somebody wants of her desk stays hers."""

from __future__ import annotations

import pytest

from madang.ground import Ground
from madang.lib.errors import Refused
from madang.staff import actions, queries
from madang.tests import cast


async def test_a_wish_is_kept_changed_and_forgotten_and_is_hers_alone(ground: Ground) -> None:
    ada, ben = await cast.agent(ground), await cast.agent(ground, "Ben")
    async with ground.database.begin() as tx:
        await actions.prefer(tx, ada, "cards", ["tags", "notes"])
        await actions.prefer(tx, ada, "undo", 10)
        await actions.prefer(tx, ben, "undo", 0)
        await actions.prefer(tx, ada, "cards", ["notes"])
        assert await queries.preferences(tx, ada.user_id) == {"cards": ["notes"], "undo": 10}
        await actions.prefer(tx, ada, "cards", None)
        assert await queries.preferences(tx, ada.user_id) == {"undo": 10}
        assert await queries.preferences(tx, ben.user_id) == {"undo": 0}
        assert await queries.preferences(tx, None) == {}


@pytest.mark.parametrize(("name", "value"), [("../x", 1), ("", 1), ("cards", "x" * 9_000)])
async def test_what_is_no_wish_is_refused(ground: Ground, name: str, value: object) -> None:
    ada = await cast.agent(ground)
    async with ground.database.begin() as tx:
        with pytest.raises(Refused):
            await actions.prefer(tx, ada, name, value)
