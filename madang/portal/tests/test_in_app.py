"""docs/in-app.md gives commands to copy: each is run as it stands, by a shell, against a chat that is served."""

from __future__ import annotations

import asyncio
import json
import re
import uuid
from pathlib import Path

import pytest

from madang.portal.tests.site import SECRET, Site, eventually
from madang.push.tests.test_push import Service
from madang.tests import cast

PAGE = (Path(__file__).parents[3] / "docs" / "in-app.md").read_text("utf-8")
HASH, BEGIN, SAY, FILE, READ, RECEIPT, NOTICE = re.findall(r"^```sh\n(.*?)^```$", PAGE, re.S | re.M)


async def run(command: str, **names: str) -> str:
    """What a command of the page prints."""
    environment = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8"} | names
    pipe = asyncio.subprocess.PIPE
    done = await asyncio.create_subprocess_exec("bash", "-c", command, env=environment, stdout=pipe, stderr=pipe)
    out, err = await asyncio.wait_for(done.communicate(), 20)
    assert done.returncode == 0, err.decode()
    return out.decode()


@pytest.mark.slow
async def test_a_signed_user_speaks_by_rest_as_the_page_says(site: Site) -> None:
    ada = await cast.agent(site.ground)
    here = {"MADANG": site.url, "CHAT": site.key, "USER_ID": "user-42", "IDENTITY_SECRET": SECRET}
    here["HASH"] = (await run(f"{HASH}echo -n $HASH", **here)).strip()
    here["TOKEN"] = json.loads(await run(BEGIN, **here))["token"]
    assert json.loads(await run(FILE, **here))["name"] == "receipt.txt"
    message = str(uuid.uuid4())
    for _ in range(2):
        assert json.loads(await run(SAY, **here, MESSAGE_ID=message)) == {"ok": True}
    (conversation,) = await eventually(site.conversations)
    await site.answer(ada, "내일이요", conversation)

    async def answered() -> dict[str, str]:
        said = json.loads(await run(READ, **here))["messages"]
        ours: list[dict[str, str]] = [one for one in said if one["dir"] == "out"]
        assert [one["text"] for one in said if one["dir"] == "in"] == ["언제 오나요?"]
        return ours[0] if ours else {}

    answer = await eventually(answered, 15)
    assert answer["text"] == "내일이요"
    await run(RECEIPT, **here, ANSWER_ID=answer["id"], MARK=answer["mark"])

    async def read() -> bool:
        return bool(json.loads(await run(READ, **here))["messages"][-1]["state"] == "read")

    await eventually(read, 15)
    browser = Service()
    browser.url = "https://push.example"
    assert await run(NOTICE, **here, SUBSCRIPTION=json.dumps(browser.browser())) == "204"
    stranger = await run(BEGIN, **here | {"HASH": "0" * 64})
    assert "token" not in stranger
