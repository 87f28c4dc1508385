"""What a connector claims of itself (quality.toml), checked where a machine can.

Each rule is ``"done"``, ``"todo"`` or ``{ exempt = "why" }``. A level is reached when all its rules and those below are
done or exempt.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Level = Literal["none", "bronze", "silver", "gold"]

RULES: dict[Level, tuple[str, ...]] = {
    "bronze": ("icon", "readme", "setup_is_tested", "fixtures", "forged_refused", "malformed_refused", "once"),
    "silver": ("simulator", "error_policy", "receipts", "media", "translated", "order_kept"),
    "gold": ("sdk_judged", "media_streamed", "reconnects", "typing", "edits"),
}


@dataclass(frozen=True, slots=True)
class Quality:
    """A folder's claims, the level they reach, and the claims that are not true."""

    rules: dict[str, str]
    level: Level
    untrue: list[str]


def check(folder: Path) -> Quality:
    """Read and check ``folder/quality.toml``."""
    given = tomllib.loads((folder / "quality.toml").read_text("utf-8")).get("rules", {})
    rules = {name: _state(value) for name, value in given.items()}
    known = [rule for some in RULES.values() for rule in some]
    untrue = [f"unknown rule {name}" for name in rules if name not in known]
    untrue += [f"rule {name} is not answered" for name in known if name not in rules]
    untrue += [f"{name}: {why}" for name, test in TESTS.items() if rules.get(name) == "done" and (why := test(folder))]
    return Quality(rules, _level(rules), untrue)


def _state(value: object) -> str:
    if value in ("done", "todo"):
        return str(value)
    if isinstance(value, dict) and str(value.get("exempt", "")).strip():
        return "exempt"
    return f"unclear: {value!r}"


def _level(rules: dict[str, str]) -> Level:
    reached: Level = "none"
    for level, some in RULES.items():
        if any(rules.get(rule) not in ("done", "exempt") for rule in some):
            break
        reached = level
    return reached


def _icon(folder: Path) -> str:
    drawing = (folder / "icon.svg").read_text("utf-8") if (folder / "icon.svg").exists() else ""
    if "<svg" not in drawing:
        return "icon.svg is missing"
    return "icon.svg carries a script" if re.search(r"<script|\son\w+=|href=", drawing) else ""


def _readme(folder: Path) -> str:
    path = folder / "README.md"
    return "" if path.exists() and len(path.read_text("utf-8")) > 500 else "README.md is missing or says little"


def _fixtures(folder: Path) -> str:
    cases = [path for path in (folder / "fixtures").glob("*") if ".expected." not in path.name]
    alone = [path.name for path in cases if not expected(path).exists()]
    if not cases:
        return "there are no fixtures"
    return f"no expectation for {', '.join(sorted(alone))}" if alone else ""


def _simulator(folder: Path) -> str:
    found = (folder / "simulator.py").exists() or (folder / "simulator" / "__init__.py").exists()
    return "" if found else "there is no simulator"


def _translated(folder: Path) -> str:
    return "" if list((folder / "locale").glob("ko/**/*.po")) else "locale/ko is missing"


def expected(fixture: Path) -> Path:
    """Where a fixture's meaning is written down."""
    return fixture.with_name(f"{fixture.stem}.expected.json")


TESTS: dict[str, Callable[[Path], str]] = {
    "icon": _icon,
    "readme": _readme,
    "fixtures": _fixtures,
    "simulator": _simulator,
    "translated": _translated,
}
