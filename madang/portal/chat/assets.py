"""The widget's own files: its modules joined into one script, its stylesheets into one, each compressed once.

Nothing is compiled. A module becomes a function that returns what it exports, in the order the imports ask for;
indentation and lines that are only comments stay here.
"""

from __future__ import annotations

import gzip
import hashlib
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent.parent / "static" / "chat"
LOADER = ("settings", "look", "launcher", "bridge", "calls")

_BEHIND = re.compile(r"(?<=[;{,]) +// .*$")
_REMARK = re.compile(r"/\*.*?\*/", re.S)
_SPACED = re.compile(r"\s*([{};,])\s*")
_IMPORT = re.compile(r"^import (?:\* as (\w+)|\{([^}]*)\}) from '\./(\w+)\.js';$", re.M)
_EXPORT = re.compile(r"^export (?=(?:const|class) ([\w$]+))", re.M)
_EXPORTED = re.compile(r"^export \{([^}]*)\};$", re.M)


@dataclass(frozen=True, slots=True)
class Asset:
    """One file as it is served."""

    mime: str
    content: bytes
    gzipped: bytes


def packed(mime: str, source: str) -> Asset:
    """Compress once."""
    content = source.encode()
    return Asset(mime, content, gzip.compress(content, 9, mtime=0))


def squeezed(source: str) -> str:
    """Without indentation, empty lines and ``//`` comments, on lines of their own or behind a statement."""
    lines = (_BEHIND.sub("", line.strip()) for line in source.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//")) + "\n"


def tight(source: str) -> str:
    """A stylesheet without comments and the spaces nobody needs. Ours has no strings with punctuation in them."""
    plain = _SPACED.sub(r"\1", _REMARK.sub("", squeezed(source)))
    return plain.replace(": ", ":").replace(";}", "}")


def module(name: str, source: str) -> str:
    """One module as a function called once; what it exports is ``$<name>``."""
    exported = [match[1] for match in _EXPORT.finditer(source)]
    exported += [word.strip() for match in _EXPORTED.finditer(source) for word in match[1].split(",")]
    body = _EXPORTED.sub("", _EXPORT.sub("", _IMPORT.sub(_bound, source)))
    if re.search(r"^(import|export)\b", body, re.M):
        raise ValueError(f"{name}.js imports or exports in a way that joining does not know")
    return f"const ${name} = (() => {{\n{body}\nreturn {{{', '.join(exported)}}};\n}})();\n"


def _bound(found: re.Match[str]) -> str:
    whole, names, where = found.groups()
    return f"const {whole or '{' + names + '}'} = ${where};"


def joined(modules: dict[str, str], last: str) -> str:
    """``last`` and all it needs, each once, after what it needs itself."""
    done: dict[str, str] = {}

    def add(name: str, above: tuple[str, ...]) -> None:
        if name in above:
            raise ValueError(f"modules import each other: {' -> '.join([*above, name])}")
        if name in done:
            return
        for found in _IMPORT.finditer(modules[name]):
            add(found[3], (*above, name))
        done[name] = module(name, modules[name])

    add(last, ())
    return squeezed("".join(done.values()))


def _sources(folder: str, ending: str) -> dict[str, str]:
    return {path.stem: path.read_text("utf-8") for path in sorted((FOLDER / folder).glob(f"*{ending}"))}


@cache
def files() -> dict[str, Asset]:
    """The frame's files by name, as they are on this machine."""
    return {
        "widget.js": packed("text/javascript", joined(_sources("widget", ".js"), "main")),
        "widget.css": packed("text/css", tight("".join(_sources("css", ".css").values()))),
        **{f"{name}.js": packed("text/javascript", squeezed(one)) for name, one in _sources("later", ".js").items()},
        "shop.css": packed("text/css", tight("".join(_sources("shop", ".css").values()))),
        "shop.js": packed("text/javascript", squeezed("".join(_sources("shop", ".js").values()))),
    }


@cache
def version() -> str:
    """A name for all of them together: what changes gets a new address."""
    whole = hashlib.sha256()
    for name, asset in sorted(files().items()):
        whole.update(name.encode() + b"\0" + asset.content)
    return whole.hexdigest()[:12]


def address(name: str) -> str:
    """Where a file is served; raises KeyError for one that there is not."""
    return f"/chat/assets/{version()}/{name}" if files()[name] else ""


@cache
def loader_source() -> str:
    """The loader without its channel: a page's script of its own, in one closed scope."""
    sources = _sources("loader", ".js")
    return squeezed("\n".join(sources[name] for name in LOADER))


def loader(config: str) -> str:
    """The loader of one channel. ``config`` is JSON that may stand in a script."""
    return f"(() => {{\n'use strict';\nconst CONFIG = {config};\n{loader_source()}}})();\n"
