"""Which conversation a message belongs to."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from madang.conversations.threading import Known, Policy, Question, Slot, choose

NOW = datetime(2026, 11, 22, tzinfo=UTC)
MINA, MIA = 1, 2
MAIL = Question(MINA, 1, 10, "<a@naver>", NOW, threaded=True, subject="교환 문의")
CHAT = Question(MINA, 1, 20, "c1", NOW, threaded=False)


def known(*slots: Slot, **references: Slot) -> Known:
    """A database that holds these conversations."""
    by_customer: dict[int, list[Slot]] = {}
    for slot in slots:
        by_customer.setdefault(slot.customer_id, []).append(slot)
    return Known({s.id: s for s in slots}, {(10, name): s for name, s in references.items()}, by_customer)


def test_a_new_mail_is_a_new_matter_even_when_another_is_open() -> None:
    assert choose(MAIL, known(Slot(MINA, 1, 7))).id == 0


def test_a_mail_with_our_signed_token_continues_whoever_sends_it() -> None:
    slot = Slot(MIA, 1, 7)
    assert choose(replace(MAIL, token=7), known(slot)) is slot


def test_a_token_of_another_brand_proves_nothing_here() -> None:
    assert choose(replace(MAIL, token=7), known(Slot(MINA, 2, 7))).id == 0


def test_a_reference_continues_the_same_customers_matter_and_no_one_elses() -> None:
    slot = Slot(MINA, 1, 7)
    assert choose(replace(MAIL, references=("m1",)), known(slot, m1=slot)) is slot
    stranger = replace(MAIL, customer_id=MIA, references=("m1",))
    assert choose(stranger, known(slot, m1=slot)).id == 0


def test_a_reply_to_a_mail_of_the_same_batch_joins_it() -> None:
    some = known()
    first = choose(MAIL, some)
    assert choose(replace(MAIL, provider_id="<b@naver>", references=("<a@naver>",)), some) is first


def test_a_chat_joins_the_newest_open_matter_of_the_brand() -> None:
    old, new = Slot(MINA, 1, 7, last_at=NOW - timedelta(days=2)), Slot(MINA, 1, 8, last_at=NOW)
    assert choose(CHAT, known(old, new, Slot(MINA, 2, 9, last_at=NOW))) is new


def test_two_chats_of_an_unknown_customer_in_one_batch_are_one_matter() -> None:
    some = known()
    assert choose(CHAT, some) is choose(replace(CHAT, provider_id="c2"), some)
    assert len(some.opened) == 1


def test_a_closed_matter_reopens_on_its_own_channel_only_and_only_for_a_week() -> None:
    def closed(days: int, channel: int = 20) -> Slot:
        at = NOW - timedelta(days=days)
        return Slot(MINA, 1, 7, "closed", closed_at=at, channel_ids=frozenset({channel}), last_at=at)

    fresh = closed(6)
    assert choose(CHAT, known(fresh)) is fresh
    assert fresh.reopened
    assert choose(CHAT, known(closed(8))).id == 0
    assert choose(CHAT, known(closed(1, channel=10))).id == 0


KAKAO = replace(CHAT, channel_id=30, provider_id="k1")


def matter(number: int = 7, *, days: float = 0, **more: Any) -> Slot:
    """An open matter of hers on the chat, in which something was said so many days ago."""
    return replace(Slot(MINA, 1, number, channel_ids=frozenset({20}), last_at=NOW - timedelta(days=days)), **more)


def test_by_another_door_she_goes_on_with_the_open_matter_unless_the_brand_says_otherwise() -> None:
    assert choose(KAKAO, known(matter())).id == 7
    assert choose(replace(KAKAO, policy=Policy(across="new")), known(matter())).id == 0
    assert choose(replace(CHAT, policy=Policy(across="new")), known(matter())).id == 7


def test_a_matter_that_has_long_been_quiet_is_not_continued_by_another_door() -> None:
    week = Policy(across_days=7)
    assert choose(replace(KAKAO, policy=week), known(matter(days=6))).id == 7
    assert choose(replace(KAKAO, policy=week), known(matter(days=8))).id == 0
    assert choose(replace(CHAT, policy=week), known(matter(days=8))).id == 7


def test_a_mail_that_answers_nothing_continues_a_fresh_matter_where_the_brand_says_so() -> None:
    day = replace(MAIL, policy=Policy(mail_hours=24))
    assert choose(day, known(matter(days=0.5))).id == 7
    assert choose(day, known(matter(days=2))).id == 0
    assert choose(MAIL, known(matter(days=0.01))).id == 0


def test_an_order_number_finds_its_matter_and_another_one_opens_its_own() -> None:
    shoes, coat = matter(7, days=1, orders=frozenset({"A-1"})), matter(8, orders=frozenset({"B-2"}))
    assert choose(replace(KAKAO, orders=frozenset({"A-1"})), known(shoes, coat)).id == 7
    assert choose(replace(KAKAO, orders=frozenset({"C-3"})), known(shoes, coat)).id == 0
    assert choose(KAKAO, known(shoes, coat)).id == 8
    apart = Policy(by_order=False)
    assert choose(replace(KAKAO, orders=frozenset({"C-3"}), policy=apart), known(coat)).id == 8


def test_the_same_order_opens_its_closed_matter_again_by_whatever_door() -> None:
    at = NOW - timedelta(days=3)
    done = matter(orders=frozenset({"A-1"}), status="closed", closed_at=at)
    assert choose(replace(KAKAO, orders=frozenset({"A-1"})), known(done)).reopened
    assert choose(KAKAO, known(matter(status="closed", closed_at=at))).id == 0


def test_another_topic_is_another_matter() -> None:
    refund = matter(topic="refund")
    assert choose(replace(KAKAO, topic="refund"), known(refund)).id == 7
    assert choose(replace(KAKAO, topic="delivery"), known(refund)).id == 0
    assert choose(replace(KAKAO, topic="delivery", policy=Policy(by_topic=False)), known(refund)).id == 7


def test_what_a_colleague_keeps_for_her_goes_before_what_is_newer_and_before_the_policy() -> None:
    kept = matter(7, days=20, keeps=True)
    assert choose(KAKAO, known(kept, matter(8))).id == 7
    assert choose(replace(MAIL, policy=Policy(across="new")), known(kept)).id == 7


def test_a_number_leads_to_her_own_matter_and_to_nobody_elses() -> None:
    some = known(matter(7, days=30))
    assert choose(replace(MAIL, mentions=(7,)), some).id == 7
    strangers = known(Slot(MIA, 1, 9))
    assert choose(replace(MAIL, mentions=(9,)), Known({9: strangers.by_id[9]}, {}, {})).id == 0


def test_what_the_first_message_is_about_the_second_of_a_batch_finds() -> None:
    some = known()
    first = choose(replace(KAKAO, orders=frozenset({"A-1"}), topic="refund"), some)
    assert (first.orders, first.topic, first.learned) == (frozenset({"A-1"}), "refund", True)
    assert choose(replace(CHAT, orders=frozenset({"A-1"})), some) is first


def test_no_reopening_at_all_where_the_brand_wants_none() -> None:
    at = NOW - timedelta(minutes=5)
    done = matter(status="closed", closed_at=at)
    assert choose(replace(CHAT, policy=Policy(reopen_days=0)), known(done)).id == 0
