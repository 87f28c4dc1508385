"""What the checks read from the house itself: its floors, as import-linter keeps them."""

from __future__ import annotations

import tomllib

from checks.tree import Tree


def floors(tree: Tree) -> dict[str, int]:
    """Room → floor, 0 the lowest, from the contract "floors" in pyproject.toml."""
    contracts = tomllib.loads(tree.text("pyproject.toml"))["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract["id"] == "floors")
    return {
        room.strip(" ()"): floor
        for floor, layer in enumerate(reversed(layers))
        for room in layer.replace(":", "|").split("|")
    }
