"""No SQL glued together from strings (T1): values are bound, names come from the models."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from checks.tree import Tree, is_test

_ONLY_SQL = {"text", "exec_driver_sql", "literal_column"}
_TAKES_SQL = _ONLY_SQL | {"execute", "executemany", "fetch", "fetchrow", "fetchval", "prepare"}

# Where a name cannot be bound and comes from our own code, never from a request.
ALLOWED = {
    "madang/migrations/": "migrations write DDL for tables that are named there",
    "madang/bench/data/fill.py": "the names of the tables it fills stand beside it",
    "madang/customers/actions/following.py": "its tables and columns are those of the models",
    "madang/customers/imports/actions/undoing.py": "its tables are those of the models",
    "madang/lib/partitions.py": "it makes tables, whose names come from the models",
}


def check(tree: Tree) -> Iterator[str]:
    for path in tree.of(".py", under="madang"):
        if is_test(path) or any(str(path).startswith(allowed) for allowed in ALLOWED):
            continue
        module = tree.module(path)
        sql = _TAKES_SQL if _imports_text(module) else _TAKES_SQL - {"text"}
        for node in ast.walk(module):
            if not (isinstance(node, ast.Call) and node.args and (name := _name(node.func)) in sql):
                continue
            if _glued(node.args[0]) or (name in _ONLY_SQL and _changes(node.args[0])):
                yield f"{path}:{node.lineno} builds SQL from strings; bind the values"


def _imports_text(module: ast.Module) -> bool:
    """Whether `text` is SQLAlchemy's here."""
    imports = (node for node in ast.walk(module) if isinstance(node, ast.ImportFrom))
    return any(node.module == "sqlalchemy" and any(name.name == "text" for name in node.names) for node in imports)


def _changes(node: ast.expr) -> bool:
    """A variable: only constants of the module, in capitals, may hold SQL."""
    return isinstance(node, ast.Name) and not node.id.isupper()


def _name(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _glued(node: ast.expr) -> bool:
    """An f-string with holes, `%`, `+` with a variable, or `.format`."""
    if isinstance(node, ast.JoinedStr):
        return any(isinstance(part, ast.FormattedValue) for part in node.values)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod | ast.Add):
        return not (isinstance(node.left, ast.Constant) and isinstance(node.right, ast.Constant))
    if isinstance(node, ast.Call) and _name(node.func) in {"format", "join", "replace"}:
        return isinstance(node.func, ast.Attribute)
    return False
