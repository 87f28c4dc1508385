"""What a program hears when something goes wrong: enough to act on, nothing of our insides."""

from __future__ import annotations

import httpx
import pytest
from sqlalchemy.exc import DBAPIError

from madang.api.problems import KeyReused, tell
from madang.api.tests.conftest import Program, door
from madang.ground import Ground
from madang.lib.errors import NotFound, Refused
from madang.settings import Settings
from madang.staff.permissions import NotPermitted
from madang.tests.cast import Yard


class Raised(Exception):
    """As the database's driver raises it."""

    def __init__(self, sqlstate: str) -> None:
        super().__init__("insert into secret_table values ('whsec_x')")
        self.sqlstate = sqlstate


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (NotFound("There is no such conversation."), 404),
        (Refused("Too long.", "text"), 400),
        (NotPermitted("conversation.reply"), 403),
        (KeyReused(), 422),
        (DBAPIError("select 1", {}, Raised("23505")), 409),
        (DBAPIError("select 1", {}, Raised("22003")), 400),
        (DBAPIError("select 1", {}, Raised("57P01")), 503),
        (DBAPIError("select 1", {}, Raised("40P01")), 503),
        (DBAPIError("select 1", {}, Raised("42P01")), 500),
        (ConnectionRefusedError("no"), 503),
        (TimeoutError(), 503),
        (RecursionError(), 400),
        (KeyError("whsec_x"), 500),
    ],
)
def test_every_error_is_told_by_kind_and_without_insides(error: Exception, status: int) -> None:
    told = tell(error)
    assert told.status == status
    assert "secret_table" not in told.detail
    assert "whsec_x" not in told.detail


async def test_a_database_that_is_away_is_503_and_worth_a_retry(settings: Settings) -> None:
    nowhere = Ground.open(settings, "postgresql://app@127.0.0.1:9/none")
    transport = httpx.ASGITransport(app=door(nowhere))  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="http://desk.haneul.example") as web:
        answer = await web.get("/api/v1/me", headers={"authorization": "Bearer mdg_x"})
    assert answer.status_code == 503
    assert answer.headers["retry-after"]
    assert answer.json()["type"] == "/api/docs#problem-unavailable"
    await nowhere.close()


async def test_a_fault_of_ours_is_noted_and_tells_nothing(
    program: Program, yard: Yard, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise KeyError("whsec_x")

    await yard.says("hello")
    monkeypatch.setattr("madang.api.showing.mark", broken)
    answer = await program("GET", "/api/v1/conversations/1")
    assert answer.status_code == 500
    assert "whsec_x" not in answer.text
    assert "whsec_x" in caplog.text
