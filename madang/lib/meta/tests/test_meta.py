"""Signatures, errors and codes of Meta; strange JSON makes no exception."""

from __future__ import annotations

import pytest

from madang.lib.meta import codes, errors, shapes
from madang.lib.meta.attached import files, points
from madang.lib.meta.messaging import read
from madang.lib.meta.signing import sign, signed


def test_the_signature_is_the_documented_one() -> None:
    """RFC 4231, test case 2, written as the header is."""
    wanted = "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    assert sign("Jefe", b"what do ya want for nothing?") == wanted
    assert signed("Jefe", b"what do ya want for nothing?", wanted)
    assert not signed("", b"", sign("", b""))


@pytest.mark.parametrize(
    ("said", "code", "rest"),
    [
        ("[MDG-7K2QW9XR4D]", "7K2QW9XR4D", ""),
        ("안녕하세요 [MDG-7K2QW9XR4D] 이어서요", "7K2QW9XR4D", "안녕하세요 이어서요"),
        ("[MDG-7K2QW9XR4D] 이어서요", "7K2QW9XR4D", "이어서요"),
        ("[MDG-7K2QW9XR4]", "", "[MDG-7K2QW9XR4]"),
        ("MDG-7K2QW9XR4D", "", "MDG-7K2QW9XR4D"),
    ],
)
def test_a_code_is_cut_out_of_the_words(said: str, code: str, rest: str) -> None:
    assert codes.taken(said) == (code, rest)


def test_a_ref_of_somebody_else_is_no_code() -> None:
    assert (codes.ref("MDG-7K2QW9XR4D"), codes.ref("7K2QW9XR4D")) == ("7K2QW9XR4D", "7K2QW9XR4D")
    assert (codes.ref("summer-sale"), codes.ref("")) == ("", "")


def test_an_error_says_why_and_in_whose_words() -> None:
    body = b'{"error": {"message": "(#10) outside of allowed window", "code": 10, "error_subcode": 2018278}}'
    error = errors.read(body)
    assert error is not None
    assert (error.why, "outside of allowed window" in error.words) == ("window", True)
    plain = errors.read(b'{"error": {"message": "no permission", "code": 10}}')
    assert plain is not None
    assert plain.why == "auth"
    unknown = errors.read(b'{"error": {"message": "new", "code": 99999, "is_transient": true}}')
    assert unknown is not None
    assert unknown.why == "down"
    assert [errors.read(one) for one in (b"", b"<html>", b"[]", b'{"error": "no"}', b'{"error": {"code": "x"}}')] == (
        [None] * 5
    )


def test_times_in_seconds_and_milliseconds_are_the_same() -> None:
    assert shapes.moment("1783000000") == shapes.moment(1783000000000) == shapes.moment(1783000000)
    strange_times: tuple[object, ...] = (None, "soon", [], 1e300, float("nan"))
    for strange in strange_times:
        assert shapes.moment(strange).year == 1970


@pytest.mark.parametrize("strange", [None, 1, "a", [], {}, [1], {"a": {}}, [[{}]], [{"type": 3, "payload": []}]])
def test_strange_events_are_no_exception(strange: object) -> None:
    ids = {"sender": {"id": "7"}, "recipient": {"id": "8"}}
    for place in (
        "message",
        "reaction",
        "postback",
        "delivery",
        "read",
        "referral",
        "message_edit",
        "timestamp",
        "new",
    ):
        read({**ids, place: strange}, "8")
        read({"sender": strange, "recipient": strange, place: {"mid": strange, "attachments": strange}}, "8")
    files(strange)
    points(strange, {"story": strange}, {"ads_context_data": strange})
