"""T2 T4 T5: every route of the desk, tried by people to whom nothing in the house is to be seen.

The routes are read from the application, so that a new one is tried without being named here; an id that nobody has
told this test how to fill in fails it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator

import pytest
from litestar.handlers import HTTPRouteHandler
from sqlalchemy import text

from madang.conversations.search.tests import indexed
from madang.desk.routes import ROUTES
from madang.desk.tests.visitor import Visitor, join
from madang.ground import Ground
from madang.staff.grants import Grant
from madang.tests.cast import Yard
from madang.visits import marks

pytestmark = pytest.mark.slow  # takes long; see bin/test slow

RUN = "0b5e4d0c-4a51-4c1e-9a57-6a8a4a1f2b3c"
SECRET = "zebra"  # in what is said below; names of teams, colleagues and the company's fields are everybody's
OWN = {
    "session",
    "team_id",
    "segment_id",
    "guide_id",
    "measure",
    "way",
    "wish_name",
}  # of herself, or of no brand: tried in their own tests
PASSED = {"/signout", "/search/warmth"}  # would end the session that tries the rest; starts a program
FIGURES = re.compile(r"/ledger(/channels/[^/]+(/deliveries|/answers|/replays/new)?|/quarantine)?")
SILENT = {"/c/{conversation_id:int}/seen"}  # says the same of everything, and does it within her scope
FIELDS = {
    "text": "x",
    "kind": "note",
    "name": "x",
    "reason": "because",
    "because": "",
    "what": "assignee",
    "tags": "x",
    "since": "2026-01-01T00:00",
    "until": "2099-01-01T00:00",
    "user": "",
    "team": "",
    "url": "https://8.8.8.8/",
    "kinds": "*",
    "all_brands": "on",
    "other": "424201",
    "to": "424201",
    "message": "1",
    "verb": "hide",
    "value": "mina@zebra.example",
}
ASKED = {"q": SECRET, "view": "all", "what": "sent", "before": "9000000000000000000", "around": "1", "at": "1"}

FILL = """
insert into "user" (name, email, role, retired_at) values ('Zoe', 'zoe@zebra.example', 'agent', now());
insert into team (name) values ('Parcels');
update conversation set team_id = (select id from team where name = 'Parcels');
insert into customer (id, name) values (424201, 'zebra twin'), (424202, 'zebra again');
update customer set merged_into = (select min(id) from customer) where id = 424202;
insert into merge (winner_id, loser_id, by) select min(id), 424202, 'system' from customer;
insert into suggestion (one_id, two_id, reason, score, evidence)
  select min(id), 424201, 'match', 0.9, '[{{"field": "name", "one": "zebra", "two": "zebra"}}]' from customer;
insert into matching_model (shape, customers, fate) values ('zebra', 1, 0);
insert into field_change (customer_id, field, before, after, by)
  select min(id), 'company', 'null', '"zebra"', 'system' from customer;
insert into attachment (message_id, key, sha256, name, mime, size)
  select id, repeat('ab', 16), '{digest}', 'zebra.pdf', 'application/pdf', 5 from message limit 1;
insert into conversation_joined (from_id, into_id, message_ids, data, by)
  select min(id), max(id), '{{}}', '{{}}', 'system' from conversation;
insert into gap (channel_id, stream, low, high, missing, problem)
  select id, 'zebra', 1, 2, '{{[1,2]}}', 'zebra' from channel limit 1;
insert into replay (channel_id, first_id, last_id, position, wanted, actor)
  select id, 1, 2, 0, 1, 'console' from channel limit 1;
insert into dead_letter (reaction, event_id, error)
  select 'zebra', id, 'zebra' from event where conversation_id is not null limit 1;
insert into webhook (url, description, kinds, all_brands, sees, made_by)
  values ('https://8.8.8.8/zebra', 'zebra', '{{*}}', true, 'all', 'system');
insert into setting_change (actor, page, subject, name, field, before, after, brand_id)
  select 'system', 'brands', 'brand:' || id, 'zebra', 'greeting', '"zebra"', '""', id
  from brand where name <> 'x' limit 1;
insert into desk_browser (user_id, endpoint, p256dh, auth, name)
  select id, 'https://zebra.example/1', '', '', 'zebra' from "user" where email like 'zoe@%';
insert into webhook_delivery (webhook_id, kind) select id, 'webhook.test' from webhook;
insert into api_token (name, token_hash, prefix, role) values ('zebra', decode(repeat('00', 32), 'hex'), 'x', 'agent');
insert into invitation (email, role, token_hash, expires_at)
  values ('zebra@zebra.example', 'agent', decode(repeat('01', 32), 'hex'), now() + interval '1 day');
insert into customer_note (customer_id, text, by, author) select min(id), 'zebra', 'system', 'Ada' from customer;
insert into customer_file (customer_id, key, sha256, name, mime, size, by, author)
  select min(id), repeat('cd', 16), '{digest}', 'zebra.pdf', 'application/pdf', 5, 'system', 'Ada' from customer;
insert into challenge (customer_id, kind, value, channel_id, by, expires_at)
  select min(c.id), 'email', 'zebra@zebra.example', min(h.id), 'system', now() from customer c, channel h;
insert into customer_field (name, label, kind) values ('stripes', 'stripes', 'text');
insert into saved_view (name, owner_id, condition, created_by)
  select 'zebra', id, '{{"all": []}}', 'user:1' from "user" where email like 'zoe@%';
insert into segment (name, condition, timezone, reads, moves, created_by)
  values ('Regulars', '{{"all": []}}', 'Asia/Seoul', '{{}}', false, 'system');
insert into segment_member (segment_id, customer_id) select s.id, min(c.id) from segment s, customer c group by s.id;
insert into customer_import (name, sha256, size, format, source, mapping, options, counts, checked, by, author)
  values ('zebra.csv', '{digest}', 5, '{{}}', 'csv', '[]', '{{}}', '{{}}', '{{}}', 'system', 'Ada');
insert into conversation (customer_id, brand_id, team_id, subject)
  select customer_id, brand_id, team_id, 'zebra' from conversation limit 1;
insert into moving (from_id, to_id, message_ids, by)
  select min(v.id), max(v.id), array[min(m.id)], 'system' from conversation v, message m;
insert into macro (name, owner_id, steps, created_by)
  select 'zebra', id, '[{{"do": "close"}}]', 'system' from "user" where name = 'Zoe';
insert into guide (name, brand_id, items, created_by)
  select 'Parcels', id, '[{{"key": "deadbeef", "sort": "check", "text": "Look"}}]', 'system' from brand limit 1;
insert into crm_account (key, connector, name, by, state) values ('zebra', 'hubspot', 'zebra', 'system', 4);
"""
IDS = {
    "conversation_id": "conversation",
    "message_id": "message",
    "other_id": "conversation",
    "joined_id": "conversation_joined",
    "customer_id": "customer",
    "change_id": "field_change",
    "view_id": "saved_view",
    "setting_change_id": "setting_change",
    "challenge_id": "challenge",
    "merge_id": "merge",
    "suggestion_id": "suggestion",
    "model_id": "matching_model",
    "channel_id": "channel",
    "envelope_id": "envelope where state = 2",
    "letter_id": "dead_letter",
    "gap_id": "gap",
    "replay_id": "replay",
    "brand_id": "brand",
    "user_id": "\"user\" where email like 'zoe@%'",
    "team_id": "team",
    "token_id": "api_token",
    "invitation_id": "invitation",
    "webhook_id": "webhook",
    "delivery_id": "webhook_delivery",
    "note_id": "customer_note",
    "file_id": "customer_file",
    "field_id": "customer_field",
    "number": "customer_import",
    "account": "crm_account",
    "moving_id": "moving",
    "browser_id": "desk_browser",
    "macro_id": "macro",
}

LEAD_OF_HER_OWN = Grant("lead", "assigned")
NARROW = {
    "an agent of another brand": Grant("agent", "all", frozenset({424242})),
    "an agent who sees her own": Grant("agent", "assigned"),
    "an agent of another team": Grant("agent", "team"),
    "a lead of another brand": Grant("lead", "all", frozenset({424242})),
    "a lead who sees her own": LEAD_OF_HER_OWN,
}


@pytest.fixture
async def ids(yard: Yard, ground: Ground) -> dict[str, str]:
    """A house in which one of everything is Haneul's: path parameter → what to put there."""
    await indexed.listen(ground)
    await yard.says("zebra in the yard", name="zebra 미나", value="mina@zebra.example")
    await yard.put({"type": "zebra", "id": "zebra"})
    await yard.take_in()
    await indexed.catch_up(ground)
    content = b"zebra"
    await ground.files.put(content)
    async with ground.database.begin() as tx:
        await tx.execute(text("insert into brand (id, name) values (424242, 'Juniper')"))
        await tx.execute(text("update channel set name = 'zebra channel'"))
        for statement in FILL.format(digest=hashlib.sha256(content).hexdigest()).split(";\n"):
            if statement.strip():
                await tx.execute(text(statement))
        found = {
            name: str((await tx.execute(text(f"select min(id) from {table}"))).scalar_one())
            for name, table in IDS.items()
        }
    token = marks.token(ground.keys, int(found["customer_id"]))
    found |= {"place": "0", "name": "zebra", "item": "deadbeef", "use_key": RUN}
    found |= {"token": token, "key": "ab" * 16, "connector": "api"}
    return found | {"what": "retirement"}


def routes() -> Iterator[tuple[str, str]]:
    """(method, path) of everything at the desk that wants to know who asks."""
    for router in ROUTES:
        for route in router.routes:
            for handler in getattr(route, "route_handlers", ()):
                known = isinstance(handler, HTTPRouteHandler) and not (handler.opt.keys() & {"open", "cookieless"})
                if known and route.path not in PASSED:
                    yield from ((method, route.path) for method in handler.http_methods if method != "OPTIONS")


async def _kept(ground: Ground) -> list[str]:
    """What was done in the house, but for what everybody may do to herself, and exports: of nobody here."""
    async with ground.database.begin() as tx:
        told = "select kind from event where kind not like 'user.%' and kind not like 'session.%'"
        return list((await tx.execute(text(f"{told} and kind not like '%.exported' order by id"))).scalars())


async def test_what_is_not_hers_is_nowhere(ids: dict[str, str], ground: Ground, browser: Callable[[], Visitor]) -> None:
    for number, (who, grant) in enumerate(NARROW.items()):
        await join(ground, f"Ben{number}", grant)
        ben = browser()
        await ben.sign_in(f"ben{number}@haneul.kr")
        before = await _kept(ground)
        # The figures of a brand's channels are its leads', whatever part of its conversations they see.
        passed = {path for _, path in routes() if grant == LEAD_OF_HER_OWN and FIGURES.fullmatch(path)}
        tried, wrong = await _walk(ben, ids, passed)
        assert not wrong, who
        assert tried > 50
        assert await _kept(ground) == before, who


async def _walk(ben: Visitor, ids: dict[str, str], passed: set[str]) -> tuple[int, list[str]]:
    """Try every route: how many named something that is not his, and what was wrong with which."""
    headers, tried, wrong = {"x-csrf-token": ben.csrf, "x-desk": "1"}, 0, []
    for method, path in routes():
        names = set(re.findall(r"\{(\w+):\w+\}", path)) - OWN
        if (not names and method != "GET") or (method == "GET" and path in passed):
            continue  # nothing of another's is named in it; a list is still looked at
        asked = re.sub(r"\{(\w+):\w+\}", lambda found: "x" if found[1] in OWN else ids[found[1]], path)
        sent = {"params": ASKED} if method == "GET" else {"data": FIELDS}
        answer = await ben.http.request(method, asked, headers=headers, **sent)  # type: ignore[arg-type]
        refused = (403, 404, 204) if path in SILENT else (403, 404)
        if (names and answer.status_code not in refused) or answer.status_code >= 500:
            wrong.append(f"{method} {path} was answered {answer.status_code}")
        if (place := _said(answer.text).find(SECRET)) >= 0:
            wrong.append(f"{method} {path} told …{_said(answer.text)[max(0, place - 80) : place + 20]}…")
        tried += bool(names)
    return tried, wrong


def _said(page: str) -> str:
    """A page without the question it repeats."""
    return re.sub(rf'value="{SECRET}"|“{SECRET}”|q={SECRET}', "", page)


EVIL = "zebra<img src=x onerror=alert(1)>"
NAMED = """
update customer set name = :evil; update conversation set subject = :evil, last_text = :evil, tags = array[:evil];
update message set text = :evil, author = :evil, subject = :evil; update attachment set name = :evil;
update channel set name = :evil, problem = :evil; update brand set name = :evil || id; update team set name = :evil;
update webhook set description = :evil, problem = :evil; update webhook_delivery set problem = :evil;
update api_token set name = :evil; update dead_letter set reaction = :evil, error = :evil;
update gap set problem = :evil;
update envelope set reason = :evil where state = 2; update "user" set name = :evil
"""


async def test_the_same_walk_finds_it_all_for_whoever_may_and_nothing_of_it_is_markup(
    ids: dict[str, str], ground: Ground, hana: Visitor
) -> None:
    """Else a walk that finds nothing would prove nothing. And T5: what strangers and colleagues call things."""
    async with ground.database.begin() as tx:
        for statement in NAMED.split(";"):
            await tx.execute(text(statement.replace(":evil", f"'{EVIL}'")))
    found, wrong = set(), []
    for method, path in routes():
        if method == "GET":
            asked = re.sub(r"\{(\w+):\w+\}", lambda match: ids.get(match[1], "x"), path)
            answer = await hana.http.get(asked, params=ASKED, headers={"x-desk": "1"})
            if SECRET in _said(answer.text):
                found.add(path.split("/")[1] or "inbox")
            if "html" in answer.headers.get("content-type", "") and "<img src=x" in answer.text:
                wrong.append(path)
    assert not wrong
    assert {"inbox", "list", "c", "files", "ledger", "settings", "palette", "search"} <= found
