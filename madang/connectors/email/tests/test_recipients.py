"""Whom a mail goes to: hers or those chosen, copies, and blind copies that no header names."""

from __future__ import annotations

from dataclasses import replace
from email import message_from_bytes, policy
from typing import Any

import pytest

from madang.channels.connector import Kind, Outbound, Party
from madang.connectors.email.account import Account, account_of
from madang.connectors.email.outbound import mail_of, named
from madang.connectors.email.tests.conftest import config
from madang.lib import light_marks

WORDS = "**내일** 도착해요.\n- 하나"


@pytest.fixture
def account() -> Account:
    """The mailbox of Haneul."""
    return account_of(config(None))


def _sent(account: Account, **data: list[str]) -> tuple[Any, list[str]]:
    out = Outbound(
        key="k",
        to=Party(Kind.EMAIL, "mina@naver.example", "미나"),
        text=light_marks.plain(WORDS),
        html=str(light_marks.html(WORDS, mail=True)),
        conversation=1,
        message=2,
        subject="배송",
        data=data,
    )
    _name, raw, recipients = mail_of(account, b"k" * 32, {}, out)
    return message_from_bytes(raw, policy=policy.default), recipients


def test_to_copies_and_blind_copies(account: Account) -> None:
    made, recipients = _sent(account, to=["cho@work.example"], cc=["a@x.kr"], bcc=["b@x.kr", "a@x.kr"])
    assert recipients == ["cho@work.example", "a@x.kr", "b@x.kr"]
    assert (made["To"], made["Cc"], made["Bcc"]) == ("cho@work.example", "a@x.kr", None)
    assert "b@x.kr" not in made.as_string()


def test_it_comes_from_the_address_that_was_chosen_else_from_the_one_she_wrote_to(account: Account) -> None:
    ours = replace(account, aliases=("sales@haneul.example",))
    heard = {"to": ["Haneul <Sales@haneul.example>"]}
    assert ours.speaks_as({})[0] == account.address
    assert ours.speaks_as(heard) == ["sales@haneul.example", account.address]
    assert ours.speaks_as({"to": ["resales@haneul.example"]})[0] == account.address
    out = Outbound("k", Party(Kind.EMAIL, "mina@naver.example"), "네", conversation=1, message=2, heard=heard)
    for chosen, comes in (("", "sales@"), (account.address, account.address), ("ceo@other.example", "sales@")):
        _name, raw, _to = mail_of(ours, b"k" * 32, {}, replace(out, data={"sender": chosen}))
        assert comes in message_from_bytes(raw, policy=policy.default)["From"]


def test_without_a_choice_it_goes_to_her_as_words_and_as_html(account: Account) -> None:
    made, recipients = _sent(account)
    assert recipients == ["mina@naver.example"]
    bodies = {part.get_content_type(): part.get_content() for part in made.walk() if not part.is_multipart()}
    assert "내일 도착해요.\n- 하나" in bodies["text/plain"].replace("\r\n", "\n")
    assert "<strong>내일</strong> 도착해요." in bodies["text/html"]


def test_nobody_gets_it_twice_however_the_address_is_written(account: Account) -> None:
    made, recipients = _sent(account, cc=["Mina@Naver.example", "a@x.kr", "A@x.kr"], bcc=["a@X.kr", "b@x.kr"])
    assert recipients == ["mina@naver.example", "a@x.kr", "b@x.kr"]
    assert (made["Cc"], made["Bcc"]) == ("a@x.kr", None)
    alone, recipients = _sent(account, cc=["mina@naver.example"])
    assert (alone["Cc"], recipients) == (None, ["mina@naver.example"])


def test_whom_her_mail_named_besides_us(account: Account) -> None:
    heard = {
        "to": [{"address": "Support@haneul.example", "name": "하늘"}, {"address": "cho@회사.kr", "name": "조"}],
        "cc": [
            *({"address": one, "name": ""} for one in ("CHO@회사.kr", "root@localhost", "", "a b@x.kr", "초@x.kr")),
            *({"address": one} for one in ("park@x.kr", "o,o@x.kr", "park@x..kr")),
            "typed@x.kr",
            None,
        ],
    }
    assert named(heard) == ["Support@haneul.example", "cho@회사.kr", "park@x.kr"]
    assert named({}) == named({"to": "x@y.kr", "cc": {"address": "x@y.kr"}}) == []


def test_which_addresses_are_ours(account: Account) -> None:
    ours = replace(account, aliases=("Sales@haneul.example", "desk+de@haneul.example"))
    for one in ("SUPPORT@haneul.example", "support+c1-abcdefghijklmnop@haneul.example", "sales+tag+x@haneul.example"):
        assert ours.hears(one)
    assert ours.hears("desk+de@haneul.example")
    for one in ("desk@haneul.example", "support@haneul.example.evil.example", "resupport@haneul.example", "", "+@"):
        assert not ours.hears(one)
