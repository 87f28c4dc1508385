"""The demo's process: waits for the desk, tells the history once, then lets the customers live."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import sys
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import httpx

from madang.demo.answers import answers
from madang.demo.company import Company, Kept, found
from madang.demo.hands import Street
from madang.demo.history import tell
from madang.demo.live import live
from madang.demo.phone.door import PhoneServer
from madang.demo.phone.made import furnish
from madang.demo.places import settings_of
from madang.demo.story import story
from madang.ground import Ground
from madang.settings import Settings

log = logging.getLogger("madang.demo")


async def _ready(http: httpx.AsyncClient) -> None:
    while True:
        try:
            if (await http.get("/readyz")).status_code == 200:
                return
        except httpx.HTTPError:
            pass
        await asyncio.sleep(0.1)


async def _run(settings: Settings, url: str) -> None:
    ground = Ground.open(settings, url, pool=6)
    kept = Kept.read(settings.data)
    base = f"http://{settings.host}:{settings.port}"
    async with httpx.AsyncClient(base_url=base, timeout=20) as http:
        street = Street(ground, http, kept)
        await street.open()
        try:
            company = await found(ground, kept, settings_of(street), street.doors)
            await answers(ground, company.agents)
            kept.write(settings.data)
            await _ready(http)
            async with _phone(ground, street, company, kept) as address:
                _introduce(settings, kept, address)
                await _history(ground, street, company, kept)
                await live(ground, street, company, story(), kept)
        finally:
            kept.write(settings.data)
            await street.close()
            await ground.close()


@contextlib.asynccontextmanager
async def _phone(ground: Ground, street: Street, company: Company, kept: Kept) -> AsyncIterator[str]:
    """The page on which a newcomer is a customer; its address, '' where its port is taken."""
    phone = await furnish(ground, street, company, kept)
    port = urlsplit(ground.settings.demo_phone).port or 0
    server = PhoneServer(phone, ground.settings.public_url, port)
    try:
        yield await _address(server)
    finally:
        await server.stop()
        await phone.close()


async def _address(server: PhoneServer) -> str:
    try:
        return await server.start()
    except OSError as error:
        log.warning("the phone cannot be shown: %s", error)
        return ""


async def _history(ground: Ground, street: Street, company: Company, kept: Kept) -> None:
    told = story()
    for matter in told.matters[kept.told :]:
        if street.opens(matter.brand, matter.by):
            await tell(ground, street, company, told, matter)
        kept.told += 1
        kept.write(ground.settings.data)


def _introduce(settings: Settings, kept: Kept, phone: str) -> None:
    """On standard output, where the person who started the demo looks."""
    words = f"Sign in to the demo at {settings.public_url}/signin as ada@madang.example or ben@madang.example"
    sys.stdout.write(f"{words}, password {kept.password}\n")
    if phone:
        sys.stdout.write(f"Be a customer, with a phone that has every app: {phone}\n")
    sys.stdout.flush()


async def _until_told(settings: Settings, url: str) -> None:
    work = asyncio.ensure_future(_run(settings, url))
    loop, told = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, told.set)
    stop = asyncio.ensure_future(told.wait())
    await asyncio.wait([work, stop], return_when=asyncio.FIRST_COMPLETED)
    stop.cancel()
    # A broken connection can swallow one cancellation; nobody's going home may wait for that.
    while not work.done():
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()
        await asyncio.wait([work], timeout=0.5)
    if not work.cancelled() and (error := work.exception()):
        raise error
    log.info("the demo's customers go home")


def serve(settings: Settings, url: str) -> None:
    """The process's whole life."""
    asyncio.run(_until_told(settings, url))
