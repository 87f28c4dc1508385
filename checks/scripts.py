"""JavaScript that turns no text into markup or code by accident (T23)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from checks.tree import Tree

_BANNED = {
    r"\binnerHTML\s*\+?=": "innerHTML",
    r"\bouterHTML\s*=": "outerHTML",
    r"\binsertAdjacentHTML\b": "insertAdjacentHTML",
    r"\bcreateContextualFragment\b": "createContextualFragment",
    r"\bparseFromString\b": "parseFromString",
    r"\bsetHTMLUnsafe\b": "setHTMLUnsafe",
    r"\bdocument\.write": "document.write",
    r"\beval\s*\(": "eval",
    r"\bnew Function\b": "new Function",
    r"\bset(?:Timeout|Interval)\s*\(\s*[\"'`]": "a timer with code in a string",
    r"\.postMessage\([^)]*,\s*[\"']\*[\"']": "postMessage to any origin",
}

# (script, what): why it is right there.
ALLOWED = {
    ("madang/desk/static/js/parts/parse.js", "innerHTML"): "the one seam: our own server's markup, parsed inert",
}


def check(tree: Tree) -> Iterator[str]:
    for path in tree.written(".js", under="madang"):
        for number, line in enumerate(tree.text(path).splitlines(), 1):
            for pattern, what in _BANNED.items():
                if re.search(pattern, line) and (str(path), what) not in ALLOWED:
                    yield f"{path}:{number} uses {what}"
