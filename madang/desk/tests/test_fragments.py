"""Pieces of the desk's pages on their own, without a house: what they say, to whom, and how much their fields take."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace as Some
from typing import Any

import pytest
from markupsafe import Markup

from madang.conversations import finding_in, phrasing
from madang.conversations.actions import say, tags
from madang.conversations.inbox.actions import keeping
from madang.conversations.provenance import Earlier
from madang.conversations.rows import Row, Said
from madang.customers import plain
from madang.customers.actions import noting
from madang.customers.typed import Defined
from madang.desk import panel
from madang.desk.page import HERE, pages
from madang.desk.people_words import field_value, own_value
from madang.desk.samples import sample
from madang.lib.language import speaking
from madang.staff.permissions import PERMISSIONS

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)  # noon in Seoul
NAMES: dict[str, Any] = {"names": {}, "teams": {}, "brands": {1: "하늘"}, "channel_names": {}}


def drawn(template: str, language: str = "en", **given: Any) -> str:
    """A piece as an agent gets it."""
    viewer = Some(user_id=1, name="Ada", actor="user:1", role="agent")
    context = {"allowed": PERMISSIONS["agent"], "viewer": viewer, "csrf": "", **NAMES} | given
    return pages().render(template, language, "Asia/Seoul", now=NOW, **context)


def read(markup: str) -> str:
    """What it says, in order."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", markup)).split())


def test_until_when_it_said_so_in_the_order_of_the_language() -> None:
    earlier = [Earlier(NOW, "내일 봐요")]
    assert read(drawn("desk/versions.html", versions=earlier)).startswith("until Monday 23 November 2026, 12:00")
    korean = drawn("desk/versions.html", "ko", versions=earlier)
    assert re.search(r"오후 12:00 ?까지", read(korean))
    assert '<p lang="ko">내일 봐요' in korean


def test_only_what_came_since_can_be_moved_afterwards() -> None:
    goes = sample(Row, id=7, subject="담요")
    for since, said in ((0, False), (2, True)):
        words = read(drawn("desk/unmerging.html", p=Some(goes=goes, back=1, since=since), joined_id=1))
        assert ("They can be moved afterwards" in words) is said, since


def test_one_question_waits_and_three_wait() -> None:
    assert read(drawn("customers/count.html", waiting=1)) == "1 1 question waits"
    assert read(drawn("customers/count.html", waiting=100)) == "99+ 99+ questions wait"
    assert "3건" in read(drawn("customers/count.html", "ko", waiting=3))


def test_two_customers_are_led_to_where_both_stand_side_by_side() -> None:
    goes, stays = sample(Row, id=7, customer_id=4), sample(Row, id=8, customer_id=5, subject="텐트")
    made = drawn(
        "desk/merging.html",
        p=Some(problem="customers", goes=goes, stays=stays),
        allowed=PERMISSIONS["lead"],
    )
    assert 'href="/customers/5/merge?other=4"' in made
    assert "“#7” is of Visitor" in read(made)


def test_words_of_ours_are_not_said_to_be_in_her_language() -> None:
    bare = sample(Row, id=7, customer_id=4, language="ko", last_at=NOW)
    given: dict[str, Any] = {"row": sample(Row, id=8, customer_id=4), "verb": "link", "asked": False}
    assert '<b lang="en">No subject</b>' in drawn("desk/partners.html", rows=[bare], **given)


def test_a_field_of_the_companys_own_is_read_as_people_write_it() -> None:
    with speaking("ko", "Asia/Seoul", now=NOW):
        assert own_value("2026-11-22", "date") == "2026년 11월 22일"
        assert own_value("someday", "date") == "someday"
        assert [own_value(one) for one in (True, False, 12345, 0.12345, None, "")] == [
            "예", "아니요", "12,345", "0.12345", "", "",
        ]  # fmt: skip
        assert field_value(False, "fields.vip") == "아니요"
        assert field_value("KR", "region") == "대한민국"


def test_what_is_known_of_her_is_shown_so_on_the_desk() -> None:
    fields = [Defined(1, "since", "Member since", "date"), Defined(2, "vip", "VIP", "bool")]
    person = sample_person(fields={"since": "2026-11-22", "vip": False})
    words = read(drawn("desk/_card_fields.html", person=person, defined_fields=fields, may=False, row=Some(id=1)))
    assert "Member since 22 Nov 2026" in words
    assert "VIP No" in words


def sample_person(**more: Any) -> Any:
    """A customer of whom nothing is known."""
    plain_fields = dict.fromkeys(("name", "company", "region", "language", "timezone", "prefers", "page"), "")
    rest: dict[str, Any] = {"id": 1, "online": False, "blocked_at": None, "also": [], "created_at": NOW, "fields": {}}
    return Some(**plain_fields | rest | {"identities": [], "claims": []} | more)


def test_a_choice_that_is_offered_no_more_is_not_lost_by_looking() -> None:
    form = {"field": "level", "label": "Level", "kind": "choice", "custom": True, "person": sample_person()}
    made = drawn("desk/field.html", **form, options=[("", "Not known"), ("Gold", "Gold")], value="Tin")
    assert '<option value="Tin" selected>Tin</option>' in made
    own = [(Defined(1, "level", "Level", "choice", ("Gold",), about="conversation"), "Tin")]
    made = drawn("desk/_own_fields.html", own_fields=own, row=Some(id=1))
    assert '<option value="Tin" selected>Tin</option>' in made
    field = Defined(1, "level", "Level", "choice", ("Gold",))
    given: dict[str, Any] = {"person": sample_person(fields={"level": "Tin"}), "may": True}
    made = drawn("customers/_fields.html", defined_fields=[field], retired_fields=set(), **given)
    assert "<option selected>Tin</option>" in made


def test_who_may_only_read_reads_words_not_values_of_a_program() -> None:
    kinds = [("bool", True), ("date", "2026-11-22"), ("number", 12345)]
    own = [(Defined(at, kind, kind, kind, about="conversation"), value) for at, (kind, value) in enumerate(kinds)]
    made = drawn("desk/_own_fields.html", own_fields=own, row=Some(id=1), allowed=PERMISSIONS["viewer"])
    assert re.findall("<output>(.*?)</output>", made) == ["Yes", "22 Nov 2026", "12,345"]


def test_a_door_that_shuts_tomorrow_says_at_what_hour() -> None:
    until = NOW + timedelta(days=1)
    way = Some(connector="line", name="LINE", reachable=True, until=until, to="", why_not="", blocked=False)
    cards = [one for one in panel.CARDS if one.name == "doors"]
    given: dict[str, Any] = {"cards": cards, "names_read": [], "cards_own": False, "asked": [], "ways": [way]}
    made = drawn("desk/_panel.html", person=sample_person(), row=Some(id=1, brand_id=1), **given)
    assert "open until Tomorrow 12:00" in read(made)


def test_who_is_not_disturbed_until_tomorrow_reads_the_hour() -> None:
    made = drawn("notifications/_list.html", "ko", items=[], silent=NOW + timedelta(hours=20))
    assert "내일 오전 8:00까지" in read(made)


def test_a_message_of_nobody_known_is_a_visitors() -> None:
    said = sample(Said, id=1, key="m-1", direction="in", text="안녕하세요", at=NOW)
    made = drawn("desk/message.html", m=said, customer_name="", subject="", scanning=False)
    assert "<b>Visitor</b>" in made


def test_what_nobody_has_is_not_assigned_to_somebody_of_that_name() -> None:
    row = sample(Row, id=1, status="open", last_at=NOW)
    given: dict[str, Any] = {"row": row, "follows": False, "followers": [], "read_up_to": 0}
    assert 'aria-label="Nobody has it. Change"' in drawn("desk/_head.html", **given)


def test_the_time_to_undo_is_a_number_of_seconds() -> None:
    made = drawn("desk/_sending.html", "ko")
    assert re.search(r'data-seconds="10"[^>]*aria-label="10초"', made)


@pytest.mark.parametrize(("talks", "people", "said"), [(0, 0, "Nothing found"), (0, 2, "2 customers found")])
def test_a_search_tells_what_stands_in_the_list(talks: int, people: int, said: str) -> None:
    person = Some(id=1, name=Some(text="", parts=list), address=Some(text=""), conversation_id=1, last_at=NOW)
    given: dict[str, Any] = {"customers": [person] * people, "behind": None, "q": "x", "filtered": False}
    found = Some(conversations=[], next=None, looked_back_to=None)
    assert read(drawn("desk/search.html", found=found, **given)).startswith(said), talks


def test_what_is_wrong_with_a_choice_is_read_with_it() -> None:
    macro = "{% from '_macros.html' import choices %}{{ choices('way', 'Way', [('a', 'A', '')], '', 'Choose one.') }}"
    with speaking("en", "UTC"):
        made = Markup(pages().env.from_string(macro).render())
    assert re.search(r'<fieldset[^>]*aria-describedby="h-way"', made)
    assert 'id="h-way"' in made


LIMITS = [
    ("desk/_templates.html", 'name="label"', phrasing.LABEL),
    ("desk/_composer.html", 'id="composer-text"', say.LONGEST),
    ("desk/_panel.html", 'id="rename-text"', plain.LONGEST["name"]),
    ("desk/_panel.html", 'id="tag-input"', tags.LONGEST),
    ("desk/_inbox_menus.html", 'id="tag-name"', tags.LONGEST),
    ("desk/_card_later.html", 'id="panel-note"', noting.LONGEST),
    ("desk/_card_later.html", 'id="panel-customer-tag"', noting.TAG),
    ("desk/_thread_find.html", 'id="find-text"', finding_in.LONGEST),
    ("desk/_sending.html", 'id="later-words"', 100),
    ("desk/_dialogs.html", 'id="move-text"', 200),
    ("desk/_join_dialog.html", 'id="join-text"', 200),
    ("_everywhere.html", 'id="palette-text"', 200),
    ("desk/view.html", 'id="view-form-name"', keeping.LONGEST),
    ("customers/_notes.html", 'id="customer-tag"', noting.TAG),
]


@pytest.mark.parametrize(("template", "field", "most"), LIMITS)
def test_a_field_takes_what_the_server_takes(template: str, field: str, most: int) -> None:
    """More is not cut off in silence, nor refused only after it was typed."""
    text = (HERE / "templates" / template).read_text("utf-8")
    (tag,) = re.findall(rf"<(?:input|textarea)[^>]*{field}[^>]*>", text)
    assert f'maxlength="{most}"' in tag


def test_a_name_of_hers_and_her_company_take_what_is_kept() -> None:
    text = (HERE / "templates" / "customers" / "customer.html").read_text("utf-8")
    assert f"maxlength=\"{{{{ {plain.LONGEST['name']} if field == 'name' else {plain.LONGEST['company']} }}}}\"" in text
    form = {"field": "company", "label": "Company", "kind": "text", "custom": False, "person": sample_person()}
    assert f'maxlength="{plain.LONGEST["company"]}"' in drawn("desk/field.html", **form, options=[], value="")
