"""Which connectors there are: folders beside us, and packages that register by entry point ``madang.connectors``.

Nothing else in the house names a connector.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path
from types import ModuleType
from typing import Any

from madang.channels.connector import Connector, Field, Step
from madang.channels.crm import Crm
from madang.channels.manifest import Manifest, read

PLAIN = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><circle cx="12" cy="12" r="8"/></svg>'
FOLDER = Path(__file__).parent.parent / "connectors"


@dataclass(frozen=True, slots=True)
class Entry:
    """One connector: its folder, its package name, its manifest."""

    folder: Path
    package: str
    manifest: Manifest

    @property
    def icon(self) -> str:
        """The SVG drawing of the channel's mark; a plain ring where the folder has none."""
        drawing = self.folder / "icon.svg"
        return drawing.read_text("utf-8") if drawing.exists() else PLAIN


class UnknownConnector(LookupError):
    """No connector has this name; the message lists those there are."""

    def __init__(self, name: str) -> None:
        super().__init__(f"no connector is called {name!r}; there are: {', '.join(names())}")


CRM = "crm"  # in ``provides`` of a connector that is no channel but a CRM (:mod:`madang.channels.crm`)


def entries() -> dict[str, Entry]:
    """Every connector of channels by name, in menu order."""
    return {name: one for name, one in every().items() if CRM not in one.manifest.provides}


def crms() -> dict[str, Entry]:
    """Every CRM by name, in menu order."""
    return {name: one for name, one in every().items() if CRM in one.manifest.provides}


@cache
def every() -> dict[str, Entry]:
    """All folders, by name, in menu order."""
    folders = [path.parent for path in sorted(FOLDER.glob("*/manifest.toml"))]
    found = [Entry(folder, f"madang.connectors.{folder.name}", read(folder)) for folder in folders]
    for point in entry_points(group="madang.connectors"):
        folder = Path(str(import_module(point.value).__file__)).parent
        found.append(Entry(folder, point.value, read(folder)))
    return {one.manifest.name: one for one in sorted(found, key=lambda one: one.manifest.order)}


def names() -> list[str]:
    """The names, in menu order."""
    return list(entries())


def entry(name: str) -> Entry:
    """One connector's entry; raises :class:`UnknownConnector`."""
    try:
        return every()[name]
    except KeyError:
        raise UnknownConnector(name) from None


def manifest(name: str) -> Manifest:
    """One connector's manifest; raises :class:`UnknownConnector`."""
    return entry(name).manifest


@cache
def get(name: str) -> type[Connector]:
    """The connector's class; raises :class:`UnknownConnector`."""
    made: type[Connector] = _class(entry(name))
    return made


@cache
def crm(name: str) -> type[Crm]:
    """The CRM's class; raises :class:`UnknownConnector`."""
    if name not in crms():
        raise UnknownConnector(name)
    made: type[Crm] = _class(entry(name))
    return made


def _class(found: Entry) -> Any:
    module, _, attribute = found.manifest.class_path.partition(":")
    return getattr(import_module(f"{found.package}.{module}"), attribute)


def simulator(name: str) -> ModuleType:
    """The provider on loopback: for tests, the demo and practice."""
    return import_module(f"{entry(name).package}.simulator")


@cache
def fields(name: str) -> tuple[Field, ...]:
    """The fields of the connector's set-up form."""
    made: tuple[Field, ...] = import_module(f"{entry(name).package}.setup").FIELDS
    return made


@cache
def steps(name: str) -> tuple[Step, ...]:
    """What is left to do after the set-up (``NEXT`` of the connector's setup.py); () when that is nothing."""
    made: tuple[Step, ...] = getattr(import_module(f"{entry(name).package}.setup"), "NEXT", ())
    return made
