"""What a browser loads the first time, compressed, as it comes over HTTP: the chat's loader, the chat, the desk."""

from __future__ import annotations

import re
from urllib.parse import urljoin

import httpx

from madang.bench import company
from madang.bench.bench import Bench
from madang.bench.figures import Figure, judge

LOADER, WIDGET, DESK = 5_000, 25_000, 120_000  # bytes, DESIGN §9
NEXT = (
    re.compile(r'<link rel="(?:stylesheet|modulepreload)"[^>]* href="([^"]+)"'),
    re.compile(r'<script[^>]* src="([^"]+)"'),
    re.compile(r'<use href="([^"#]+)'),
    re.compile(r"""^\s*(?:import|export)\b[^'";]*['"]([./][^'"]+\.js)['"]""", re.M),
    re.compile(r'data-worker="([^"]+)"'),
)


async def run(bench: Bench) -> list[Figure]:
    """Everything a page names is fetched, and what that names in turn, each once, by a client that takes gzip."""
    house = await bench.house()
    chat = await company.channel(house, "chat", connector="webchat")
    cookie = (await company.agents(house, 1))[0]
    async with httpx.AsyncClient(base_url=house.base, headers={"accept-encoding": "gzip"}, timeout=30) as http:
        loader = await load(http, f"/chat/{chat.key}/loader.js")
        widget = loader | await load(http, f"/chat/{chat.key}/frame")
        http.headers["cookie"] = cookie
        desk = await load(http, "/")
    return [
        _figure("bytes-loader", loader, LOADER),
        _figure("bytes-widget", widget, WIDGET),
        _figure("bytes-desk", desk, DESK),
    ]


async def load(http: httpx.AsyncClient, path: str) -> dict[str, int]:
    """Bytes that came over the wire, by address: the page and all it needs."""
    sizes: dict[str, int] = {}
    waiting = [path]
    while waiting:
        address = waiting.pop()
        if address in sizes:
            continue
        answer = (await http.get(address)).raise_for_status()
        sizes[address] = answer.num_bytes_downloaded
        waiting += [urljoin(address, found) for rule in NEXT for found in rule.findall(answer.text)]
    return sizes


def _figure(name: str, sizes: dict[str, int], budget: int) -> Figure:
    total = sum(sizes.values())
    return Figure(
        name=name,
        unit="bytes gzip",
        value=total,
        budget=budget,
        ok=judge(total, at_most=budget),
        note=f"bodies of {len(sizes)} answers; an empty list of conversations" if name == "bytes-desk" else "",
    )
