"""The phone as this demo has it: an app for each door that is open, and one each for mail, the chat and the machine."""

from __future__ import annotations

from collections.abc import Iterator

from madang.channels.playing import Person
from madang.channels.queries import ChannelRow, config_of
from madang.channels.registry import simulator
from madang.demo.company import BRANDS, Company, Kept
from madang.demo.doors import manner
from madang.demo.hands import Street
from madang.demo.phone.apps import App, Phone
from madang.demo.phone.people import ChatPerson, MachinePerson, MailPerson
from madang.ground import Ground

NAME = "미나"
ADDRESS = "mina@phone.example"


async def furnish(ground: Ground, street: Street, company: Company, kept: Kept) -> Phone:
    """All apps, and whoever has to listen does so."""
    phone = Phone()
    for (brand, connector), provider in street.doors.providers.items():
        row = street.doors.channels.get((brand, connector))
        if row is not None:
            hook = f"{str(street.http.base_url).rstrip('/')}/hooks/{row.key}"
            phone.add(_app(ground, brand, row, provider.person(hook, NAME)))
    for brand, row, person in _others(ground, street, company, kept):
        phone.add(_app(ground, brand, row, person))
    return phone


def _app(ground: Ground, brand: str, row: ChannelRow, person: Person) -> App:
    look = manner(row.connector)
    config = config_of(ground, row, {})
    name = BRANDS[brand].name
    return App(f"{row.connector}-{brand}", row.connector, brand, name, row.name, look, person, config)


def _others(ground: Ground, street: Street, company: Company, kept: Kept) -> Iterator[tuple[str, ChannelRow, Person]]:
    """The doors that are spoken through otherwise."""
    for (brand, by), row in company.channels.items():
        if by == "mail":
            customer = simulator(row.connector).Customer(street.mail, ADDRESS, NAME, "naver")
            yield brand, row, MailPerson(NAME, customer, str(row.settings["address"]))
        elif by == "chat":
            visitor = simulator(row.connector).Visitor(street.http, row.key, name=NAME, page="https://haneul.example/")
            visitor.token = kept.tokens.get("phone", "")
            yield brand, row, ChatPerson(NAME, visitor, lambda token: kept.tokens.update(phone=token))
        else:
            street.kiosk.secret = company.secret(ground, brand, by)
            hook = f"{str(street.http.base_url).rstrip('/')}/hooks/{row.key}"
            yield brand, row, MachinePerson(NAME, street.kiosk, hook, ADDRESS)
