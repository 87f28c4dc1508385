"""Which conversation a message belongs to."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from madang.conversations.threading import Known, Question, Slot, choose

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
