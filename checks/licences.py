"""What Madang ships with may be used by anyone who may use Madang: no GPL, no AGPL among runtime dependencies."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from checks.dependencies import declared
from checks.tree import Tree

_STRONG = re.compile(r"(?<!L)(?<!lesser )\b(A?GPL|(affero )?(gnu )?general public licen[cs]e)", re.I)

# Name → why its licence text may be trusted although the metadata says nothing or too much.
ALLOWED = {"imapclient": "3-clause BSD, said in its COPYING and at the head of its modules"}


def check(tree: Tree) -> Iterator[str]:
    for name in sorted(closure(declared(tree))):
        try:
            terms = licence(distribution(name))
        except PackageNotFoundError:
            continue  # not for this platform or version
        if name not in ALLOWED:
            yield from judge(name, terms)


def judge(name: str, terms: str) -> Iterator[str]:
    """What is wrong with these terms. A choice between licences is fine when one of them is."""
    if not terms:
        yield f"{name} does not say under which licence it comes"
    elif all(_STRONG.search(choice) for choice in re.split(r"\bOR\b", terms)):
        yield f"{name} comes under {terms[:60]!r}"


def licence(found: Distribution) -> str:
    """The expression when there is one, else classifiers, else the first line of the old field."""
    classifiers = [line for line in _field(found, "Classifier") if line.startswith("License ::")]
    stated = " ".join(_field(found, "License-Expression"))
    stated = stated or " OR ".join(line.rpartition(" :: ")[2] for line in classifiers)
    return stated or " ".join(_field(found, "License")).strip().split("\n")[0]


def _field(found: Distribution, name: str) -> list[str]:
    return found.metadata.get_all(name) or []


def closure(names: list[str]) -> set[str]:
    """The names and everything they bring along here."""
    seen: set[str] = set()
    waiting = list(names)
    while waiting:
        name = canonicalize_name(waiting.pop())
        if name in seen:
            continue
        seen.add(name)
        waiting += _brings(name)
    return seen


def _brings(name: str) -> list[str]:
    try:
        requirements = [Requirement(line) for line in distribution(name).requires or []]
    except PackageNotFoundError:
        return []
    return [one.name for one in requirements if not one.marker or one.marker.evaluate({"extra": ""})]
