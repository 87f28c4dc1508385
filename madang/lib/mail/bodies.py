"""Which parts are the text and which are attachments."""

from __future__ import annotations

import hashlib
import html as entities
import re
from dataclasses import dataclass, field

from madang.lib.html import to_text
from madang.lib.mail import charset
from madang.lib.mail.calendar import describe_calendar
from madang.lib.mail.flowed import unflow
from madang.lib.mail.model import Attachment
from madang.lib.mail.names import clean_name, made_up_name
from madang.lib.mail.structure import Part, Reader

MAX_HTML = 2_000_000  # characters of a mail's HTML that are turned into text
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
META_CHARSET = re.compile(rb"<meta[^>]{0,300}?charset\s*=\s*[\"']?([A-Za-z0-9_.:-]{2,40})", re.IGNORECASE)


@dataclass
class Segment:
    """One stretch of the body: the same words as text and as HTML, or one of the two."""

    text: str | None = None
    html: str | None = None


@dataclass
class Body:
    """What was gathered while walking the parts."""

    segments: list[Segment] = field(default_factory=list)
    others: list[tuple[Part, bool]] = field(default_factory=list)  # (part, inside multipart/related)

    def text(self) -> str:
        """All segments as text, that of the HTML where the text is missing or empty."""
        pieces: list[str] = []
        budget = MAX_HTML
        for segment in self.segments:
            pieces.append(segment_text(segment, budget))
            budget -= len(segment.html or "")
        return "\n\n".join(piece for piece in pieces if piece)

    def html(self) -> str | None:
        """The HTML, plain stretches between it escaped; None when there is none at all."""
        if all(segment.html is None for segment in self.segments):
            return None
        if len(self.segments) == 1:
            return self.segments[0].html
        return "\n".join(as_html(segment) for segment in self.segments)


def segment_text(segment: Segment, budget: int) -> str:
    """Its words; HTML is turned into text while ``budget`` characters last."""
    if segment.text is not None and segment.text.strip():
        return segment.text.strip("\n").rstrip()
    return to_text(segment.html[:budget]) if segment.html and budget > 0 else ""


def as_html(segment: Segment) -> str:
    if segment.html is not None:
        return segment.html
    return f'<div style="white-space: pre-wrap">{entities.escape(segment.text or "")}</div>'


def gather(root: Part) -> Body:
    """Walk the tree of a mail."""
    body = Body()
    visit(root, body, related=False, is_root=True)
    return body


def visit(part: Part, body: Body, related: bool, is_root: bool = False) -> None:
    """Put one part where it belongs."""
    kind = part.content_type.value
    if part.children:
        if kind == "multipart/alternative":
            visit_alternative(part, body)
        elif kind == "multipart/report":
            visit_report(part, body)
        else:
            for number, child in enumerate(part.children):
                visit(child, body, related=kind == "multipart/related" and number > 0)
    elif is_body(part, kind, body, is_root):
        text = decode_text(part, kind)
        body.segments.append(Segment(html=text) if kind == "text/html" else Segment(text=text))
    elif not kind.startswith("multipart/") or part.raw[part.start : part.end].strip():
        body.others.append((part, related))


def visit_report(part: Part, body: Body) -> None:
    """RFC 6522: words for people first, then what machines read."""
    visit(part.children[0], body, related=False)
    body.others += [(child, False) for child in part.children[1:]]


def visit_alternative(part: Part, body: Body) -> None:
    """The same words several times: keep one as text and one as HTML, the rest as attachments."""
    merged = Segment()
    extra: list[Segment] = []
    for child in part.children:
        inner = Body()
        visit(child, inner, related=False)
        body.others += inner.others
        html = inner.html()
        if html is not None and merged.html is None:
            merged.html = html
        elif html is None and merged.text is None and inner.segments:
            merged.text = inner.text()
        elif inner.segments:
            extra += inner.segments
    if merged != Segment():
        body.segments.append(merged)
    elif extra:
        body.segments += extra


def is_body(part: Part, kind: str, body: Body, is_root: bool) -> bool:
    """Text that is meant to be read on the spot. A text file that someone attached is not."""
    if kind not in ("text/plain", "text/html") and not (is_root and kind.startswith("multipart/")):
        return False
    disposition = part.disposition
    if disposition.value == "attachment":
        return False
    named = bool(disposition.get("filename") or part.content_type.get("name"))
    return not named or (disposition.value != "inline" and not body.segments)


def decode_text(part: Part, kind: str) -> str:
    """A text part's words: line ends unified, no control characters."""
    content, label = part.content(), part.content_type.get("charset")
    if kind == "text/html" and not charset.canonical(label) and (match := META_CHARSET.search(content[:4096])):
        label = match[1].decode("ascii")
    text = charset.decode(content, label).removeprefix("\ufeff")
    text = CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    if part.content_type.get("format").lower() == "flowed":
        return unflow(text, part.content_type.get("delsp").lower() == "yes")
    return text


def attachments(body: Body, html: str | None) -> tuple[Attachment, ...]:
    """Everything else, named, hashed, and told whether it belongs inside the text."""
    found = []
    for number, (part, related) in enumerate(body.others, 1):
        found.append(attachment(part, number, related, html or ""))
    return tuple(found)


def attachment(part: Part, number: int, related: bool, html: str) -> Attachment:
    content = part.content()
    mime = part.content_type.value
    content_id = part.text("content-id").strip().strip("<>").strip()
    shown = bool(content_id) and f"cid:{content_id}" in html
    disposition = part.disposition
    inline = (
        shown or disposition.value == "inline" or (related and bool(content_id) and disposition.value != "attachment")
    )
    note = describe_calendar(decode_text(part, mime)) if mime in ("text/calendar", "application/ics") else ""
    return Attachment(
        name=name_of(part, number, mime),
        mime=mime,
        size=len(content),
        inline=inline,
        sha256=hashlib.sha256(content).hexdigest(),
        content=content,
        content_id=content_id,
        note=note,
    )


def name_of(part: Part, number: int, mime: str) -> str:
    """The sender's name for it made safe, a forwarded mail's subject, or one made up."""
    given = part.disposition.get("filename") or part.content_type.get("name")
    name = clean_name(given) or clean_name(part.text("content-description")) * bool(given)
    if name:
        return name
    if mime == "message/rfc822":
        subject = clean_name(subject_of(part.content()).replace("/", "-").replace("\\", "-"))
        return clean_name(f"{subject}.eml") if subject else made_up_name(mime, number)
    return made_up_name(mime, number)


def subject_of(raw: bytes) -> str:
    """The subject of an embedded mail."""
    content = raw.lstrip(b"\r\n")
    reader = Reader(content)
    fields, body = reader.header(0, len(content))
    return Part(content, fields, body, len(content)).text("subject")
