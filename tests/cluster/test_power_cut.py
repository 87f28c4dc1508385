"""A worker's machine loses its power: no goodbye, no reset, only silence. The mailbox moves all the same."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from madang import migrate
from tests.cluster import servers
from tests.cluster.conftest import founded
from tests.cluster.processes import Cluster, Machine
from tests.cluster.test_ownership import MAILS, mails, moved, owner, write

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.geteuid() != 0 or not shutil.which("ip"), reason="a network of its own needs root and ip"),
]

NET = f"10.213.{os.getpid() % 250}"
HERE, THERE = f"{NET}.1", f"{NET}.2"


class Net:
    """A machine on a cable: a network namespace, and the two ends of a line to it."""

    def __init__(self) -> None:
        self.name = f"madang{os.getpid()}"
        self.inside = ("ip", "netns", "exec", self.name)

    def lay(self) -> bool:
        """Whether this machine lets us."""
        line, end = f"mh{os.getpid()}", f"mt{os.getpid()}"
        return all(
            subprocess.run(words.split(), capture_output=True, check=False).returncode == 0
            for words in (
                f"ip netns add {self.name}",
                f"ip link add {line} type veth peer name {end} netns {self.name}",
                f"ip addr add {HERE}/24 dev {line}",
                f"ip link set {line} up",
                f"ip netns exec {self.name} ip addr add {THERE}/24 dev {end}",
                f"ip netns exec {self.name} ip link set {end} up",
                f"ip netns exec {self.name} ip link set lo up",
            )
        )

    def cut(self) -> None:
        """Nothing gets through any more, and neither side is told: packets for it are dropped."""
        for side in ((), self.inside):
            words = [*side, "ip", "route", "add", "blackhole", f"{THERE if not side else HERE}/32"]
            subprocess.run(words, check=True)

    def mend(self) -> None:
        for side in ((), self.inside):
            words = [*side, "ip", "route", "del", "blackhole", f"{THERE if not side else HERE}/32"]
            subprocess.run(words, check=True)

    def remove(self) -> None:
        subprocess.run(["ip", "netns", "del", self.name], check=False, capture_output=True)
        subprocess.run(["ip", "link", "del", f"mh{os.getpid()}"], check=False, capture_output=True)


@pytest.fixture
def net() -> Iterator[Net]:
    made = Net()
    try:
        if not made.lay():
            pytest.skip("this machine lets nobody make networks")
        yield made
    finally:
        made.remove()


@pytest.fixture
def cluster(net: Net) -> Iterator[Cluster]:
    """One web and three workers, the first of them on the machine at the other end of the line."""
    with servers.postgres("debian", f"127.0.0.1,{HERE}") as url:
        migrate.upgrade(url)
        made = Cluster(url, hosts=f"{HERE},127.0.0.1")
        made.webs = made.webs[:1]
        made.workers[0] = Machine("worker", made.environment, prefix=net.inside)
        try:
            yield made
        finally:
            made.remove()


async def test_a_power_cut_moves_the_mailbox(cluster: Cluster, net: Net, tmp_path: Path) -> None:
    async with founded(cluster, tmp_path / "data", HERE) as company:
        far = cluster.workers[0]
        far.start()
        first = await owner(company)
        cluster.start()
        await write(company, 0, MAILS, net.cut)
        second = await moved(company, first, "power cut")
        await write(company, MAILS, MAILS)
        await mails(company, 2 * MAILS)
        net.mend()  # the machine was only unreachable, and comes back believing what it believed
        await write(company, 2 * MAILS, MAILS)
        assert await mails(company, 3 * MAILS) == Counter(f"mail {number}" for number in range(3 * MAILS))
        assert await owner(company) == second.pid
