"""Files of at most 300 lines, functions of at most 40: pieces that fit a screen and a head."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import PurePosixPath
from statistics import median

from checks._javascript import Span, functions
from checks.tree import Tree, is_test

FILE_CAP = 300
FUNCTION_CAP = 40
STORY_CAP = 80  # a story told in a browser or with kills (tests/) is read from top to bottom
_READ = (".py", ".js", ".css", ".html")


def check(tree: Tree) -> Iterator[str]:
    """Also prints the medians, because caps alone do not show where a house drifts."""
    files = {path: tree.text(path).count("\n") for path in tree.written(*_READ)}
    spans = [(path, span) for path in files for span in _spans(tree, path)]
    for path, lines in files.items():
        if lines > FILE_CAP:
            yield f"{path} has {lines} lines, more than {FILE_CAP}"
    for path, span in spans:
        cap = STORY_CAP if path.parts[0] == "tests" else FUNCTION_CAP
        if span.lines > cap:
            yield f"{path}:{span.start} {span.name} has {span.lines} lines, more than {cap}"
    _print_medians(files, spans)


def _spans(tree: Tree, path: PurePosixPath) -> list[Span]:
    if path.suffix == ".py":
        return [
            Span(node.name, node.lineno, (node.end_lineno or node.lineno) - node.lineno + 1)
            for node in ast.walk(tree.module(path))
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        ]
    return functions(tree.text(path)) if path.suffix == ".js" else []


def _print_medians(files: dict[PurePosixPath, int], spans: list[tuple[PurePosixPath, Span]]) -> None:
    for suffix in _READ:
        lines = [count for path, count in files.items() if path.suffix == suffix and count and not is_test(path)]
        lengths = [span.lines for path, span in spans if path.suffix == suffix and not is_test(path)]
        if lines:
            about = f", function median {median(lengths):.0f}" if lengths else ""
            print(f"sizes: {suffix} {len(lines)} files, file median {median(lines):.0f}{about} (tests not counted)")
