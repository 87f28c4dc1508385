"""Templates that a strict content security policy can be kept with, and that cannot be talked into markup (T5, T6)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from checks.tree import Tree

_BANNED = {
    re.compile(r"<[^>{]*\sstyle\s*=", re.I): "style= (put it in a stylesheet)",
    re.compile(r"<style\b", re.I): "<style> (put it in a stylesheet)",
    re.compile(
        r"<script(?![^>]*\ssrc=)(?![^>]*type=\"application/json\")[^>]*>", re.I
    ): "an inline script (put it in a file)",
    re.compile(r"<script(?![^>]*\snonce=)(?![^>]*type=\"application/json\")[^>]*>", re.I): "a script without nonce",
    re.compile(r"\shx-on\b", re.I): "hx-on (use data-act)",
    re.compile(
        r"hx-(trigger|get|vals)\s*=\s*[\"'][^\"']*(\[[^\]]*[=!<>(]|js:)", re.I
    ): "a filter or js: in an hx- attribute",
    re.compile(r"\son[a-z]+\s*=\s*[\"']", re.I): "an event handler attribute (use data-act)",
    re.compile(r"javascript:", re.I): "a javascript: address",
    re.compile(r"\|\s*safe\b"): "|safe (make it Markup where it is known to be safe)",
    re.compile(r"{%-?\s*autoescape\s+false"): "autoescape off",
    re.compile(r"target=\"_blank\"(?![^>]*rel=)(?![^<]*rel=)"): "target=_blank without rel",
}

# (template, what): why it is right there.
ALLOWED = {
    (
        "madang/desk/templates/desk/mail.html",
        "target=_blank without rel",
    ): "a base; the sanitiser gives each link its rel",
    (
        "madang/channels/templates/letter.html",
        "style= (put it in a stylesheet)",
    ): "a mail, as the next",
    (
        "madang/notifications/templates/digest.html",
        "style= (put it in a stylesheet)",
    ): "a mail: programs that show it read no stylesheet, and its page has no policy of ours",
}


def check(tree: Tree) -> Iterator[str]:
    for path in tree.of(".html", ".jinja", ".xml", under="madang"):
        if "templates" not in path.parts:
            continue
        source = re.sub(r"{#.*?#}", lambda match: "\n" * match.group().count("\n"), tree.text(path), flags=re.S)
        for pattern, what in _BANNED.items():
            for match in pattern.finditer(source):
                if (str(path), what) not in ALLOWED:
                    yield f"{path}:{source.count(chr(10), 0, match.start()) + 1} has {what}"
