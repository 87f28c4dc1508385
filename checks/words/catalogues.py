"""Catalogue files: read, brought up to date, written the same way every time."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po

from checks.tree import Tree

_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|(?<!%)%[sd]|\{\w*\}")
_LINK = re.compile(r"https?://\S+")
_WORD = re.compile(r"(?<!\S)[a-z]{2,}(?=[\s.,:]|$)")  # of a sentence; names and abbreviations have capitals
_NO_DATE = datetime(2026, 1, 1, tzinfo=UTC)  # a changing one would change every file every time


def file_of(root: Path, folder: PurePosixPath, language: str) -> Path:
    """Where one language's catalogue lies."""
    domain = "madang" if folder == PurePosixPath("madang/locale") else "messages"
    return root / folder / language / "LC_MESSAGES" / f"{domain}.po"


def load(path: Path, language: str) -> Catalog:
    """The catalogue, an empty one when there is no file yet."""
    if not path.is_file():
        return Catalog(locale=language)
    with path.open("rb") as source:
        return read_po(source, locale=language)


def renew(tree: Tree, folder: PurePosixPath, template: Catalog, language: str) -> None:
    """Write the catalogue with exactly the texts of `template`, what was translated kept. English says itself."""
    path = file_of(tree.root, folder, language)
    kept = load(path, language)
    fresh = _empty(language)
    for message in template:
        if message.id:
            before = kept.get(_key(message), message.context)
            text = before.string if before else None
            if language == "en" and not text:
                text = message.id
            locations = [(name, 0) for name in sorted({name for name, _ in message.locations})]
            fresh.add(message.id, text, locations=locations, context=message.context)
    path.parent.mkdir(parents=True, exist_ok=True)
    out = io.BytesIO()
    write_po(out, fresh, width=110, sort_output=True, include_lineno=False)
    path.write_bytes(out.getvalue())


def _empty(language: str) -> Catalog:
    return Catalog(
        locale=language,
        header_comment="# bin/translate keeps this file in step with the code; write only the msgstr lines.",
        project="Madang",
        version="1",
        msgid_bugs_address="",
        creation_date=_NO_DATE,
        revision_date=_NO_DATE,
        last_translator="",
        language_team="",
        charset="utf-8",
        fuzzy=False,
    )


def faults(template: Catalog, translated: Catalog) -> Iterator[str]:
    """What keeps a catalogue from being complete."""
    for message in template:
        if not message.id:
            continue
        there = translated.get(_key(message), message.context)
        if there is None or not _complete(there, translated.num_plurals):
            yield f"no translation of {_key(message)!r} ({message.locations[0][0]})"
        elif there.fuzzy:
            yield f"an uncertain translation of {_key(message)!r}"
        elif str(translated.locale) == "ko" and _left_in_english(there):
            yield f"no Korean in the translation of {_key(message)!r}"
        elif wrong := _wrong_placeholders(there):
            yield f"{wrong} in the translation of {_key(message)!r}"
    wanted = {(_key(message), message.context) for message in template}
    for message in translated:
        if message.id and (_key(message), message.context) not in wanted:
            yield f"a text nobody says any more: {_key(message)!r} (bin/translate takes it out)"


def otherwise(read: Iterable[tuple[str, Catalog]]) -> Iterator[str]:
    """Texts that two catalogues translate in two ways: only the first would ever be said. (name, catalogue) each."""
    known: dict[tuple[str, str | None], tuple[str, object]] = {}
    for name, catalogue in read:
        for message in catalogue:
            if not message.id or not message.string:
                continue
            first, said = known.setdefault((_key(message), message.context), (name, message.string))
            if said != message.string:
                yield f"{name}: {_key(message)!r} is said otherwise in {first}"


def _key(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _complete(message: Message, plurals: int) -> bool:
    if isinstance(message.id, str):
        return bool(message.string)
    return isinstance(message.string, tuple | list) and len(message.string) == plurals and all(message.string)


def _left_in_english(message: Message) -> bool:
    """A sentence without one Hangul syllable. A name (LINE, Auth token) is the same in both."""
    said = message.string if isinstance(message.string, str) else " ".join(message.string or ())
    sentence = _PLACEHOLDER.sub("", _LINK.sub("", _key(message)))
    return len(_WORD.findall(sentence)) > 1 and not re.search(r"[가-힣]", said)


def _wrong_placeholders(message: Message) -> str:
    """A placeholder one side lacks. A form for exactly one may leave out the number."""
    given = [message.id] if isinstance(message.id, str) else list(message.id)
    said = [message.string] if isinstance(message.string, str) else list(message.string or ())
    wanted = set(_PLACEHOLDER.findall(given[-1]))
    for form in said:
        missing = wanted - set(_PLACEHOLDER.findall(form))
        invented = set(_PLACEHOLDER.findall(form)) - {one for text in given for one in _PLACEHOLDER.findall(text)}
        if invented or (missing and form is said[-1]):
            return f"the placeholder {', '.join(sorted(missing | invented))} does not match"
    return ""
