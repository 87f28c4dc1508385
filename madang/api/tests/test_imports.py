"""A program brings customers in, and takes them out."""

from __future__ import annotations

import msgspec

from madang.api.tests.conftest import Program
from madang.customers.imports.working import Hands
from madang.ground import Ground
from madang.tests.cast import Yard

FILE = "이름,메일\n미나,mina@naver.example\nMia,mia@juniper.example\n"


async def test_in_and_out_and_back(administrator: Program, ground: Ground) -> None:
    made = await administrator.send("POST", "/api/v1/imports?name=shop.csv", content=FILE.encode("cp949"))
    assert (made["state"], made["columns"], made["targets"]) == ("mapping", ["이름", "메일"], ["name", "email"])
    here = f"/api/v1/imports/{made['id']}"
    early = await administrator("POST", f"{here}/start")
    assert early.status_code == 400
    chosen = {"source": "shop", "targets": made["targets"]}
    assert (await administrator.send("PUT", f"{here}/columns", json=chosen))["state"] == "checking"
    await Hands(ground).work()
    assert (await administrator.get(here))["checked"] == {"new": 2}
    await administrator.send("POST", f"{here}/start")
    await Hands(ground).work()
    out = await administrator("GET", "/api/v1/customers/export")
    assert [msgspec.json.decode(line)["name"] for line in out.content.splitlines()] == ["미나", "Mia"]
    await administrator.send("POST", f"{here}/undo")
    await Hands(ground).work()
    assert (await administrator.get(here))["counts"]["removed"] == 2
    assert (await administrator("GET", "/api/v1/customers/export")).content == b""


async def test_what_is_no_table_is_a_problem_and_an_agent_may_not(
    administrator: Program, program: Program, yard: Yard
) -> None:
    """T3: neither in nor out."""
    for content in (b"", b"\x00\x01" * 40, b"name\n"):
        assert (await administrator("POST", "/api/v1/imports", content=content)).status_code == 400
    assert (await program("POST", "/api/v1/imports", content=FILE.encode())).status_code == 403
    assert (await program("GET", "/api/v1/customers/export")).status_code == 403
    assert (await administrator("GET", "/api/v1/imports/7")).status_code == 404
