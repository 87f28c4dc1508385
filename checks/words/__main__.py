"""`bin/translate`: bring every catalogue up to date with the code; list what is left to do, exit 1 if anything is."""

from __future__ import annotations

import sys
from pathlib import Path

import checks
from checks import translations
from checks.tree import Tree
from checks.words.catalogues import renew
from checks.words.collect import LANGUAGES, domains


def main() -> int:
    tree = Tree(Path(checks.__file__).parent.parent)
    for folder, template in domains(tree).items():
        if len(template):
            for language in LANGUAGES:
                renew(tree, folder, template, language)
    missing = list(translations.check(tree))
    for line in missing:
        print(line)
    print(f"{len(missing)} left to do" if missing else "Every text is translated.")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
