"""The API's description: as OpenAPI for programs, as a page for people. Both are made from the routes themselves."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
from litestar import Request, Response, get
from litestar.response import Redirect
from markupsafe import Markup, escape

from madang.api.problems import TITLES
from madang.lib.language import learn, preferred
from madang.lib.pages import Pages

HERE = Path(__file__).parent
SECURITY = {
    "content-security-policy": "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
}
_MARKS = re.compile(r"`([^`]+)`|\*\*([^*]+)\*\*")

Reading = Request[Any, Any, Any]


@get("/api/openapi.json", include_in_schema=False)
async def openapi(request: Reading) -> Response[bytes]:
    """The OpenAPI 3.1 document."""
    return Response(msgspec.json.encode(document(request)), media_type="application/json", headers=SECURITY)


@get("/api/docs", include_in_schema=False)
async def page(request: Reading) -> Response[str]:
    """The same for people, without a script and without anybody else's server."""
    language = preferred(request.headers.get("accept-language", ""))
    host = request.state.ground.settings.public_url
    body = _pages().render("docs.html", language, api=document(request), host=host, problems=TITLES)
    headers = SECURITY | {"vary": "accept-language", "content-language": language}
    return Response(body, media_type="text/html", headers=headers)


@get("/api/docs.css", include_in_schema=False)
async def style(request: Reading) -> Response[bytes]:
    """The page's look."""
    headers = SECURITY | {"cache-control": "max-age=300"}
    return Response((HERE / "static" / "docs.css").read_bytes(), media_type="text/css", headers=headers)


@get("/api", include_in_schema=False)
async def root() -> Redirect:
    """Whoever comes to the bare address looks for the page."""
    return Redirect("/api/docs")


def document(request: Reading) -> dict[str, Any]:
    """The OpenAPI document."""
    made: dict[str, Any] = request.app.state.described
    return made


@cache
def _pages() -> Pages:
    learn([HERE.parent / "locale"])
    made = Pages([HERE / "templates"])
    made.env.filters |= {"marked": marked, "operations": operations, "kind": kind, "curl": curl, "pretty": pretty}
    return made


def pretty(value: Any) -> str:
    """JSON for people."""
    return msgspec.json.format(msgspec.json.encode(value)).decode()


def marked(text: str) -> Markup:
    """Our own descriptions with `code` and **strong** as HTML; everything else stays text."""
    parts: list[Markup] = []
    at = 0
    for found in _MARKS.finditer(text or ""):
        parts.append(escape(text[at : found.start()]))
        code, strong = found.groups()
        parts.append(Markup("<code>{}</code>").format(code) if code else Markup("<strong>{}</strong>").format(strong))
        at = found.end()
    parts.append(escape((text or "")[at:]))
    return Markup("").join(parts)


def operations(api: dict[str, Any], tag: str) -> list[dict[str, Any]]:
    """The operations of one tag, each with its method and path, in the order of the routes."""
    return [
        {"method": method.upper(), "path": path, **operation}
        for path, item in api["paths"].items()
        for method, operation in item.items()
        if isinstance(operation, dict) and tag in operation.get("tags", ())
    ]


def kind(schema: dict[str, Any]) -> str:
    """A schema in a few words: `integer 1–100`, `open | closed`, `Message`, `array of Mark or null`."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    for joined in ("oneOf", "anyOf", "allOf"):
        if joined in schema:
            return " or ".join(dict.fromkeys(kind(one) for one in schema[joined]))
    if "enum" in schema:
        return " or ".join("null" if one is None else str(one) for one in schema["enum"])
    if "const" in schema:
        return str(schema["const"])
    named = schema.get("type", "")
    names = named if isinstance(named, list) else [named]
    words = [f"array of {kind(schema['items'])}" if one == "array" and "items" in schema else str(one) for one in names]
    return " or ".join(words) + _bounds(schema)


def _bounds(schema: dict[str, Any]) -> str:
    if "minimum" in schema and "maximum" in schema:
        return f" {schema['minimum']:g}–{schema['maximum']:g}"
    return f" ({schema['format']})" if "format" in schema else ""


EXAMPLES = {
    "NewMessage": '{"text": "내일 도착합니다."}',
    "NewMoment": '{"send_at": "2027-01-04T09:00:00+09:00", "hold_on_news": true}',
    "NewDraft": '{"text": "내일 다시 연락드릴게요."}',
    "NewNote": '{"text": "Juniper knows her, ask Ben."}',
    "NewAssignee": '{"id": 3}',
    "NewPriority": '{"priority": 3}',
    "NewSnooze": '{"until": "2026-11-23T00:00:00Z"}',
    "UseMacro": '{"key": "0b5e4d0c-4a51-4c1e-9a57-6a8a4a1f2b3c"}',
    "NewWebhook": '{"url": "https://shop.example.com/madang", "kinds": ["message.received"]}',
    "NewEvents": '{"source": "shop", "events": [{"key": "order-1001", "kind": "order", '
    '"at": "2026-03-02T09:00:00+09:00", "amount": 39000, "currency": "KRW"}]}',
    "AddressedEvents": '{"source": "shop", "events": [{"email": "mina@naver.com", "key": "order-1001", '
    '"kind": "order", "at": "2026-03-02T09:00:00+09:00", "title": "담요", "amount": 39000, "currency": "KRW"}]}',
    "CustomerChange": '{"company": "하늘", "region": "KR"}',
    "NewMerge": '{"customer": 9, "keep": {"name": "loser"}}',
    "Acceptance": '{"stays": 7}',
    "Rejection": '{"never": true}',
    "NewCustomerNote": '{"text": "단골. 배송은 오후에만."}',
    "CustomerTags": '{"tags": ["VIP", "도매"]}',
    "NewCustomerField": '{"name": "grade", "label": "등급", "kind": "choice", "choices": ["gold", "silver"]}',
    "CustomerFieldChange": '{"label": "Grade", "seen_by": "leads"}',
    "NewCustomerValues": '{"values": {"grade": "gold"}}',
    "Columns": '{"source": "shop", "targets": ["external_id", "name", "email"], "region": "KR"}',
    "NewSegment": '{"name": "VIP", "condition": {"event": "order", "days": 90}}',
    "SegmentChange": '{"name": "Buyers"}',
    "NewSegmentPreview": '{"condition": {"event": "order", "days": 90}}',
    "NewReplay": '{"since": "2026-03-02T09:00:00+09:00"}',
}


def curl(operation: dict[str, Any], host: str) -> str:
    """A line to copy into a shell."""
    path = re.sub(r"\{[^}]+\}", "42", operation["path"])
    lines = [f"curl {host}{path}"]
    if operation["method"] != "GET":
        lines[0] = f"curl -X {operation['method']} {host}{path}"
    lines.append('-H "Authorization: Bearer $TOKEN"')
    if operation["operationId"] in {"sendMessage", "addNote"}:
        lines.append('-H "Idempotency-Key: $(uuidgen)"')
    body = operation.get("requestBody")
    if body:
        reference = body["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
        lines.append("-H 'Content-Type: application/json'")
        lines.append(f"-d '{EXAMPLES[reference]}'")
    return " \\\n  ".join(lines)


HANDLERS = [openapi, page, style, root]
