"""What a machine can check of a connector's folder: each check says in words what is not so, '' when all is well."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from madang.channels import registry
from madang.channels.abilities import Prices
from madang.channels.connector import Cap
from madang.channels.playing import Provider

Proof = Callable[[Path], str]

# How a fixture's meaning shows what a customer can do, and how a test shows what we can do.
HEARD: Mapping[Cap, tuple[str, str]] = {
    Cap.USER_EDIT: ("type", "edit"),
    Cap.USER_DELETE: ("type", "delete"),
    Cap.USER_REACT: ("type", "reaction"),
    Cap.DELIVERED: ("state", "delivered"),
    Cap.READ: ("state", "read"),
}
DONE: Mapping[Cap, str] = {
    Cap.BUTTONS: r"Button\(|buttons",
    Cap.TEMPLATE: r"Template\(|template",
    Cap.QUOTE: r"reply_to",
    Cap.REACT: r"react",
    Cap.EDIT: r"edit",
    Cap.DELETE: r"delete",
    Cap.TYPING: r"typing",
    Cap.MARK_READ: r"read",
    Cap.HIDE: r"hide",
    Cap.CLOSE: r"close",
    Cap.IDEMPOTENT: r"twice|again|repeat|idempoten|same key|retry",
}


def expected(fixture: Path) -> Path:
    """Where a fixture's meaning is written down."""
    return fixture.with_name(f"{fixture.stem}.expected.json")


def cases(folder: Path) -> list[Path]:
    """The fixtures of a folder, without their meanings."""
    return [path for path in sorted((folder / "fixtures").glob("*")) if ".expected." not in path.name]


def icon(folder: Path) -> str:
    """There is a drawing, and it does nothing."""
    drawing = (folder / "icon.svg").read_text("utf-8") if (folder / "icon.svg").exists() else ""
    if "<svg" not in drawing:
        return "icon.svg is missing"
    return "icon.svg carries a script" if re.search(r"<script|\son\w+=|href=", drawing) else ""


def readme(folder: Path) -> str:
    """The administrator is told something."""
    path = folder / "README.md"
    return "" if path.exists() and len(path.read_text("utf-8")) > 500 else "README.md is missing or says little"


def fixtures(folder: Path) -> str:
    """Each payload has its meaning beside it."""
    alone = [path.name for path in cases(folder) if not expected(path).exists()]
    if not cases(folder):
        return "there are no fixtures"
    return f"no expectation for {', '.join(alone)}" if alone else ""


def simulator(folder: Path) -> str:
    """There is a provider on loopback."""
    found = (folder / "simulator.py").exists() or (folder / "simulator" / "__init__.py").exists()
    return "" if found else "there is no simulator"


def translated(folder: Path) -> str:
    """There is Korean."""
    return "" if list((folder / "locale").glob("ko/**/*.po")) else "locale/ko is missing"


def readme_parts(folder: Path) -> str:
    """The guide says how to get in, what it costs, what it cannot do, and how to get out."""
    text = (folder / "README.md").read_text("utf-8") if (folder / "README.md").exists() else ""
    titles = "\n".join(re.findall(r"^#+ (.*)$", text, re.MULTILINE)).lower()
    missing = [word for word in ("set up", "limit", "remove") if word not in titles.replace("set-up", "set up")]
    if not re.search(r"key|token|secret|password", text, re.IGNORECASE):
        missing.append("which keys it needs")
    if _channel(folder) and issubclass(_class(folder), Prices) and not re.search(r"price|cost", text, re.IGNORECASE):
        missing.append("what it costs")
    return f"README.md does not say: {', '.join(missing)}" if missing else ""


def unknown_kept(folder: Path) -> str:
    """A type that nobody knows is kept as ``unsupported``, and a fixture shows it."""
    if not _channel(folder):
        return ""
    kept = any(one.get("data", {}).get("unsupported") for one in _meanings(folder))
    return "" if kept else "no fixture of an unknown type is kept as 'unsupported'"


def playable(folder: Path) -> str:
    """Its simulator is a Provider that the demo, the faults and practice can start without knowing it."""
    if not _channel(folder) or simulator(folder):
        return ""
    made = getattr(registry.simulator(folder.name), "Simulator", None)
    if not (isinstance(made, type) and issubclass(made, Provider)):
        return "its simulator has no class Simulator(Provider)"
    try:
        made()
    except TypeError as error:
        return f"its simulator cannot be made without being told something: {error}"
    return ""


def caps_shown(folder: Path) -> str:
    """Whatever it claims to carry stands in a fixture or in a test."""
    if not _channel(folder):
        return ""
    caps = _class(folder).caps
    tests = "\n".join(path.read_text("utf-8") for path in sorted((folder / "tests").glob("**/*.py")))
    heard = {(name, str(one.get(name))) for one in _meanings(folder) for name in ("type", "state")}
    missing = [cap for cap, shown in HEARD.items() if cap in caps and shown not in heard and shown[1] not in tests]
    missing += [cap for cap, words in DONE.items() if cap in caps and not re.search(words, tests)]
    return f"claimed, and in no fixture or test: {', '.join(str(cap.name) for cap in missing)}" if missing else ""


def _meanings(folder: Path) -> Iterable[Mapping[str, Any]]:
    for case in cases(folder):
        if expected(case).exists():
            said = json.loads(expected(case).read_text("utf-8"))
            yield from (one for one in said if isinstance(said, list) and isinstance(one, dict))


def _channel(folder: Path) -> bool:
    """Whether it is a channel that the house knows: no CRM, and no copy of a folder."""
    found = registry.entries().get(folder.name)
    return found is not None and found.folder == folder


def _class(folder: Path) -> Any:
    return registry.get(folder.name)


# By the rule of quality.toml they prove.
CLAIMS: Mapping[str, Proof] = {
    "icon": icon,
    "readme": readme,
    "fixtures": fixtures,
    "simulator": simulator,
    "translated": translated,
}
# Asked of every folder; ``[exempt]`` of quality.toml says where one cannot be so, and why.
ALWAYS: Mapping[str, Proof] = {
    "readme_parts": readme_parts,
    "unknown_kept": unknown_kept,
    "playable": playable,
    "caps_shown": caps_shown,
}
