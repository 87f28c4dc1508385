"""Whom a mail goes to: hers or those chosen, copies, and blind copies that no header names."""

from __future__ import annotations

from dataclasses import replace
from email import message_from_bytes, policy
from typing import Any

import pytest

from madang.channels.connector import Kind, Outbound, Party
from madang.connectors.email.account import Account, account_of
from madang.connectors.email.outbound import mail_of
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
