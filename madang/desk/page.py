"""A template as an answer: what every page needs is filled in here."""

from __future__ import annotations

import gzip
import secrets
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from litestar import Request, Response
from litestar.exceptions import NotAuthorizedException

from madang.channels.registry import every
from madang.desk import (
    batch_words,
    happened_words,
    ledger_words,
    macro_words,
    matching_words,
    moments_offered,
    people_words,
    reach_words,
    records_words,
    said_words,
    wording,
)
from madang.desk.assets import assets
from madang.desk.settings_nav import SETTINGS_NAV
from madang.ground import Ground
from madang.lib import forms
from madang.lib import language as words
from madang.lib.errors import Refused
from madang.lib.language import marked as _
from madang.lib.pages import Pages
from madang.staff.middleware import reads
from madang.staff.permissions import PERMISSIONS, Viewer
from madang.staff.sessions import csrf_of

HERE = Path(__file__).parent
Form = TypeVar("Form", bound=msgspec.Struct)

# What `?done=` may say at the top of a settings page after a redirect.
DONE = {
    "saved": _("Saved."),
    "created": _("Created."),
    "removed": _("Removed."),
    "sent": _("Sent."),
    "paused": _("Paused."),
    "resumed": _("Working again."),
    "works": _("The connection works."),
    "retried": _("It is tried again. In a moment it is in step, or back here with its reason."),
    "unlisted": _("Not listed any more."),
    "underway": _("On its way. It should be with you within a minute."),
    "again": _("Given in again. In a moment it is taken in, or back here with its reason."),
    "aside": _("Put aside. It is kept."),
    "away": _("Put away. It can be taken back."),
    "restored": _("Back where it was."),
    "works_again": _("It worked this time."),
    "asked": _("It is being fetched again. Look again in a moment."),
    "begun": _("Begun. The workers carry it on, also when you leave this page."),
    "merged": _("They are one person now."),
    "parted": _("They are two again: everything is back where it was."),
    "rejected": _("They stay two. It is asked again when more speaks for it."),
    "never": _("They stay two, and it is not asked again."),
    "reopened": _("The question is back."),
    "undone": _("Undone."),
    "blocked": _("Blocked. Messages still arrive, marked."),
    "unblocked": _("Not blocked any more."),
    "added": _("Added."),
    "spam": _("Marked as spam: blocked, and the open conversations are closed."),
    "forgotten": _("Forgotten: this address is the customer’s no more."),
    "code_asked": _("A code is on its way to this address."),
    "proven": _("Proven: this address is the customer’s."),
    "conflict": _("This address belongs to another customer. It was not moved: a question was added for review."),
    "fetched": _("Fetched. This is what the provider has now."),
    "stopped": _("Stopped. What was given in again stays in."),
}

HEADERS = {
    "Cache-Control": "no-store",
    "Vary": "Cookie, Accept-Encoding",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


@cache
def pages() -> Pages:
    """The desk's templates, and every text of the house and its connectors."""
    words.learn([HERE.parent / "locale", *(one.folder / "locale" for one in every().values())])
    shared = {"LANGUAGES": words.LANGUAGES, "SETTINGS_NAV": SETTINGS_NAV, "static": assets().url, "assets": assets()}
    made = Pages([HERE / "templates"], shared)
    made.env.filters.update(wording.FILTERS | ledger_words.FILTERS | people_words.FILTERS)
    made.env.filters.update(records_words.FILTERS | matching_words.FILTERS)
    made.env.filters.update(said_words.FILTERS | reach_words.FILTERS | moments_offered.FILTERS)
    made.env.filters.update(macro_words.FILTERS)
    made.env.filters.update(batch_words.FILTERS | happened_words.FILTERS)
    return made


def ground_of(request: Request[Any, Any, Any]) -> Ground:
    """What this process stands on."""
    ground: Ground = request.app.state.ground
    return ground


def viewer_of(request: Request[Any, Any, Any]) -> Viewer | None:
    """Who is signed in, if anybody."""
    found: Viewer | None = request.scope.get("user")
    return found


def who(request: Request[Any, Any, Any]) -> Viewer:
    """Who is signed in; raises the framework's 401 when nobody is."""
    viewer = viewer_of(request)
    if viewer is None:
        raise NotAuthorizedException(words.gettext("Please sign in."))
    return viewer


async def form_of(request: Request[Any, Any, Any], form: type[Form]) -> Form:
    """The posted form, typed; raises Refused naming the field that cannot be understood."""
    return forms.read(form, (await request.form()).multi_items())


def number(text: str, field: str) -> int | None:
    """An id out of a form, None for ''; raises Refused for anything else."""
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) < 19):
        raise Refused(words.gettext("This is not a possible answer. Choose one of those offered."), field)
    return int(text)


def language_of(request: Request[Any, Any, Any]) -> str:
    """The viewer's language; before sign-in the one she chose on the page, else her browser's."""
    return reads(request, viewer_of(request))


def policy(nonce: str) -> str:
    """The content security policy of the desk: our own files, scripts only with this answer's nonce."""
    return (
        f"default-src 'none'; script-src 'nonce-{nonce}' 'strict-dynamic'; style-src 'self'; font-src 'self'; "
        "img-src 'self' data: blob:; media-src 'self' blob:; connect-src 'self'; worker-src 'self'; "
        "manifest-src 'self'; frame-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


def page(request: Request[Any, Any, Any], /, template: str, status: int = 200, **context: Any) -> Response[Any]:
    """Render ``template`` for whoever asks. Adds viewer, allowed, csrf, nonce, theme, density, keys, done."""
    nonce = secrets.token_urlsafe(16)
    made = _answer(request, _rendered(request, template, nonce, context), status, policy(nonce))
    chosen = request.query_params.get("language", "")
    if viewer_of(request) is None and chosen in words.LANGUAGES:
        made.set_cookie("madang_language", chosen, path="/", samesite="lax", max_age=31_536_000)
    return made


def fragment(request: Request[Any, Any, Any], /, template: str, status: int = 200, **context: Any) -> Response[Any]:
    """A piece of a page for our own scripts."""
    return _answer(request, _rendered(request, template, "", context), status, "default-src 'none'")


def _answer(request: Request[Any, Any, Any], html: str, status: int, csp: str) -> Response[bytes]:
    """Packed for whoever takes that. (BREACH needs another site to ask with our cookie: SameSite keeps it home.)"""
    content, headers = html.encode(), HEADERS | {"Content-Security-Policy": csp}
    if len(content) > 1_000 and "gzip" in request.headers.get("accept-encoding", ""):
        content = gzip.compress(content, 4, mtime=0)
        headers["Content-Encoding"] = "gzip"
    return Response(content, media_type="text/html; charset=utf-8", status_code=status, headers=headers)


def _rendered(request: Request[Any, Any, Any], template: str, nonce: str, context: dict[str, Any]) -> str:
    viewer = viewer_of(request)
    given = {
        "viewer": viewer,
        "allowed": PERMISSIONS[viewer.role] if viewer else frozenset(),
        "csrf": _csrf(request) if viewer else "",
        "nonce": nonce,
        "theme": viewer.theme if viewer else "auto",
        "density": viewer.density if viewer else "roomy",
        "keys": viewer.keys if viewer else "letters",
        "done": DONE.get(request.query_params.get("done", ""), ""),
        "section": "",
        "place": "",
        "demo": bool(ground_of(request).settings.demo_phone),
        "scanning": bool(ground_of(request).settings.virus_scan),
    }
    timezone = viewer.timezone if viewer else "UTC"
    return pages().render(template, language_of(request), timezone, **(given | context))


def _csrf(request: Request[Any, Any, Any]) -> str:
    return csrf_of(ground_of(request).keys, str(request.scope.get("auth") or ""))
