"""HubSpot's own package judges the simulator: what it sends is understood, what it gets it understands."""

from __future__ import annotations

import asyncio
import warnings
from datetime import UTC, datetime
from typing import Any

import pytest

from madang.connectors.hubspot.simulator import Simulator
from madang.connectors.hubspot.webhooks import sign

pytestmark = pytest.mark.slow  # the package reads a thousand modules


@pytest.fixture
def api(simulator: Simulator) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what it does itself
        from hubspot import Client
    return Client.create(access_token=simulator.token, host=simulator.url).crm.contacts


async def test_create_upsert_read_and_search(api: Any, simulator: Simulator) -> None:
    from hubspot.crm import contacts as c

    given = c.SimplePublicObjectInputForCreate(properties={"email": "mina@naver.example", "firstname": "미나"})
    made = await asyncio.to_thread(api.basic_api.create, given)
    assert made.properties["firstname"] == "미나"
    inputs = [
        {"id": "MINA@naver.example", "idProperty": "email", "properties": {"company": "하늘"}},
        {"id": "mia@juniper.example", "idProperty": "email", "properties": {"company": "Juniper"}},
    ]
    batch = c.BatchInputSimplePublicObjectBatchInputUpsert(inputs=inputs)
    said = await asyncio.to_thread(api.batch_api.upsert, batch)
    assert {one.properties["company"]: one._new for one in said.results} == {"하늘": False, "Juniper": True}
    wanted = c.BatchReadInputSimplePublicObjectId(
        inputs=[{"id": "mia@juniper.example"}], id_property="email", properties=["company"], properties_with_history=[]
    )
    read = await asyncio.to_thread(api.batch_api.read, wanted)
    assert [one.properties["company"] for one in read.results] == ["Juniper"]
    rule = {"propertyName": "lastmodifieddate", "operator": "GTE", "value": "0"}
    search = c.PublicObjectSearchRequest(filter_groups=[{"filters": [rule]}], limit=1, properties=["email"])
    page = await asyncio.to_thread(api.search_api.do_search, search)
    assert (page.total, page.paging.next.after, len(page.results)) == (2, "1", 1)
    assert isinstance(page.results[0].updated_at, datetime)


async def test_list_change_archive_and_merge(api: Any, simulator: Simulator) -> None:
    from hubspot.crm import contacts as c

    one, two = (simulator.portal.add(email=f"p{n}@x.example") for n in range(2))
    first = await asyncio.to_thread(api.basic_api.get_page, limit=1)
    assert [each.id for each in first.results] == [one]
    rest = await asyncio.to_thread(api.basic_api.get_page, limit=1, after=first.paging.next.after)
    assert [each.id for each in rest.results] == [two]
    await asyncio.to_thread(api.basic_api.update, one, c.SimplePublicObjectInput(properties={"company": "하늘"}))
    merged = await asyncio.to_thread(
        api.basic_api.merge, c.PublicMergeInput(primary_object_id=one, object_id_to_merge=two)
    )
    found = await asyncio.to_thread(api.basic_api.get_by_id, two, properties=["company", "hs_merged_object_ids"])
    assert (found.id, found.properties["company"]) == (merged.id, "하늘")
    await asyncio.to_thread(api.basic_api.archive, merged.id)
    with pytest.raises(c.exceptions.NotFoundException if hasattr(c, "exceptions") else Exception):
        await asyncio.to_thread(api.basic_api.get_by_id, two)


async def test_errors_are_its_own(api: Any, simulator: Simulator) -> None:
    from hubspot.crm import contacts as c

    simulator.portal.add(email="a@x.example")
    twice = c.SimplePublicObjectInputForCreate(properties={"email": "A@x.example"})
    with pytest.raises(c.ApiException) as caught:
        await asyncio.to_thread(api.basic_api.create, twice)
    assert caught.value.status == 409
    assert "Existing ID: 101" in caught.value.body
    simulator.token = "another"
    with pytest.raises(c.ApiException) as refused:
        await asyncio.to_thread(api.basic_api.get_page, limit=1)
    assert refused.value.status == 401


def test_its_signature_is_ours() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from hubspot.utils.signature import Signature

    at, address = str(int(datetime.now(UTC).timestamp() * 1000)), "https://desk.haneul.example/crm/yard"
    signed = sign("client-secret", "POST", address, '["미나"]'.encode(), at)
    assert Signature.is_valid(
        signature=signed, client_secret="client-secret", request_body='["미나"]', http_uri=address,
        http_method="POST", signature_version="v3", timestamp=at,
    )  # fmt: skip
