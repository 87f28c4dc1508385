"""The desk's files, and the colours that come out of the database and the connectors."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath

from madang.brands.queries import brands
from madang.channels.registry import every
from madang.desk.assets import assets
from madang.desk.page import ground_of
from madang.lib.errors import NotFound

FOREVER = "public, max-age=31536000, immutable"


@get("/static/{version:str}/{path:path}", opt={"cookieless": True})
async def static(request: Request[Any, Any, Any], version: FromPath[str], path: FromPath[str]) -> Response[bytes]:
    """One file. Its address names its content, so browsers keep it; an address of another version is not kept."""
    found = assets().files.get(path.lstrip("/"))
    if found is None:
        raise NotFound
    packed = "gzip" in request.headers.get("accept-encoding", "") and len(found.gzipped) < len(found.content)
    headers = {
        "Cache-Control": FOREVER if version == assets().version else "no-cache",
        "Vary": "Accept-Encoding",
        "X-Content-Type-Options": "nosniff",
    }
    if packed:
        headers["Content-Encoding"] = "gzip"
    return Response(found.gzipped if packed else found.content, media_type=found.mime, headers=headers)


@get("/favicon.ico", opt={"cookieless": True})
async def favicon(request: Request[Any, Any, Any]) -> Response[bytes]:
    """The mark for whoever asks without having read a page: feeds, link previews, a bare answer in a tab."""
    headers = {"Cache-Control": "public, max-age=86400", "X-Content-Type-Options": "nosniff"}
    return Response(assets().files["favicon.ico"].content, media_type="image/x-icon", headers=headers)


@get("/look.css", opt={"open": True})
async def look(request: Request[Any, Any, Any]) -> Response[str]:
    """The one accent (of the oldest brand), each brand's own, and each connector's hue."""
    async with ground_of(request).database.begin() as tx:
        rows = await brands(tx)
    first = min(rows, key=lambda brand: brand.id, default=None)
    lines = [f":root {{ --brand-h: {first.hue:g}; --brand-c: {first.chroma:g}; }}"] if first else []
    lines += [f".brand-{brand.id} {{ --bh: {brand.hue:g}; --bc: {brand.chroma:g}; }}" for brand in rows]
    lines += [f'.mark[data-ch="{name}"] {{ --mh: {one.manifest.hue}; }}' for name, one in every().items()]
    headers = {"Cache-Control": "private, max-age=60, stale-while-revalidate=3600", "X-Content-Type-Options": "nosniff"}
    return Response("\n".join(lines) + "\n", media_type="text/css; charset=utf-8", headers=headers)
