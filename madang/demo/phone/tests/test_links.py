"""A link to go on elsewhere, touched on the phone: it opens the right app, with the code."""

from __future__ import annotations

from typing import Any

import pytest

from madang.channels.abilities import Linked
from madang.channels.connector import Config
from madang.channels.playing import Person, Provider
from madang.channels.registry import entries, fields, get, simulator
from madang.channels.setup import fill
from madang.demo.doors import Manner
from madang.demo.phone.apps import App, Phone

CODE = "A1B2C3D4E5"


def provider_of(name: str) -> Provider | None:
    made: Any = getattr(simulator(name), "Simulator", None)
    return made() if isinstance(made, type) and issubclass(made, Provider) else None


def linked() -> list[str]:
    return [name for name in entries() if issubclass(get(name), Linked) and provider_of(name) is not None]


def app_of(name: str) -> App:
    provider = provider_of(name)
    assert provider is not None
    provider.url = "http://127.0.0.1:1"  # nobody is asked
    settings, secrets = fill(fields(name), provider.form())
    config = Config(id=1, key="k", name=name, settings=settings, secrets=secrets, host="http://127.0.0.1:1")
    person = provider.person("http://127.0.0.1:1/hooks/k", "미나")
    return App(f"{name}-haneul", name, "haneul", "하늘", name, Manner(), person, config)


@pytest.mark.parametrize("name", linked())
def test_a_link_opens_the_app_it_leads_to_with_the_code(name: str) -> None:
    phone, other = Phone(), app_of(next(one for one in linked() if one != name))
    phone.apps = {app.id: app for app in (other, app_of(name))}
    connector = get(name)(phone.apps[f"{name}-haneul"].config or Config(0, "", "", {}, {}))
    assert isinstance(connector, Linked)
    url = connector.link(CODE)
    assert url, f"{name}: the simulator's form allows no link"
    led = phone.led_to(url)
    assert led is not None
    assert led[0].connector == name
    comes_by_itself = type(led[0].person).follow is not Person.follow
    assert comes_by_itself or f"MDG-{CODE}" in led[1]


def test_any_other_link_leads_nowhere_here() -> None:
    phone = Phone()
    phone.apps = {app.id: app for app in map(app_of, linked())}
    for url in ("https://haneul.example/", f"https://evil.example/?start=MDG-{CODE}", "javascript:1", "", "http://["):
        assert phone.led_to(url) is None, url
