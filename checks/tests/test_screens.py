"""Templates, scripts and icons that would open a door are found."""

from __future__ import annotations

import pytest

from checks import icons, screens, scripts, templates
from checks.tests.conftest import Plant


@pytest.mark.parametrize(
    "bad",
    [
        '<p style="color: red">',
        "<style>p {}</style>",
        "<script>go()</script>",
        '<script src="/a.js"></script>',
        '<a hx-on:click="go()">',
        '<a hx-trigger="click[ctrlKey==true]">',
        '<a onclick="go()">',
        '<a href="javascript:go()">',
        "{{ text | safe }}",
        "{{ text|safe }}",
        '<a target="_blank" href="x">',
    ],
)
def test_templates(plant: Plant, bad: str) -> None:
    found = list(templates.check(plant({"madang/desk/templates/a.html": f"<p>\n{bad}\n"})))
    assert found
    assert all(line.startswith("madang/desk/templates/a.html:2 ") for line in found)


def test_a_lawful_template(plant: Plant) -> None:
    good = (
        '<script type="module" src="{{ asset }}" nonce="{{ nonce }}"></script>\n'
        '<script type="application/json" id="words">{{ words | tojson }}</script>\n'
        '<p data-style="x" hx-trigger="load delay:1s" hx-get="/a?b=1">{# style="" #}</p>\n'
        '<a target="_blank" rel="noopener" href="x">\n'
    )
    assert list(templates.check(plant({"madang/desk/templates/a.html": good}))) == []


@pytest.mark.parametrize("bad", ["a.innerHTML = b", "eval(a)", "setTimeout('go()', 1)", "w.postMessage(a, '*')"])
def test_scripts(plant: Plant, bad: str) -> None:
    assert list(scripts.check(plant({"madang/desk/static/a.js": f"{bad};\n"})))
    assert not list(scripts.check(plant({"madang/desk/static/a.js": "a.textContent = b;\n"})))


@pytest.mark.parametrize("bad", ["<script>", '<a href="https://x"/>', '<path onload="go()"/>', "<foreignObject/>"])
def test_icons(plant: Plant, bad: str) -> None:
    drawing = '<svg viewBox="0 0 24 24">{}</svg>'
    path = "madang/connectors/line/icon.svg"
    assert list(icons.check(plant({path: drawing.format(bad)})))
    assert not list(icons.check(plant({path: drawing.format('<path d="M0 0"/><use href="#a"/>')})))


def test_a_page_that_nobody_looks_at(plant: Plant) -> None:
    pages = {
        "madang/desk/templates/layout.html": "<!doctype html>{% block body %}{% endblock %}",
        "madang/desk/templates/list.html": "{% extends 'layout.html' %}",
        "madang/desk/templates/_row.html": "<li></li>",
    }
    table = "tests/screens/table.py"
    assert list(screens.check(plant(pages | {table: 'ROWS = ["list.html"]'}))) == []
    assert list(screens.check(plant(pages | {table: 'ROWS = ["gone.html"]'}))) == [
        f"{table} has no row for the page list.html",
        f"{table} names gone.html, and there is no such page",
    ]
