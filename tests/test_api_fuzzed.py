"""The whole REST API, asked by schemathesis whatever its OpenAPI document allows, and what it does not allow."""

from __future__ import annotations

import asyncio
import json
import sys
from asyncio.subprocess import PIPE, STDOUT
from pathlib import Path

import pytest

from madang.tests.cast import SECRET
from tests.house import House

pytestmark = pytest.mark.slow

EXAMPLES = 4  # made up for each operation, beside those at the borders of what is allowed
SECONDS = 40  # of the whole run


async def asked(house: House, token: str, folder: Path, *options: str) -> tuple[int, str]:
    """(exit code, what it said) of a run over every operation. The same seed asks the same."""
    command = [str(Path(sys.executable).with_name("schemathesis")), "run", f"{house.url}/api/openapi.json"]
    command += ["--max-time", str(SECONDS), "--seed", "1", "--generation-database", "none", "--no-color"]
    command += ["--header", f"Authorization: Bearer {token}", "--warnings", "off", "--continue-on-failure"]
    process = await asyncio.create_subprocess_exec(*command, *options, cwd=folder, stdout=PIPE, stderr=STDOUT)
    told = (await process.communicate())[0].decode()
    return process.returncode or 0, told


async def test_no_question_makes_the_api_fail_and_none_is_answered_without_a_token(
    house: House, tmp_path: Path
) -> None:
    await house.verb("channel", "create", "api", "--name", "shop", "--set", f"secret={SECRET}")
    token = await house.verb("token", "create", "--name", "schemathesis", "--role", "administrator")
    checks = ("--checks", "not_a_server_error,ignored_auth", "--phases", "examples,coverage,fuzzing")
    report = tmp_path / "report.ndjson"
    kept = ("--max-examples", str(EXAMPLES), "--report-ndjson-path", str(report))
    code, told = await asked(house, token, tmp_path, *checks, *kept)
    print(told[-6000:])  # shown when the test fails
    assert code == 0
    statuses = {answer for line in report.read_text("utf-8").splitlines() for answer in statuses_of(json.loads(line))}
    assert {
        200,
        202,
        400,
        401,
        404,
    } <= statuses  # it came in, asked for what is not there, and was sent away without a token
    assert not any("failed" in line and "Traceback" in line for line in house.told)


def statuses_of(value: object) -> set[int]:
    """Every answer's status a line of the report tells of."""
    if isinstance(value, dict):
        found = {value["status_code"]} if isinstance(value.get("status_code"), int) else set()
        return found.union(*map(statuses_of, value.values()))
    if isinstance(value, list):
        return set().union(*map(statuses_of, value))
    return set()
