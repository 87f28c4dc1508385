"""What a connector claims of itself (quality.toml), checked where a machine can.

Each rule is ``"done"``, ``"todo"`` or ``{ exempt = "why" }``. A level is reached when all its rules and those below are
done or exempt. What is asked of every folder beside (``proofs.ALWAYS``) can be exempt too, in a table ``[exempt]``.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from madang.channels.proofs import ALWAYS, CLAIMS, Proof
from madang.channels.proofs import expected as expected

Level = Literal["none", "bronze", "silver", "gold"]

RULES: dict[Level, tuple[str, ...]] = {
    "bronze": ("icon", "readme", "setup_is_tested", "fixtures", "forged_refused", "malformed_refused", "once"),
    "silver": ("simulator", "error_policy", "receipts", "media", "translated", "order_kept"),
    "gold": ("sdk_judged", "media_streamed", "reconnects", "typing", "edits"),
}
LEVELS: tuple[Level, ...] = ("none", "bronze", "silver", "gold")


@dataclass(frozen=True, slots=True)
class Quality:
    """A folder's claims, the level they reach, and the claims that are not true."""

    rules: dict[str, str]
    level: Level
    untrue: list[str]

    def reaches(self, level: Level) -> bool:
        """Whether it is at least of this level."""
        return LEVELS.index(self.level) >= LEVELS.index(level)


def check(folder: Path) -> Quality:
    """Read and check ``folder/quality.toml``."""
    given = tomllib.loads((folder / "quality.toml").read_text("utf-8"))
    rules = {name: _state(value) for name, value in given.get("rules", {}).items()}
    known = [rule for some in RULES.values() for rule in some]
    untrue = [f"unknown rule {name}" for name in rules if name not in known]
    untrue += [f"rule {name} is not answered" for name in known if name not in rules]
    untrue += _untrue(folder, {name: proof for name, proof in CLAIMS.items() if rules.get(name) == "done"})
    return Quality(rules, _level(rules), untrue + _always(folder, given.get("exempt", {})))


def level(folder: Path) -> Level:
    """The level a folder claims, ``none`` when it claims nothing; not checked, so that it costs a page nothing."""
    if not (folder / "quality.toml").exists():
        return "none"
    given = tomllib.loads((folder / "quality.toml").read_text("utf-8")).get("rules", {})
    return _level({name: _state(value) for name, value in given.items()})


def _always(folder: Path, exempt: dict[str, Any]) -> list[str]:
    without_reason = [name for name, why in exempt.items() if name not in ALWAYS or not str(why).strip()]
    untrue = [f"[exempt] {name} is unknown or gives no reason" for name in without_reason]
    return untrue + _untrue(folder, {name: proof for name, proof in ALWAYS.items() if name not in exempt})


def _untrue(folder: Path, proofs: Mapping[str, Proof]) -> list[str]:
    """What is not so, a line each. A folder that cannot be loaded is one, not the end of the others."""
    found = []
    for name, proof in proofs.items():
        try:
            why = proof(folder)
        except Exception as error:
            why = f"it cannot be looked at: {error!r}"
        if why:
            found.append(f"{name}: {why}")
    return found


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
