"""`madang files`, and what starting says about a store that cannot be used."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from madang.lib.files.directory import Directory
from madang.tests.object_store import BUCKET, OWNER, ObjectStore, free_port, serving


def madang(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Call it as a shell would."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("MADANG_", "AWS_", "DATABASE"))}
    return subprocess.run(
        [sys.executable, "-m", "madang", *words], env=kept | environment, capture_output=True, text=True, timeout=60
    )


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ObjectStore]:
    yield from serving(tmp_path_factory.mktemp("s3"))


@pytest.fixture
def environment(server: ObjectStore, tmp_path: Path) -> dict[str, str]:
    return {
        "MADANG_DATA": str(tmp_path / "data"),
        "MADANG_FILES_ENDPOINT": f"http://127.0.0.1:{server.port}",
        "MADANG_FILES_KEY": OWNER[0],
        "MADANG_FILES_SECRET": OWNER[1],
    }


@pytest.mark.slow
def test_a_house_moves_into_a_bucket_and_back(environment: dict[str, str], tmp_path: Path) -> None:
    old = Directory(tmp_path / "data" / "files")
    kept = {asyncio.run(old.put(os.urandom(size))) for size in (0, 1, 300_000, 11 << 20)}
    url = f"s3://{BUCKET}/{tmp_path.name}"
    there = madang("files", "copy", "--to", url, **environment)
    assert there.returncode == 0, there.stderr
    assert json.loads(there.stdout)["copied"] == 4
    again = json.loads(madang("files", "copy", "--to", url, "--verify", **environment).stdout)
    assert (again["copied"], again["already"], again["broken"]) == (0, 4, {})
    moved = environment | {"MADANG_DATA": str(tmp_path / "other")}
    back = madang("files", "copy", "--from", url, "--to", "directory", **moved)
    assert json.loads(back.stdout)["copied"] == 4
    new = Directory(tmp_path / "other" / "files")
    assert all(asyncio.run(new.has(name)) for name in kept)


@pytest.mark.slow
def test_starting_says_what_is_wrong_and_no_secret(environment: dict[str, str], server: ObjectStore) -> None:
    url = f"s3://{BUCKET}/x"
    assert "writing and reading work" in madang("files", "check", MADANG_FILES_URL=url, **environment).stdout
    wrong = environment | {"MADANG_FILES_URL": url, "MADANG_FILES_SECRET": "not-the-secret-at-all"}
    for verb in (["files", "check"], ["web"], ["worker"], ["run", "--port", str(free_port())]):
        said = madang(*verb, **wrong)
        assert said.returncode == 1, verb
        assert "refuses our key (SignatureDoesNotMatch). Check MADANG_FILES_KEY" in said.stderr, verb
        assert "not-the-secret" not in said.stderr + said.stdout
        assert OWNER[0] not in said.stderr + said.stdout
        assert "Traceback" not in said.stderr
    nowhere = environment | {"MADANG_FILES_URL": "s3://nowhere-at-all", "MADANG_FILES_ENDPOINT": "http://127.0.0.1:1"}
    assert "cannot be reached: Connection refused" in madang("files", "check", **nowhere).stderr
