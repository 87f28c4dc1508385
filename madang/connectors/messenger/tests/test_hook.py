"""Who may tell us anything, and how a batch of several people is taken apart."""

from __future__ import annotations

from madang.tests.meta_kit import HookTests, post


class TestHook(HookTests):
    """T10."""

    connector = "messenger"
    account, number = "page_id", "108123456789012"


channel, fixture = TestHook().channel, TestHook().fixture


def test_every_person_has_a_delivery_of_her_own_and_repeats_have_one_key() -> None:
    """T22."""
    body = fixture("two_people")
    parts = channel().split(post(body))
    assert [one.sender for one in parts] == ["6543210987600000", "6543210987600001"]
    assert [channel().parse(one)[0].text for one in parts] == ["담요요", "Where is my tent?"]
    later = body.replace(b"1783000000458", b"1783000099999")  # the time of sending differs when Meta repeats
    assert [one.key for one in channel().split(post(later))] == [one.key for one in parts]
    assert parts[0].key != parts[1].key


def test_what_the_page_wrote_lies_in_the_lane_of_her_who_reads_it() -> None:
    (part,) = channel().split(post(fixture("echo")))
    assert part.sender == "6543210987600000"
