"""What a channel cannot show becomes what it can, and the words always survive."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from madang.channels.connector import Cap, Kind, Limits, Media, Outbound, Party
from madang.channels.fit import fit, length, split

SMS = Limits(text=90, encoding="cp949")


def out(text: str, *media: Media) -> Outbound:
    """Something to say."""
    return Outbound("k", Party(Kind.PHONE, "+821012345678"), text, 1, 2, html="<b>x</b>", media=media)


def test_a_file_the_channel_does_not_take_becomes_a_link() -> None:
    photo = Media("image", "영수증.png", "image/png", b"x", ref="key", size=1)
    (part,) = fit(out("여기요", photo), Cap.TEXT, Limits(), lambda media: f"https://madang.example/files/{media.ref}")
    assert part.text == "여기요\n영수증.png: https://madang.example/files/key"
    assert (part.media, part.html) == ((), "")


def test_a_file_over_the_limit_becomes_a_link_too() -> None:
    film = Media("video", "a.mp4", "video/mp4", b"", ref="key", size=2_000)
    (part,) = fit(out("see", film), Cap.TEXT | Cap.VIDEO, Limits(media_bytes=1_000), lambda _media: "LINK")
    assert part.text == "see\na.mp4: LINK"


def test_korean_counts_two_bytes_a_syllable_where_the_channel_does() -> None:
    assert [len(part) for part in split("가" * 100, SMS)] == [45, 45, 10]


def test_long_text_breaks_at_white_space_and_each_part_has_its_own_key() -> None:
    parts = fit(out("word " * 30), Cap.TEXT, Limits(text=60), lambda _media: "")
    assert [part.key for part in parts] == ["k", "k.1", "k.2"]
    assert all(part.text.split() == ["word"] * len(part.text.split()) for part in parts)


@given(st.text(alphabet=st.sampled_from("가나 a\n😀b"), max_size=400))
def test_no_part_is_too_long_and_no_word_is_lost(text: str) -> None:
    parts = split(text.strip(), SMS)
    assert all(length(part, SMS) <= SMS.text for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())
