"""A small project to be wrong in."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from checks.tree import Tree
from madang.conftest import database_url, nothing_keeps_running, postgres, slate, slates, template

__all__ = ["database_url", "nothing_keeps_running", "plant", "postgres", "slate", "slates", "template"]

Plant = Callable[..., Tree]


@pytest.fixture
def plant(tmp_path: Path) -> Plant:
    """`plant({path: text})` is a git working copy with these files."""
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)

    def make(files: dict[str, str]) -> Tree:
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        return Tree(tmp_path)

    return make
