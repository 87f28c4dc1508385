"""One run from the first message to the verdict."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import shutil
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from madang.tests.cast import SECRET
from tests.faults.clock import Clock
from tests.faults.disk import Disk, small_disk
from tests.faults.doors import Doors
from tests.faults.faults import Faults
from tests.faults.ledger import Side, Verdict, judge, stuck
from tests.faults.pace import Pace
from tests.faults.plan import plan
from tests.faults.post import Post
from tests.faults.program import Program, Said
from tests.faults.shop import Shop
from tests.faults.speech import lines
from tests.faults.watch import Watch
from tests.house import House

REST = 900.0  # seconds to come to rest after the last message
STILL = 150.0  # seconds in which nothing moves, after which it never will
REPORT = 10.0  # seconds between two lines about how far it is

Tell = Callable[[str], None]


class JumpyHouse(House):
    """A house whose clock can jump, on a disk that can be full."""

    command = (House.command[0], str(Path(__file__).with_name("jumpy.py")))

    def __init__(self, data: Path, clock: Clock) -> None:
        super().__init__(data)
        self.clock = clock

    @property
    def environment(self) -> dict[str, str]:
        return super().environment | self.clock.environment


@dataclass
class Town:
    """All parts of a run."""

    house: House
    shop: Shop
    post: Post
    doors: Doors
    program: Program
    watch: Watch
    faults: Faults


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the command line asks for. ``messages`` come in, and as many answers go out."""

    seed: int
    messages: int
    kills: int
    keep: bool = False  # the logs, also of a run that went well


async def run(wanted: Wanted, tell: Tell) -> tuple[Verdict, Faults]:
    """The whole of it. What the run leaves behind stays only when the verdict is bad."""
    folder = Path(tempfile.mkdtemp(prefix="madang-faults-"))
    folder.chmod(0o755)
    clock, disk = Clock(folder), small_disk()
    tell(f"database on: {disk.kind or 'the ordinary disk'}; clock: {clock.library or 'cannot jump'}")
    verdict = Verdict(stuck=1)
    try:
        async with _town(wanted, JumpyHouse(disk.path, clock), disk, clock) as town:
            try:
                verdict = await _live(wanted, town, tell)
            finally:
                _keep_logs(town, folder)
        return verdict, town.faults
    finally:
        disk.remove()
        clock.sweep()
        if verdict.good and not wanted.keep:
            shutil.rmtree(folder, ignore_errors=True)
        else:
            tell(f"the logs are kept in {folder}")


@contextlib.asynccontextmanager
async def _town(wanted: Wanted, house: House, disk: Disk, clock: Clock) -> AsyncIterator[Town]:
    shop, post, doors = Shop(house.url, wanted.seed), Post(wanted.seed), Doors(wanted.seed)
    program, watch = Program(house.url, wanted.seed), Watch(house.data)
    faults = Faults(house, shop, post, doors, watch, disk, clock)
    town = Town(house, shop, post, doors, program, watch, faults)
    await shop.machine.start()
    await post.start()
    await doors.start()
    await house.start()
    looking = asyncio.create_task(watch.keep_looking())
    try:
        await _connect(town)
        yield town
    finally:
        looking.cancel()
        await asyncio.gather(looking, return_exceptions=True)
        await house.stop()
        await asyncio.gather(shop.close(), post.close(), doors.close(), program.close())


async def _connect(town: Town) -> None:
    """A channel for each door, and a token, made as an administrator makes them."""
    api = ("--set", f"callback_url={town.shop.machine.url}", "--set", f"secret={SECRET}")
    made = json.loads(await town.house.verb("channel", "create", "api", "--name", "shop", *api))
    town.shop.hook = f"/hooks/{made['key']}"
    await town.house.verb("channel", "create", "email", "--name", "mail", *town.post.settings())
    for name, door in town.doors.all.items():
        made = json.loads(await town.house.verb("channel", "create", name, "--name", name, *town.doors.settings(name)))
        door.hook = f"{town.house.url}/hooks/{made['key']}"
    town.program.sign_in(await town.house.verb("token", "create", "--name", "faults", "--role", "agent"))


async def _live(wanted: Wanted, town: Town, tell: Tell) -> Verdict:
    share = wanted.messages // 3
    goals = {"mail": share, "shop": share, "doors": wanted.messages - 2 * share, "replies": wanted.messages}
    pace = Pace(goals, town.watch.busy)
    reporting = asyncio.create_task(_report(town, pace, tell))
    try:
        work = asyncio.gather(
            town.post.write(lines(wanted.seed, "mail", goals["mail"]), pace),
            town.shop.write(lines(wanted.seed, "shop", goals["shop"]), pace),
            town.doors.write(goals["doors"], pace),
            town.program.write(wanted.messages, pace),
            town.faults.run(plan(wanted.seed, wanted.messages, wanted.kills), pace),
        )
        said = await _unless_it_stands_still(work, pace)
        town.faults.over()
        tell("all said, all faults over; waiting until the house is quiet" if said else "nothing moves any more")
        await _quiet(town, wanted.messages)
    finally:
        reporting.cancel()
        await asyncio.gather(reporting, return_exceptions=True)
    verdict = await _judged(town)
    if not said:
        verdict.stuck += 1
        verdict.wrong.append("stuck: not everything could be said")
    return verdict


async def _unless_it_stands_still(work: asyncio.Future[Any], pace: Pace) -> bool:
    """Whether all was said; False when nothing was for :data:`STILL` seconds."""
    before, moved = -1, time.monotonic()
    while not work.done():
        await asyncio.wait([work], timeout=1)
        if before != pace.done.total():
            before, moved = pace.done.total(), time.monotonic()
        if time.monotonic() > moved + STILL:
            work.cancel()
            await asyncio.gather(work, return_exceptions=True)
            return False
    await work
    return True


async def _report(town: Town, pace: Pace, tell: Tell) -> None:
    began = time.monotonic()
    while True:
        await asyncio.sleep(REPORT)
        waits = ", ".join(f"{count} {name}" for name, count in town.watch.counts.items() if count)
        done = f"{pace.done['mail']} mails, {pace.done['shop']} posts, {pace.done['doors']} by other doors, "
        done += f"{pace.done['replies']} answers"
        kills = sum(count for kind, count in town.faults.done.items() if kind.startswith("kill"))
        tell(f"{time.monotonic() - began:5.0f} s: {done}; {kills} kills; {waits or 'nothing waits'}")


async def _quiet(town: Town, accepted: int) -> None:
    """Until all is in and nothing waits, or nothing has moved for :data:`STILL` seconds."""
    end = moved = time.monotonic()
    before: object = None
    while time.monotonic() < min(end + REST, moved + STILL):
        seen, now = town.watch.seen, (town.watch.received, *town.watch.counts.values())
        if now != before:
            before, moved = now, time.monotonic()
        if town.watch.idle(accepted) and await _seen_again(town.watch, seen) and town.watch.idle(accepted):
            return
        await asyncio.sleep(0.2)


async def _seen_again(watch: Watch, seen: int) -> bool:
    """Two looks in a row, the second begun after the first."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(30):
            while watch.seen < seen + 2:
                await asyncio.sleep(0.1)
            return True
    return False


async def _judged(town: Town) -> Verdict:
    said = await town.program.everything()
    verdict = judge(_sides(town, said), said, town.program.taken)
    stuck(verdict, town.watch.counts)
    for words in town.program.contradictions:
        verdict.doubled += 1
        verdict.wrong.append(f"doubled: {words}")
    code, _, problem = await town.house.asked("audit", "verify")
    if code:
        verdict.stuck += 1
        verdict.wrong.append(f"stuck: the audit log does not verify: {problem[:500]}")
    return verdict


def _sides(town: Town, said: list[Said]) -> list[Side]:
    town.post.look()
    marks = {message: f"answer {number}" for number, message in town.program.taken.items()}
    mailed = [marks.get(message, f"message {message}") for message in town.post.arrived]
    posted = town.shop.arrived()
    tries = sum(town.shop.machine.tries.values())
    hooks = sum(len(marks) for marks in town.shop.accepted.values()) + town.shop.repeats
    return [
        Side("mail", town.post.accepted, mailed, town.post.repeats),
        Side("shop", town.shop.accepted, posted, town.shop.tries - hooks + tries - len(posted)),
        *(Side(one.name, one.accepted, one.arrived(), one.tries - one.posts) for one in town.doors.all.values()),
    ]


def _keep_logs(town: Town, folder: Path) -> None:
    log = re.sub(r"\x1b\[[0-9;]*m", "", "\n".join(town.house.told))
    (folder / "madang.log").write_text(log, "utf-8")
    with contextlib.suppress(OSError):
        shutil.copy(town.house.data / "postgres" / "server.log", folder / "postgres.log")
