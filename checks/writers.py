"""Only verbs write (T19): inserts, updates and deletes stand in `actions` modules, where events are recorded."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from checks.tree import Tree, is_test

_WRITES = re.compile(
    r"\binsert\s+into\s+\S+\s*(\(|select\b|values\b|default\b|as\b)"
    r"|\bupdate\s+(only\s+)?\"?\w+\"?(\s+(as\s+)?\w+)?\s+set\s+\S+\s*="
    r"|\bdelete\s+from\s+\"?\w+\"?(\s+\w+)?\s*($|;|where\b|using\b|returning\b)"
    r"|\btruncate\s+(table\s+)?\w+\s*($|;)"
    r"|\bcopy\s+\w+\s*(\([^)]*\)\s*)?from\b",
    re.IGNORECASE,
)
_STATEMENTS = {"insert", "update", "delete"}

# Modules that write without being called actions, each with its reason. A folder ends in a slash.
ALLOWED = {
    "madang/migrations/": "changes the schema, not what people said",
    "madang/events/": "the log itself: events, positions, seals",
    "madang/worker.py": "its heartbeat, and rows that only ever expire",
    "madang/lib/jumps.py": "moments to come, after the time of day has jumped",
    "madang/channels/store.py": "the one way in for every door: envelopes, before anything is known about them",
    "madang/channels/tally.py": "sums of the ledger: how often something was recorded, not what",
    "madang/channels/gaps.py": "what providers have counted; a gap that lasts has its event",
    "madang/channels/templates.py": "what a provider has approved, kept as it says; that it was asked is an event",
    "madang/conversations/outcomes.py": "the ledger's tallies of what the verbs that call it record",
    "madang/conversations/intake.py": "the verb of the way in",
    "madang/conversations/statements.py": "its statements, each once a batch",
    "madang/conversations/filing.py": "its messages and conversations; the events go out with the batch",
    "madang/conversations/receipts.py": "its receipts",
    "madang/conversations/changes.py": "its edits and deletions by customers",
    "madang/conversations/echoes.py": "what our side wrote in a provider's own tool; the events go out with the batch",
    "madang/conversations/marks.py": "its reactions, each with an event",
    "madang/conversations/doors/reaching.py": "doors she opened and barred, each with an event",
    "madang/conversations/doors/carries.py": "links to go on elsewhere; offering and coming are events",
    "madang/conversations/doors/chains.py": "where a message stands in its brand's chain; each step is an event",
    "madang/conversations/doors/advancing.py": "the verb of the chain: the next door, with its event",
    "madang/conversations/introducing.py": "who is still to be asked for; a name that came is an event",
    "madang/conversations/scanning.py": "what a scanner said of a file, with an event",
    "madang/conversations/leases.py": "the verb of the way out: in whose hands a message is",
    "madang/conversations/settle.py": "what became of a send, each with its event",
    "madang/conversations/media.py": "files of a message that arrive after it, with an event",
    "madang/conversations/reactions.py": "what follows from an event that is already recorded",
    "madang/conversations/search/": "the index of the search, derived from what is recorded and made anew at any time",
    "madang/customers/identity.py": "finds or makes customers for a whole batch and returns the events",
    "madang/customers/matching/statements.py": "tables of DuckDB in memory, which end with the process",
    "madang/bench/": "rows to measure with, in a database made for nothing else",
    "madang/demo/history.py": "makes the demo's past: what happened is told with the days on which it happened",
    "madang/staff/sessions.py": "sessions: signing in and out are events, being seen is none",
    "madang/staff/sign_in.py": "a password hash made anew with today's strength, at a sign-in that is an event",
    "madang/staff/attempts.py": "counters of rate limits, which forget",
    "madang/staff/tokens.py": "when a token was last used",
}


def check(tree: Tree) -> Iterator[str]:
    for path in tree.of(".py", under="madang"):
        if _may_write(path):
            continue
        module = tree.module(path)
        imported = _imported(module)
        for node in ast.walk(module):
            if _writes(node, imported):
                yield f"{path}:{getattr(node, 'lineno', 0)} writes to the database; that is for actions.py"
    for allowed in ALLOWED:
        if not any(str(path).startswith(allowed) for path in tree.files):
            yield f"checks/writers.py allows {allowed}, which is not there any more"


def _may_write(path: PurePosixPath) -> bool:
    return is_test(path) or "actions" in path.with_suffix("").parts or any(str(path).startswith(one) for one in ALLOWED)


def _imported(module: ast.Module) -> set[str]:
    """Which of insert, update and delete are SQLAlchemy's in this module."""
    return {
        name.asname or name.name
        for node in ast.walk(module)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sqlalchemy")
        for name in node.names
        if name.name in _STATEMENTS
    }


def _writes(node: ast.AST, statements: set[str]) -> bool:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return node.func.id in statements
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and bool(_WRITES.search(node.value))
