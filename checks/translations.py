"""Every text people read is there in Korean and in English, with the same placeholders, and nothing is half sure."""

from __future__ import annotations

from collections.abc import Iterator

from checks.tree import Tree
from checks.words.catalogues import faults, file_of, load
from checks.words.collect import LANGUAGES, domains


def check(tree: Tree) -> Iterator[str]:
    for folder, template in domains(tree).items():
        for language in LANGUAGES:
            path = file_of(tree.root, folder, language)
            for fault in faults(template, load(path, language)):
                yield f"{path.relative_to(tree.root)}: {fault}"
