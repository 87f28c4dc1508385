"""`madang run`: the database, then the schema, then the web process and a worker; whatever dies is started again.

Signals only set a flag; the one coroutine that started everything also stops it, children first, the database last.
A second signal ends everything at once. Imports little, because it stays in memory for nothing but waiting.
"""

from __future__ import annotations

import asyncio
import dataclasses
import logging
import os
import signal
import subprocess
import sys
from collections.abc import Mapping

import click

from madang.children import Child, ended
from madang.lib.embedded_postgres import EmbeddedPostgres, Listen, PostgresError
from madang.lib.offspring import command
from madang.readiness import free_port_after, ready, require_free_port
from madang.reload import watch
from madang.settings import Settings

log = logging.getLogger("madang.supervisor")

HOPELESS = 3  # deaths before the desk was ever usable, after which starting is given up
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def run(settings: Settings, *, demo: bool = False, reload: bool = False) -> int:
    """Run until told to stop; the exit code: 0 for a stop on request, 1 when it could not start or was forced.

    Raises SettingsError or PostgresError for what the admin can mend before anything runs.
    """
    if demo:  # its providers live on loopback
        phone = settings.demo_phone or f"http://127.0.0.1:{free_port_after(settings.port)}"
        settings = dataclasses.replace(settings, allow_hosts=(*settings.allow_hosts, "127.0.0.1"), demo_phone=phone)
    server = None if settings.database_url else _embedded(settings)
    verbs = ["web", "worker", *(["demo"] if demo else [])]
    if server:
        server.claim()
    try:
        require_free_port(settings)
        return asyncio.run(Supervisor(settings, server, verbs, reload).run())
    finally:
        if server:
            server.stop()


def _embedded(settings: Settings) -> EmbeddedPostgres:
    listen = Listen.parse(settings.postgres_listen, settings.postgres_password)
    return EmbeddedPostgres(settings.data, listen=listen)


class Supervisor:
    """Everything one `madang run` keeps alive."""

    def __init__(self, settings: Settings, server: EmbeddedPostgres | None, verbs: list[str], reload: bool) -> None:
        self.settings = settings
        self.server = server
        self.verbs = verbs
        self.reload = reload
        self.children: list[Child] = []
        self._stopping = asyncio.Event()
        self._code = 0

    async def run(self) -> int:
        for number in _SIGNALS:
            asyncio.get_running_loop().add_signal_handler(number, self._on_signal)
        if not await self._reached_files():
            return self._code
        environment = await self._database()
        if not self._stopping.is_set() and await self._migrated(environment):
            await self._serve(environment)
        return self._code

    async def _database(self) -> Mapping[str, str]:
        """Start it when it is ours; the environment in which the children find it."""
        url = await asyncio.to_thread(self.server.start) if self.server else self.settings.database_url
        return dataclasses.replace(self.settings, database_url=url).environment()

    async def _reached_files(self) -> bool:
        """Whether an S3-compatible store can be used, where there is one; in a process of its own, for its memory."""
        if not self.settings.files_url:
            return True
        process = await asyncio.create_subprocess_exec(*command("files", "check"), env=self.settings.environment())
        code = await process.wait()
        if code and not self._stopping.is_set():
            self._fail("The store of attachments cannot be used; the line above says why.")
        return code == 0

    async def _migrated(self, environment: Mapping[str, str]) -> bool:
        """In a process of its own, which takes the migration tools' memory with it."""
        process = await asyncio.create_subprocess_exec(*command("migrate"), env=dict(environment))
        code = await process.wait()
        if code and not self._stopping.is_set():
            self._fail(f"The database could not be brought to this version's schema: migrating {ended(code)}.")
        return code == 0

    async def _serve(self, environment: Mapping[str, str]) -> None:
        self.children = [Child(verb, environment) for verb in self.verbs]
        tasks = [asyncio.create_task(child.keep()) for child in self.children]
        tasks += [asyncio.create_task(self._keep_database()), asyncio.create_task(self._announce(environment))]
        if self.reload:
            tasks.append(asyncio.create_task(watch(self._reload, self._stopped_within)))
        for task in tasks:
            task.add_done_callback(self._on_end)
        await self._stopping.wait()
        for child in self.children:
            child.stop()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _keep_database(self) -> None:
        """Look twice a second whether PostgreSQL lives. The children find the new one by themselves: same URL."""
        while self.server and not await self._stopped_within(0.5):
            if self.server.alive():
                continue
            log.error("PostgreSQL has died; starting it again")
            try:
                await asyncio.to_thread(self.server.start)
                log.info("PostgreSQL is back")
            except (PostgresError, OSError) as error:
                log.error("%s", error)
                await self._stopped_within(5)

    async def _announce(self, environment: Mapping[str, str]) -> None:
        """Say when the desk can be used, once; give up when it never comes to that."""
        reason, waited = "not asked yet", 0
        while reason and not await self._stopped_within(0.1):
            reason, waited = await ready(self.settings), waited + 1
            if any(child.failures >= HOPELESS for child in self.children):
                return self._fail("Madang does not start: see the errors above.")
            if waited % 300 == 0:
                log.warning("still not ready: %s", reason)
        if not reason:
            _say(f"Madang is ready: {self.settings.public_url}")
            await self._invite(environment)
        return None

    async def _invite(self, environment: Mapping[str, str]) -> None:
        """Where there is no administrator yet, say how to become it. The demo brings its own people."""
        if "demo" in self.verbs:
            return
        link = await self._first_link(environment)
        while link is None and not await self._stopped_within(2):  # the database died under it
            link = await self._first_link(environment)
        if link:
            _say(f"Create the first administrator: {link}")

    async def _first_link(self, environment: Mapping[str, str]) -> str | None:
        """Empty where there is an administrator; None when it could not be told."""
        process = await asyncio.create_subprocess_exec(
            *command("first-run"), env=dict(environment), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        told = (await process.communicate())[0].decode().strip()
        return None if process.returncode else told

    def _reload(self) -> None:
        log.info("files changed; starting web and worker anew")
        for child in self.children:
            child.restart()

    async def _stopped_within(self, seconds: float) -> bool:
        try:
            await asyncio.wait_for(self._stopping.wait(), seconds)
        except TimeoutError:
            return False
        return True

    def _fail(self, message: str) -> None:
        _say(f"madang: {message}", err=True)
        self._code = 1
        self._stopping.set()

    def _on_end(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()):
            self._fail(f"Madang cannot go on: {error!r}")

    def _on_signal(self) -> None:
        if not self._stopping.is_set():
            _say("Stopping. Once more to force it.")
            self._stopping.set()
            return
        for child in self.children:
            child.signal(signal.SIGKILL)
        if self.server:
            self.server.kill()
        os._exit(1)


def _say(line: str, *, err: bool = False) -> None:
    """To whoever still reads it: a terminal that was closed, or the other end of a pipe, keeps nobody from stopping."""
    stream = sys.stderr if err else sys.stdout
    try:
        click.echo(line, file=stream)
        stream.flush()
    except OSError:  # what still lies in its buffer would fail once more at the very end
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
