"""Files of visitors when they are kept in an S3-compatible store: the same, and honest while it is away."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest

from madang.connectors.webchat.simulator import Visitor
from madang.ground import Ground
from madang.portal.tests.site import Site
from madang.settings import Settings
from madang.tests.object_store import BUCKET, OWNER, ObjectStore, serving

pytestmark = pytest.mark.slow
SONG = b"ID3\x03\x00" + os.urandom(3 << 20)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ObjectStore]:
    yield from serving(tmp_path_factory.mktemp("s3"))


@pytest.fixture
async def ground(settings: Settings, database_url: str, server: ObjectStore) -> AsyncIterator[Ground]:
    """What a process stands on when there are several machines."""
    elsewhere: dict[str, Any] = {
        "files_url": f"s3://{BUCKET}/house",
        "files_endpoint": f"http://127.0.0.1:{server.port}",
        "files_key": OWNER[0],
        "files_secret": OWNER[1],
        "files_path_style": True,
    }
    made = Ground.open(replace(settings, **elsewhere), database_url, pool=5)
    yield made
    await made.close()


async def test_a_file_travels_through_the_bucket_whole_and_in_parts(site: Site) -> None:
    async with Visitor.at(site.url, site.key) as mina:
        await mina.open()
        made = await mina.upload("노래.mp3", SONG, "audio/mpeg")
        assert (made["mime"], made["size"]) == ("audio/mpeg", len(SONG))
        assert (await mina.download(made["key"])).content == SONG
        part = await mina.download(made["key"], range="bytes=1048570-1048589")
    assert (part.status_code, part.content) == (206, SONG[1048570:1048590])
    assert part.headers["content-range"] == f"bytes 1048570-1048589/{len(SONG)}"
    assert list((site.ground.settings.data / "files").rglob("*")) == []  # nothing of it stays on this machine


async def test_while_the_store_is_away_everybody_is_told_and_words_go_on(site: Site, server: ObjectStore) -> None:
    async with Visitor.at(site.url, site.key) as mina:
        await mina.open()
        made = await mina.upload("a.txt", b"first", "text/plain")
        server.kill()
        try:
            assert (await mina.download(made["key"])).status_code == 503
            with pytest.raises(httpx.HTTPStatusError) as told:
                await mina.upload("b.txt", b"second", "text/plain")
            assert told.value.response.status_code == 503
            assert "try again" in told.value.response.text
            assert OWNER[0] not in told.value.response.text
            await mina.say("is anybody there?")
        finally:
            server.start()
        assert (await mina.download(made["key"])).content == b"first"
