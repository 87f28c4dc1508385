"""Every screen and verb of the agents' door."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules

from litestar import Router
from litestar.handlers import HTTPRouteHandler

from madang.desk import views
from madang.desk.errors import HANDLERS
from madang.desk.whole import whole


def _handlers() -> Iterator[HTTPRouteHandler]:
    """The handlers of every file in views/, so that a new screen is one new file."""
    for module in iter_modules(views.__path__):
        found = import_module(f"{views.__name__}.{module.name}")
        for one in vars(found).values():
            if isinstance(one, HTTPRouteHandler):
                yield one


ROUTES = [
    Router(
        "/",
        route_handlers=list(dict.fromkeys(_handlers())),
        before_request=whole,
        exception_handlers=HANDLERS,
        include_in_schema=False,
    )
]
