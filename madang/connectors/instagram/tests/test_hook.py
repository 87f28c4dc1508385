"""Who may tell us anything, and how a batch of several people is taken apart."""

from __future__ import annotations

from madang.tests.meta_kit import HookTests, post


class TestHook(HookTests):
    """T10."""

    connector = "instagram"
    account, number = "account_id", "17841405822304914"


channel, fixture = TestHook().channel, TestHook().fixture


def test_what_the_account_wrote_lies_in_the_lane_of_her_who_reads_it() -> None:
    (part,) = channel().split(post(fixture("echo")))
    assert part.sender == "9988776655400000"


def test_a_comment_lies_in_the_lane_of_her_who_wrote_it_however_it_is_written() -> None:
    for name in ("comment", "comment_by_instagram_login"):
        (part,) = channel().split(post(fixture(name)))
        assert part.sender == "9988776655400000"
        (fact,) = channel().parse(part)
        assert fact.data["comment"] == {"post": "17918195224117851", "url": ""}
