"""A board (T2, T4, T5, T8, T14): what is secret leaks nowhere, and an answer stands under what it answers."""

from __future__ import annotations

import re
import uuid
from collections.abc import AsyncIterator, Iterator
from typing import Any
from urllib.parse import urlencode

import pytest

from madang.ground import Ground
from madang.lib import visitor_token
from madang.portal import once
from madang.portal.board import reading
from madang.portal.tests.rooms import Reader, Room, channel
from madang.portal.tests.site import SECRET, chat_channel, eventually, serving
from madang.staff.attempts import Limit
from madang.staff.tests.people import cheap_passwords
from madang.tests import cast

pytestmark = pytest.mark.slow  # the house in small; the quick suite has its time

SAID = "select m.text, m.subject, m.conversation_id, m.edited_at, m.deleted_at from message m order by m.id"
PUBLIC = {"title": "머그컵 재입고", "text": "하늘색 언제 오나요?", "author": "Mia", "password": "가나다라"}
HIDDEN = {"title": "환불 계좌", "text": "국민은행 1234", "author": "미나", "password": "마바사아", "secret": "on"}
WORDS = ("환불 계좌", "국민은행", "미나")


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(once, "QUICKEST", 0.0)
    with cheap_passwords():
        yield


@pytest.fixture
async def board(ground: Ground) -> AsyncIterator[Room]:
    brand_id = await cast.brand(ground, language="ko")
    chat = await chat_channel(ground, brand_id)
    made = await channel(ground, brand_id, "board", visibility="public", ask_email=True, users_of=chat.key)
    async with serving(ground) as (doors, url):
        room = Room(ground, doors, url, brand_id, made)
        yield room
        await room.close()


async def written(board: Room, said: dict[str, str], reader: Reader | None = None, **more: Any) -> tuple[Reader, str]:
    """A post; who wrote it, and its address."""
    reader = reader or board.reader()
    await reader.get(f"/board/{board.key}/new")
    answer = await reader.post(f"/board/{board.key}/new", **said, **more)
    assert answer.status_code == 303, reader.text
    return reader, answer.headers["location"]


async def so_many(board: Room, number: int) -> list[Any]:
    rows = await board.rows(SAID)
    return rows if len(rows) == number else []


async def test_a_secret_post_says_nothing_to_anybody_else(board: Room) -> None:
    mina, post = await written(board, HIDDEN, files=[("files", ("계좌.txt", b"1234", "text/plain"))])
    await written(board, PUBLIC)
    await eventually(lambda: so_many(board, 2))
    ((key,),) = await board.rows("select key from attachment")
    stranger = board.reader()
    for path in (f"/board/{board.key}", f"/board/{board.key}?before=999999", post, f"{post}/edit"):
        page = await stranger.get(path)
        assert not [word for word in WORDS if word in page], path
    assert "Secret post" in await stranger.get(f"/board/{board.key}")
    for word in (*WORDS, "환불"):
        assert post not in await stranger.get(f"/board/{board.key}?q={word}"), word
    assert PUBLIC["title"] in await stranger.get(f"/board/{board.key}?q=하늘색")
    assert (await stranger.http.get(f"{post}/files/{key}")).status_code == 404
    assert (await mina.http.get(f"{post}/files/{key}")).content == b"1234"
    for verb in ("edit", "delete", "more"):
        answer = await stranger.post(f"{post}/{verb}", title="x", text="mine now")
        assert (answer.status_code, "국민은행" in answer.text) == (403, False)
    assert "국민은행" in await mina.get(post)


async def test_what_the_virus_scan_found_is_given_to_nobody(board: Room) -> None:
    mina, post = await written(board, PUBLIC, files=[("files", ("계좌.txt", b"1234", "text/plain"))])
    await eventually(lambda: so_many(board, 1))
    ((key,),) = await board.rows("select key from attachment")
    assert (await mina.http.get(f"{post}/files/{key}")).status_code == 200
    await board.rows("update attachment set scan = 'infected' returning key")
    for reader in (mina, board.reader()):
        assert (await reader.http.get(f"{post}/files/{key}")).status_code == 404


async def test_a_number_or_another_boards_address_opens_nothing(board: Room) -> None:
    _mina, post = await written(board, PUBLIC)
    other = await channel(board.ground, board.brand_id, "board", visibility="public")
    stranger = board.reader()
    for path in (f"/board/{board.key}/1", f"/board/{other.key}/{post.rpartition('/')[2]}", "/board/none"):
        await stranger.get(path)
        assert stranger.status == 404, path
    assert re.fullmatch(r"/board/[^/]+/[0-9a-f]{32}", post)


async def test_the_password_opens_it_and_guessing_ends(board: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    _mina, post = await written(board, HIDDEN)
    again = board.reader()
    await again.post(f"{post}/unlock", password="wrong")
    assert again.status == 403
    await again.post(f"{post}/unlock", password=HIDDEN["password"])
    assert "국민은행" in again.page
    monkeypatch.setattr(reading, "OF_ONE", Limit("test.unlock", 1, reading.HOUR))
    thief = board.reader()
    await thief.post(f"{post}/unlock", password="0000")
    await thief.post(f"{post}/unlock", password=HIDDEN["password"])
    assert thief.status == 429
    cookie = f"madang_board_{board.channel.id}"
    thief.http.cookies.set(cookie, again.http.cookies[cookie][:-2] + "xx")
    await thief.get(post)
    assert thief.status == 403


async def test_an_answer_stands_under_the_post_it_answers_and_nowhere_else(board: Room) -> None:
    """Also when both posts lie in one conversation, as after a merge by hand."""
    ada = await cast.agent(board.ground)
    mina, secret = await written(board, HIDDEN)
    (row,) = await eventually(lambda: so_many(board, 1))
    _mina, public = await written(board, PUBLIC, mina)
    await eventually(lambda: so_many(board, 2))
    await board.answer(ada, row.conversation_id, "국민은행 1234로 <i>보냈어요</i>")

    async def answered() -> bool:
        return "보냈어요" in await mina.get(secret)

    await eventually(answered)
    assert "&lt;i&gt;보냈어요" in mina.page
    async with board.ground.database.begin() as tx:
        from sqlalchemy import text

        await tx.execute(text("update message set conversation_id = :one"), {"one": row.conversation_id})
    stranger = board.reader()
    assert "보냈어요" not in await stranger.get(public)
    assert "보냈어요" not in await stranger.get(secret)
    assert "보냈어요" in await mina.get(secret)
    assert "An answer is here" in await stranger.get(f"/board/{board.key}")


async def test_she_changes_adds_and_takes_back_and_the_desk_sees_it(board: Room) -> None:
    mina, post = await written(board, PUBLIC)
    await eventually(lambda: so_many(board, 1))
    await mina.get(f"{post}/edit")
    await mina.post(f"{post}/edit", title="머그컵", text="분홍색은요?")
    assert "분홍색은요?" in mina.page

    async def edited() -> list[Any]:
        return [one for one in await board.rows(SAID) if one.text == "머그컵\n\n분홍색은요?"]

    await eventually(edited)
    await mina.get(post)
    await mina.post(f"{post}/more", text="급해요")
    rows = await eventually(lambda: so_many(board, 2))
    assert len({one.conversation_id for one in rows}) == 1
    await mina.get(f"{post}/edit")
    await mina.post(f"{post}/delete")
    assert "분홍색" not in mina.page
    await mina.get(post)
    assert mina.status == 404
    gone = await eventually(lambda: board.rows(f"select * from ({SAID}) m where deleted_at is not null"))
    assert gone[0].text == ""
    kinds = [one.kind for one in await board.rows("select kind from event where kind like 'board.%' order by id")]
    assert kinds == ["board.posted", "board.edited", "board.deleted"]


async def test_a_signed_user_writes_under_her_account_and_finds_her_posts(board: Room) -> None:
    chat = await board.doors.book.by_key(
        (await board.rows("select settings ->> 'users_of' as key from channel where connector = 'board'"))[0].key
    )
    assert chat is not None
    mina = board.reader()
    begun = await mina.http.post(
        f"/chat/{chat.row.key}/session", json={"user": {"id": "u-1", "hash": visitor_token.sign_user(SECRET, "u-1")}}
    )
    token = begun.json()["token"]
    await mina.post(f"/board/{board.key}/enter", token=token)
    said = {name: value for name, value in HIDDEN.items() if name != "password"}
    _mina, post = await written(board, said, mina)
    elsewhere = board.reader()
    assert (await elsewhere.post(f"/board/{board.key}/enter", token=token + "x")).status_code == 404
    await elsewhere.post(f"/board/{board.key}/enter", token=token)
    assert "환불 계좌" in elsewhere.page
    assert "국민은행" in await elsewhere.get(post)
    await eventually(lambda: so_many(board, 1))
    ((kind, value, account),) = await board.rows("select kind, value, account from identity")
    assert (kind, value, account) == ("account", "u-1", f"webchat:{chat.row.key}")
    frame = {"type": "message", "id": str(uuid.uuid4()), "text": "채팅으로도 여쭤요"}
    bearer = {"authorization": f"Bearer {token}"}
    assert (await mina.http.post(f"/hooks/{chat.row.key}", json=frame, headers=bearer)).status_code == 200
    await eventually(lambda: so_many(board, 2))
    assert len(await board.rows("select 1 from customer")) == 1, "on the board and in the chat she is one"


@pytest.mark.slow
async def test_a_private_board_makes_every_post_secret(board: Room) -> None:
    made = await channel(board.ground, board.brand_id, "board", visibility="private")
    private = Room(board.ground, board.doors, board.url, board.brand_id, made, board.readers)
    _mina, post = await written(private, PUBLIC)
    stranger = private.reader()
    assert PUBLIC["title"] not in await stranger.get(f"/board/{made.key}")
    await stranger.get(post)
    assert stranger.status == 403


@pytest.mark.slow
async def test_pages_follow_each_other_without_a_gap_and_what_is_written_is_only_text(board: Room) -> None:
    evil = "<script>alert(1)</script>"
    async with board.ground.database.begin() as tx:
        from sqlalchemy import text

        sql = "insert into board_post (key, channel_id, title, body) select 'k' || n, :c, 'T' || n || :evil, :evil"
        await tx.execute(text(f"{sql} from generate_series(1, 45) n"), {"c": board.channel.id, "evil": evil})
    stranger, path, seen = board.reader(), f"/board/{board.key}", []
    for _ in range(3):
        page = await stranger.get(path)
        seen += re.findall(r'class="post-title" dir="auto">T(\d+)', page)
        assert evil not in page
        found = re.search(r'href="([^"]+)" rel="next"', page)
        path = found[1].replace("&amp;", "&") if found else ""
    assert [int(one) for one in seen] == list(range(45, 0, -1))
    assert path == ""
    assert evil not in await stranger.get(f"/board/{board.key}/k1")
    for odd in ("?before=x", "?before=" + "9" * 30, "?q=%00%ff", "?q=" + "가" * 500, "?q=%25' or 1=1"):
        await stranger.get(f"/board/{board.key}{odd}")
        assert stranger.status == 200, odd


@pytest.mark.slow
async def test_a_search_stays_in_the_language_that_was_chosen(board: Room) -> None:
    mia = board.reader()
    await written(board, PUBLIC, mia)
    await mia.get(f"/board/{board.key}?locale=ko")
    form = re.search(r'<form class="search".*?</form>', mia.page, re.DOTALL)
    assert form
    asked = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form[0]))
    await mia.get(f"/board/{board.key}?" + urlencode(asked | {"q": "머그컵"}))
    assert '<html lang="ko"' in mia.page


async def test_mistakes_are_said_and_nothing_is_lost(board: Room) -> None:
    mina = board.reader()
    await mina.get(f"/board/{board.key}/new")
    wrong = {"title": "", "text": "x" * 10_001, "password": "1", "email": "mina", "author": "미나"}
    await mina.post(f"/board/{board.key}/new", **wrong)
    assert mina.status == 400
    for name in ("title", "text", "password", "email"):
        assert re.search(rf'id="f-{name}"[^>]*aria-invalid="true"', mina.page), name
    assert 'value="미나"' in mina.page
