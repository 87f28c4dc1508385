"""Push and the digest, against a push service and a mail channel on loopback: once, in time, without the words, and no
more once it was seen (T2, T9, T20)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import insert, text

from madang.channels.book import Book, Bound
from madang.channels.connector import Outbound, SendError, Sent
from madang.channels.queries import ChannelRow
from madang.ground import Ground
from madang.lib.errors import NotFound
from madang.lib.web_push import Browser
from madang.notifications import actions, mailing, pushing
from madang.notifications.models import Notification, Telling
from madang.notifications.wishes import Quiet, Wishes
from madang.portal.tests.site import listening
from madang.push.tests.test_push import Service
from madang.staff.permissions import Viewer
from madang.tests import cast
from madang.tests.cast import Yard

pytestmark = pytest.mark.slow  # sockets, keys; the quick suite has its time


@pytest.fixture
async def service() -> AsyncIterator[Service]:
    made = Service()
    async with listening(made) as url:
        made.url = url
        yield made


@pytest.fixture
def open_ground(yard: Yard) -> Ground:
    return replace(yard.ground, settings=replace(yard.ground.settings, allow_hosts=("127.0.0.1",)))


async def run(yard: Yard, sql: str, **given: Any) -> Sequence[Any]:
    async with yard.ground.database.begin() as tx:
        made = await tx.execute(text(sql), given)
        return made.all() if made.returns_rows else []


async def waiting(yard: Yard, viewer: Viewer, way: str, said: str, *, name: str = "미나") -> int:
    """Ada was told that a customer wrote, and it is still to go out by ``way``; the conversation."""
    await yard.says(said, name=name, value=f"{name}@mina.example")
    number = (await yard.conversations())[-1]
    last = (await run(yard, "select max(id) from message"))[0][0]
    values = {"user_id": viewer.user_id, "key": f"m{last}", "kind": "mine", "conversation_id": number}
    async with yard.ground.database.begin() as tx:
        made = insert(Notification).values(**values, message_id=last, data={"ways": ["app", way]})
        one = (await tx.execute(made.returning(Notification.id))).scalar_one()
        await tx.execute(insert(Telling).values(notification_id=one, way=way))
    return number


async def allowed(yard: Yard, viewer: Viewer, service: Service, name: str = "one") -> None:
    given = service.browser(name)
    async with yard.ground.database.begin() as tx:
        browser = Browser(given["endpoint"], given["keys"]["p256dh"], given["keys"]["auth"])
        await actions.allow(tx, viewer, browser, "Chrome · Android")


async def test_a_push_says_who_and_not_what_once_and_is_taken_down_when_it_was_seen_elsewhere(
    yard: Yard, open_ground: Ground, service: Service
) -> None:
    ada = await cast.agent(yard.ground, "Ada")
    await allowed(yard, ada, service)
    await allowed(yard, ada, service)
    number = await waiting(yard, ada, "push", "계좌는 1234예요")
    await pushing.send(open_ground)
    await pushing.send(open_ground)
    ((headers, said),) = service.got
    assert (said["title"], said["tag"], said["url"]) == ("미나 님: 새 메시지 1개", f"madang-c{number}", f"/c/{number}")
    assert (said["count"], said["body"]) == (1, "")
    assert headers["topic"] == f"madang-c{number}"
    async with yard.ground.database.begin() as tx:
        await actions.see_conversation(tx, ada, number)
    await pushing.send(open_ground)
    assert service.got[1][1] == {"close": True, "open": [], "count": 0}
    kinds = await run(yard, "select kind from event where kind like 'push.%'")
    assert [row[0] for row in kinds] == ["push.allowed"], "twice is once"


async def test_what_was_seen_or_lost_in_the_meantime_wakes_nobody(
    yard: Yard, open_ground: Ground, service: Service
) -> None:
    ada = await cast.agent(yard.ground, "Ada")
    await allowed(yard, ada, service)
    number = await waiting(yard, ada, "push", "하나")
    async with yard.ground.database.begin() as tx:
        await actions.see_conversation(tx, ada, number)
    await waiting(yard, ada, "push", "둘", name="Mia")
    await run(yard, 'update "user" set all_brands = false')
    await pushing.send(open_ground)
    assert service.got == []
    assert await run(yard, "select 1 from notification_telling") == []


async def test_more_than_three_at_once_are_one_line_and_the_words_come_where_she_allows_it(
    yard: Yard, open_ground: Ground, service: Service
) -> None:
    ada = await cast.agent(yard.ground, "Ada")
    await allowed(yard, ada, service)
    async with yard.ground.database.begin() as tx:
        await actions.change(tx, ada, Wishes(words=True))
    await waiting(yard, ada, "push", "언제 오나요?")
    await pushing.send(open_ground)
    assert service.got[0][1]["body"] == "언제 오나요?"
    for name in ("A", "B", "C", "D"):
        await waiting(yard, ada, "push", "hello", name=name)
    await pushing.send(open_ground)
    assert [said["title"] for _, said in service.got[1:]] == ["상담 4건이 기다려요"]
    ((newest,),) = await run(yard, "select max(id) from notification")
    assert service.got[1][1]["id"] == newest, "by it a browser knows what it has shown already"


async def test_in_quiet_hours_it_waits_and_a_browser_that_is_gone_is_forgotten(
    yard: Yard, open_ground: Ground, service: Service
) -> None:
    ada = await cast.agent(yard.ground, "Ada")
    await allowed(yard, ada, service)
    async with yard.ground.database.begin() as tx:
        await actions.change(tx, ada, Wishes(quiet=Quiet(on=True, free=(0, 1, 2, 3, 4, 5, 6))))
    await waiting(yard, ada, "push", "밤이에요")
    await pushing.send(open_ground)
    assert service.got == []
    ((later,),) = await run(yard, "select due > now() + interval '1 hour' from notification_telling")
    assert later
    async with yard.ground.database.begin() as tx:
        await actions.change(tx, ada, Wishes())
    service.will = [410]
    await run(yard, "update notification_telling set due = now()")
    await pushing.send(open_ground)
    assert await run(yard, "select 1 from desk_browser") == []


async def test_what_waited_for_a_quiet_weekend_to_end_comes_as_one_and_what_is_a_day_late_does_not(
    yard: Yard, open_ground: Ground, service: Service
) -> None:
    ada = await cast.agent(yard.ground, "Ada")
    await allowed(yard, ada, service)
    for name in ("A", "B", "C", "D"):
        await waiting(yard, ada, "push", "금요일 밤이에요", name=name)
    await run(yard, "update notification set at = now() - interval '58 hours'")  # due now: it is Monday morning
    await pushing.send(open_ground)
    assert [said["title"] for _, said in service.got] == ["상담 4건이 기다려요"]
    await waiting(yard, ada, "push", "하나", name="Mia")
    await run(yard, "update notification_telling set due = now() - interval '25 hours'")  # no worker ran
    await pushing.send(open_ground)
    assert len(service.got) == 1
    assert await run(yard, "select 1 from notification_telling") == []


async def test_nobody_takes_anothers_browser_and_no_page_is_called_that_is_no_push_service(
    yard: Yard, open_ground: Ground, service: Service
) -> None:
    """T3, T9."""
    ada, ben = await cast.agent(yard.ground, "Ada"), await cast.agent(yard.ground, "Ben")
    await allowed(yard, ada, service)
    async with yard.ground.database.begin() as tx:
        await actions.forget(tx, ben, endpoint=service.browser()["endpoint"])
        with pytest.raises(NotFound):
            await actions.forget(tx, ben, number=1)
    assert len(await run(yard, "select 1 from desk_browser")) == 1
    await run(yard, "update desk_browser set endpoint = 'http://169.254.169.254/latest'")
    await waiting(yard, ada, "push", "하나")
    await pushing.send(open_ground)
    assert await run(yard, "select 1 from desk_browser") == [], "an address that is never called is forgotten"


class Post(Book):
    """A mail channel: takes what is sent, or refuses it."""

    got: list[Outbound]
    will: list[SendError]

    async def by_id(self, channel_id: int) -> Bound:
        return Bound((await self._loaded(channel_id)), self)  # type: ignore[arg-type]

    async def _loaded(self, channel_id: int) -> ChannelRow:
        return (await super().by_id(channel_id)).row

    async def send(self, out: Outbound) -> Sent:
        if self.will:
            raise self.will.pop(0)
        self.got.append(out)
        return Sent("1")


@pytest.fixture
async def post(yard: Yard) -> Post:
    made = Post(yard.ground)
    made.got, made.will = [], []
    secrets = {"password": "x"}
    await cast.channel(yard.ground, yard.brand_id, "email", {"address": "help@haneul.example"}, secrets)
    return made


async def test_the_digest_is_one_mail_with_links_and_a_way_out_and_never_comes_twice(yard: Yard, post: Post) -> None:
    ada = await cast.agent(yard.ground, "Ada")
    first = await waiting(yard, ada, "mail", "<b>비밀</b>")
    await waiting(yard, ada, "mail", "hello", name="Mia")
    post.will = [SendError("down", "away")]
    await mailing.send(yard.ground, post)
    assert post.got == []
    await run(yard, "update notification_telling set due = now()")
    await mailing.send(yard.ground, post)
    await mailing.send(yard.ground, post)
    (mail,) = post.got
    assert mail.to.value == "ada@haneul.example"
    assert mail.subject == "상담 2건이 기다려요: Mia, 미나"
    assert f"/c/{first}" in mail.html
    assert '<div lang="ko"' in mail.html, "read aloud as the language it is in"
    assert "비밀" not in mail.html + mail.text
    token = mail.unsubscribe.rpartition("/")[2]
    assert mailing.whose(yard.ground.keys, token) == ada.user_id
    assert mailing.whose(yard.ground.keys, f"{ada.user_id}-{'A' * 22}") is None
    assert mailing.whose(yard.ground.keys, token.replace(str(ada.user_id), "999", 1)) is None


async def test_no_mail_of_what_was_seen_or_where_she_wants_none_and_one_that_is_unsure_is_not_repeated(
    yard: Yard, post: Post
) -> None:
    ada = await cast.agent(yard.ground, "Ada")
    number = await waiting(yard, ada, "mail", "하나")
    async with yard.ground.database.begin() as tx:
        await actions.see_conversation(tx, ada, number)
    await mailing.send(yard.ground, post)
    await waiting(yard, ada, "mail", "둘")
    post.will = [SendError("unsure", "it broke off")]
    await mailing.send(yard.ground, post)
    await waiting(yard, ada, "mail", "셋")
    async with yard.ground.database.begin() as tx:
        await actions.mail_no_more(tx, ada.user_id or 0)
    await mailing.send(yard.ground, post)
    assert post.got == []
    assert await run(yard, "select 1 from notification_telling") == []


async def test_a_mail_that_is_late_waits_for_the_end_of_her_quiet_hours_and_comes_once(yard: Yard, post: Post) -> None:
    """It was due in the evening; the mail server was away until she slept."""
    ada = await cast.agent(yard.ground, "Ada")
    await waiting(yard, ada, "mail", "하나")
    asleep = Wishes(quiet=Quiet(on=True, free=(0, 1, 2, 3, 4, 5, 6)))
    async with yard.ground.database.begin() as tx:
        await actions.change(tx, ada, asleep)
    for _round in range(8):  # more often than it is tried
        await mailing.send(yard.ground, post)
        assert await run(yard, "update notification_telling set due = now() where due > now() returning 1") == [(1,)]
    assert post.got == []
    async with yard.ground.database.begin() as tx:
        await actions.change(tx, ada, Wishes())
    await mailing.send(yard.ground, post)
    await mailing.send(yard.ground, post)
    assert len(post.got) == 1
