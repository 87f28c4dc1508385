"""Every text people read is there in Korean and in English, with the same placeholders, and nothing is half sure.

A running house reads all catalogues as one: a text that two of them translate otherwise is said in one way only.
"""

from __future__ import annotations

from collections.abc import Iterator

from checks.tree import Tree
from checks.words.catalogues import faults, file_of, load, otherwise
from checks.words.collect import LANGUAGES, domains


def check(tree: Tree) -> Iterator[str]:
    texts = domains(tree)
    for language in LANGUAGES:
        read = []
        for folder, template in texts.items():
            path = file_of(tree.root, folder, language)
            read.append((str(path.relative_to(tree.root)), load(path, language)))
            for fault in faults(template, read[-1][1]):
                yield f"{read[-1][0]}: {fault}"
        yield from otherwise(read)
