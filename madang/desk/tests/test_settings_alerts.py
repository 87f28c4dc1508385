"""Choosing who is told when something is wrong."""

from __future__ import annotations

import pytest
from sqlalchemy import func, insert, text

from madang.alerts import queries
from madang.alerts.models import Incident
from madang.alerts.queries import Chosen
from madang.desk.tests.visitor import Visitor
from madang.staff.permissions import Role
from madang.tests import cast

PAGE = "/settings/alerts"


async def chosen(visitor: Visitor) -> Chosen:
    async with visitor.ground.database.begin() as tx:
        return await queries.chosen(tx)


async def mail_channel(visitor: Visitor) -> int:
    brand = await cast.brand(visitor.ground)
    settings = {"address": "support@haneul.example", "smtp_host": "127.0.0.1"}
    return (await cast.channel(visitor.ground, brand, "email", settings, {"password": "x"})).id


async def test_it_is_chosen_kept_and_shown(hana: Visitor) -> None:
    number = await mail_channel(hana)
    assert (await hana.get(PAGE)).status_code == 200
    typed = {"recipients": "Ada@Haneul.example,\n ben@haneul.example", "language": "ko", "channel": str(number)}
    answer = await hana.post(PAGE, **typed, waiting_minutes="30", quarantined="5", silence="on")
    assert answer.headers["location"] == f"{PAGE}?done=saved"
    kept = await chosen(hana)
    assert (kept.recipients, kept.language) == (["ada@haneul.example", "ben@haneul.example"], "ko")
    assert (kept.channel_id, kept.waiting_minutes, kept.quarantined, kept.silence) == (number, 30, 5, True)
    await hana.get(PAGE)
    assert "ada@haneul.example\nben@haneul.example" in hana.page


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("recipients", "nobody", "This is no e-mail address."),
        ("waiting_minutes", "soon", "Give a whole number."),
        ("waiting_minutes", "1441", "Give a number from 1 to 1440."),
        ("quarantined", "-1", "Give a whole number."),
        ("channel", "999", "This channel cannot send such mails."),
        ("channel", "1; drop table", "This is not a possible answer."),
    ],
)
async def test_what_cannot_be_is_said_beside_its_field(hana: Visitor, field: str, value: str, told: str) -> None:
    await hana.get(PAGE)
    good = {"recipients": "ada@haneul.example", "language": "en", "waiting_minutes": "10", "quarantined": "1"}
    answer = await hana.post(PAGE, **(good | {field: value}))
    assert answer.status_code == 400
    assert told in hana.text
    assert "ada@haneul.example" in hana.page or field == "recipients"  # what was typed stays
    assert (await chosen(hana)).recipients == []


async def test_what_is_wrong_now_is_there_and_no_markup(hana: Visitor) -> None:
    async with hana.ground.database.begin() as tx:
        facts = '{"name": "<b>Shop</b>", "count": 3, "problem": "<script>alert(1)</script>"}'
        await tx.execute(
            text("""insert into incident (kind, subject, facts, opened_at) values ('quarantined', 'channel:1',
            cast(:facts as jsonb), now())"""),
            {"facts": facts},
        )
    await hana.get(PAGE)
    assert "<b>Shop</b>: deliveries in quarantine (3)" in hana.text
    assert "<script>alert" not in hana.page


async def test_a_try_goes_to_whoever_asks(hana: Visitor) -> None:
    await mail_channel(hana)
    await hana.get(PAGE)
    assert (await hana.post(f"{PAGE}/test")).headers["location"] == f"{PAGE}?done=underway"
    await hana.get(f"{PAGE}?done=underway")
    assert "It should be with you within a minute." in hana.text
    async with hana.ground.database.begin() as tx:
        (mail,) = await queries.posted(tx)
    assert (mail.recipient, mail.subject) == ("hana@haneul.kr", "Alerts reach you")


async def test_without_a_mail_channel_it_says_so(hana: Visitor) -> None:
    await hana.get(PAGE)
    assert "There is no e-mail channel" in hana.text
    assert "Send me a test" not in hana.text


@pytest.mark.parametrize("role", ["lead", "agent", "viewer"])
async def test_it_is_for_administrators(hana: Visitor, ada: Visitor, role: Role) -> None:
    async with ada.ground.database.begin() as tx:
        await tx.execute(text("update \"user\" set role = :role where name = 'Ada'"), {"role": role})
    assert (await ada.get(PAGE)).status_code == 403
    assert (await ada.post(PAGE, recipients="eve@evil.example")).status_code == 403
    assert (await ada.post(f"{PAGE}/test")).status_code == 403
    assert (await chosen(ada)).recipients == []


@pytest.mark.parametrize("kind", ["disconnected", "waiting", "missing", "dead", "of a version to come"])
async def test_whatever_is_wrong_is_shown(hana: Visitor, kind: str) -> None:
    async with hana.ground.database.begin() as tx:
        wrong = {"kind": kind, "subject": "channel:3", "facts": {"name": "Haneul 100%", "count": 7}}
        await tx.execute(insert(Incident).values(wrong | {"opened_at": func.now()}))
    assert (await hana.get(PAGE)).status_code == 200
    assert "Haneul 100%" in hana.page
