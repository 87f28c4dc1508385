"""The web side's routes, built once a process: building them anew for each test would take a quarter of its time."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from copy import copy
from typing import Any

from litestar import Litestar
from litestar.datastructures import State

from madang.app import App, framework
from madang.ground import Ground

whole = functools.cache(framework)


def app(ground: Ground) -> App:
    """The whole web side on this house."""
    return App(ground, whole())


@functools.cache
def _door(routes: tuple[Any, ...]) -> Litestar:
    return Litestar(routes, openapi_config=None, logging_config=None)


def door(routes: Sequence[Any], **state: Any) -> Litestar:
    """One door alone, its routes mounted as the application mounts them, on what ``state`` names."""
    made = copy(_door(tuple(routes)))
    made.state = State(state)
    return made
