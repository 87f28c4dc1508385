"""Whether a page's markup holds together: read as a tree, its ids, what points to them, names, tokens."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

POINT = ("for", "list", "popovertarget", "aria-labelledby", "aria-describedby", "aria-controls")
NAMED = {"button", "input", "select", "textarea"}
BY_SCRIPT = {"composer"}  # what sends these forms gives the token itself
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


@dataclass(eq=False)
class Element:
    """``inside``: elements and words, in order."""

    tag: str
    has: dict[str, str]
    above: Element | None = None
    inside: list[Element | str] = field(default_factory=list)

    def every(self) -> Iterator[Element]:
        """All below it, in order."""
        for one in self.inside:
            if isinstance(one, Element):
                yield one
                yield from one.every()

    def around(self) -> Iterator[Element]:
        """What it stands in, from the nearest on."""
        while self.above is not None:
            self = self.above
            yield self

    def words(self) -> str:
        """What is read of it; what is only drawn is not."""
        if self.has.get("aria-hidden") == "true":
            return ""
        said = self.has.get("alt") or self.has.get("aria-label")
        return said or "".join(one if isinstance(one, str) else one.words() for one in self.inside).strip()


class _Reading(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.at = self.top = Element("", {})

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        made = Element(tag, {name: value or "" for name, value in attrs}, self.at)
        self.at.inside.append(made)
        if tag not in VOID:
            self.at = made

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.at.inside.append(Element(tag, {name: value or "" for name, value in attrs}, self.at))

    def handle_endtag(self, tag: str) -> None:
        closed = next((one for one in (self.at, *self.at.around()) if one.tag == tag), None)
        self.at = closed.above if closed is not None and closed.above is not None else self.at

    def handle_data(self, data: str) -> None:
        self.at.inside.append(data)


def read(page: str) -> Element:
    """The page."""
    reading = _Reading()
    reading.feed(page)
    return reading.top


def faults(page: str, *, token: str = "csrf") -> Iterator[str]:
    """What is wrong with a page. ``token``: the hidden field of each form that changes something, '' for none."""
    every = list(read(page).every())
    there = Counter(one.has["id"] for one in every if "id" in one.has)
    yield from (f"there are {many} of #{one}" for one, many in there.items() if many > 1)
    named = {one.has["id"] for one in every if "id" in one.has and one.words()}
    named |= {f"for {one.has.get('for')}" for one in every if one.tag == "label" and one.words()}
    for one in every:
        pointed = [to for name in POINT for to in one.has.get(name, "").split()]
        yield from (f"a {one.tag} points to #{to}, which is not there" for to in pointed if to not in there)
        if one.tag == "button" and "type" not in one.has:
            yield f"a button without a type: {one.words()}"
        if (one.tag in NAMED or (one.tag == "a" and "href" in one.has)) and not _named(one, named):
            yield f"without a name: {one.tag} {one.has}"
        posts = token and one.tag == "form" and one.has.get("method") == "post" and one.has.get("id") not in BY_SCRIPT
        if posts and not any(each.has.get("name") == token for each in one.every()):
            yield f"a form without its token: {one.has.get('action')}"


def _named(one: Element, named: set[str]) -> bool:
    """Whether a reader is told what it is; a title alone is read by nobody who has no pointer."""
    if one.has.get("type") == "hidden" or any(map(_unseen, (one, *one.around()))):
        return True
    by = {f"for {one.has.get('id', ' ')}", *one.has.get("aria-labelledby", "").split()}
    own = "" if one.tag in {"select", "textarea"} else one.words()
    around = (each.words() for each in one.around() if each.tag == "label")
    return bool(one.has.get("aria-label") or own or by & named or any(around))


def _unseen(one: Element) -> bool:
    """Not there yet, or not for readers."""
    return one.tag == "template" or "hidden" in one.has or one.has.get("aria-hidden") == "true"
