"""T9: every way known to make a server call inside its own network, and the allow-list that keeps intranets working."""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import AsyncIterator, Sequence

import pytest

from madang.lib.http import Blocked, CallFailed, Client, Guard, TimedOut, TooMuch
from madang.lib.http_guard import Resolver, is_public

INSIDE = [
    "127.0.0.1",
    "127.1.2.3",
    "0.0.0.0",
    "10.1.2.3",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "169.254.169.254",
    "100.100.100.200",
    "168.63.129.16",
    "192.0.0.192",
    "198.18.0.1",
    "224.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:169.254.169.254",
    "64:ff9b::7f00:1",
    "64:ff9b:1::1",
    "2002:7f00:1::",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fec0::1",
    "ff02::1",
    "2001:db8::1",
]


@pytest.mark.parametrize("address", INSIDE)
def test_addresses_inside_are_not_public(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ["8.8.8.8", "172.32.0.1", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_addresses_of_the_internet_are(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


class Server:
    """A web server that answers what a test tells it to, and remembers what it was asked."""

    def __init__(self) -> None:
        self.answers: dict[str, bytes] = {}
        self.asked: list[str] = []
        self.port = 0
        self.open: set[asyncio.StreamWriter] = set()

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer once. An empty answer is silence, until the client goes away."""
        self.open.add(writer)
        heard = await reader.readuntil(b"\r\n\r\n")
        path = heard.split(b" ")[1].decode()
        self.asked.append(path)
        answer = self.answers.get(path, _said(b"200 OK", b"content-length: 2", b"", b"ok"))
        writer.write(answer)
        if not answer:
            await reader.read()
        writer.close()
        await writer.wait_closed()
        self.open.discard(writer)

    def url(self, path: str = "/", host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"


def _said(*lines: bytes) -> bytes:
    return b"HTTP/1.1 " + b"\r\n".join(lines)


def _redirect(to: str) -> bytes:
    return _said(b"302 Found", b"location: " + to.encode(), b"content-length: 0", b"", b"")


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    made = Server()
    listening = await asyncio.start_server(made, "127.0.0.1", 0)
    made.port = listening.sockets[0].getsockname()[1]
    yield made
    listening.close()
    async with asyncio.timeout(5):
        while made.open:
            await asyncio.sleep(0.01)


@pytest.fixture
async def stranger() -> AsyncIterator[Client]:
    """A client that may call nothing inside."""
    client = Client()
    yield client
    await client.close()


@pytest.fixture
async def friend() -> AsyncIterator[Client]:
    """A client that may call this machine."""
    client = Client(["127.0.0.0/8"], timeout=0.3, total=1)
    yield client
    await client.close()


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "0x7f.1",
        "127.1",
        "0",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "127。0。0。1",
        "169.254.169.254",
        "ex%61mple@127.0.0.1",
    ],
)
async def test_no_spelling_of_an_inside_address_is_called(server: Server, stranger: Client, host: str) -> None:
    with pytest.raises((Blocked, CallFailed)) as refused:
        await stranger.request("GET", server.url(host=host))
    assert server.asked == []
    assert "MADANG_ALLOW_HOSTS" in str(refused.value) or "not an address" in str(refused.value)


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "gopher://127.0.0.1/", "ftp://x/", "//x", "", "http://", "http://[", "http://\0/"]
)
async def test_only_web_addresses_are_called(stranger: Client, url: str) -> None:
    with pytest.raises(CallFailed) as failed:
        await stranger.request("GET", url)
    assert not failed.value.sent


async def test_the_allow_list_lets_an_intranet_in(server: Server) -> None:
    for allow in (["127.0.0.1"], ["127.0.0.0/8"], ["::ffff:0:0/96", "127.0.0.1/32"]):
        client = Client(allow)
        assert (await client.request("GET", server.url())).body == b"ok"
        await client.close()


async def test_an_allowed_name_is_allowed_wherever_it_points(server: Server) -> None:
    client = Client(guard=Guard(["hooks.haneul.example"], _answering("127.0.0.1")))
    answer = await client.request("GET", server.url(host="Hooks.Haneul.example."))
    assert answer.ok
    await client.close()


def _answering(*addresses: str) -> Resolver:
    async def resolve(host: str, port: int) -> Sequence[str]:
        return addresses

    return resolve


async def test_a_name_with_one_closed_address_among_open_ones_is_refused() -> None:
    guard = Guard([], _answering("93.184.215.14", "127.0.0.1"))
    with pytest.raises(Blocked):
        await guard.addresses("two-faced.example", 80)


async def test_a_name_is_resolved_once_and_the_judged_address_is_called(server: Server) -> None:
    """DNS rebinding: harmless when judged, 127.0.0.1 when called. The second answer is never asked for."""
    asked: list[str] = []

    async def rebinding(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["127.0.0.99"]

    client = Client(guard=Guard(["127.0.0.1"], rebinding))
    assert (await client.request("GET", server.url(host="rebind.example"))).ok
    assert asked == ["rebind.example"]
    await client.close()


async def test_a_redirect_is_judged_like_any_address(server: Server) -> None:
    server.answers["/go"] = _redirect("http://169.254.169.254/latest")
    client = Client(["127.0.0.1"])
    with pytest.raises(Blocked):
        await client.request("GET", server.url("/go"), redirects=True)
    with pytest.raises(Blocked):
        _ = [part async for part in client.download(server.url("/go"), limit=10)]
    await client.close()


async def test_redirects_are_not_followed_unless_asked(server: Server, friend: Client) -> None:
    server.answers["/go"] = _redirect("/there")
    assert (await friend.request("POST", server.url("/go"), content=b"secret")).status == 302
    assert (await friend.request("GET", server.url("/go"), redirects=True)).status == 200
    assert server.asked == ["/go", "/go", "/there"]


async def test_a_ring_of_redirects_ends(server: Server, friend: Client) -> None:
    server.answers["/go"] = _redirect("/go")
    with pytest.raises(CallFailed):
        await friend.request("GET", server.url("/go"), redirects=True)


async def test_a_large_answer_is_cut_off(server: Server, friend: Client) -> None:
    server.answers["/"] = _said(b"200 OK", b"connection: close", b"", b"x" * 100_000)
    with pytest.raises(TooMuch):
        await friend.request("GET", server.url(), limit=99_999)
    with pytest.raises(TooMuch):
        _ = [part async for part in friend.download(server.url(), limit=99_999)]


async def test_an_answer_that_would_swell_is_refused(server: Server, friend: Client) -> None:
    server.answers["/"] = _said(b"200 OK", b"content-encoding: gzip", b"content-length: 1", b"", b"x")
    with pytest.raises(CallFailed, match="compressed"):
        await friend.request("GET", server.url())


async def test_silence_is_a_time_out_that_may_have_been_heard(server: Server, friend: Client) -> None:
    server.answers["/"] = b""
    with pytest.raises(TimedOut) as failed:
        await friend.request("POST", server.url(), json={"a": 1})
    assert failed.value.sent


async def test_a_drip_does_not_hold_us_for_ever(server: Server) -> None:
    client = Client(["127.0.0.1"], timeout=5, total=0.2)
    server.answers["/"] = b""
    with pytest.raises(TimedOut):
        await client.request("GET", server.url())
    await client.close()


async def test_a_closed_port_was_certainly_not_heard(server: Server, friend: Client) -> None:
    probe = await asyncio.start_server(server, "127.0.0.1", 0)
    free = probe.sockets[0].getsockname()[1]
    probe.close()
    await probe.wait_closed()
    with pytest.raises(CallFailed) as failed:
        await friend.request("GET", f"http://127.0.0.1:{free}/")
    assert not failed.value.sent


async def test_half_an_answer_is_no_answer(server: Server, friend: Client) -> None:
    server.answers["/"] = _said(b"200 OK", b"content-length: 50", b"", b"half")
    with pytest.raises(CallFailed) as failed:
        await friend.request("GET", server.url())
    assert failed.value.sent


async def test_a_file_is_streamed(server: Server, friend: Client) -> None:
    server.answers["/"] = _said(b"200 OK", b"content-length: 6", b"", "가나".encode())
    assert b"".join([part async for part in friend.download(server.url(), limit=6)]).decode() == "가나"
    server.answers["/gone"] = _said(b"404 Not Found", b"content-length: 0", b"", b"")
    with pytest.raises(CallFailed, match="404"):
        _ = [part async for part in friend.download(server.url("/gone"), limit=6)]
