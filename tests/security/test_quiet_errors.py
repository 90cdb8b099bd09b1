"""What nobody has caught is logged with its kind and its way, and without its words; a key stands in no command's words."""

import argparse
import logging
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

from services.cli import up
from services.runtime.logging import OneLine
from services.web.problem_details import set_up_problems
from tests.servers import GENEROUS

WORDS = "kata-rahasia-Qq81"
WAYS = {
    "the process": "raise ValueError(WORDS)",
    "a cause": "try:\n    raise ValueError(WORDS)\nexcept ValueError as error:\n    raise RuntimeError(WORDS) from error",
    "a group": "raise ExceptionGroup(WORDS, [ValueError(WORDS)])",
    "a thread": "threading.Thread(target=fail).start()",
    "what was being let go": "class One:\n    def __del__(self): fail()\nOne()",
    "a task": "asyncio.run(task())",
    "a callback": "asyncio.run(callback())",
    "a line with its error": "try:\n    fail()\nexcept ValueError:\n    logging.getLogger('uvicorn.error').exception('It')",
}
BEGINNING = """
import asyncio, logging, threading
from services.runtime.logging import keep_words_out, set_up_logging, unforeseen
WORDS = "-".join(("kata", "rahasia", "Qq81"))
set_up_logging("DEBUG")
keep_words_out()
def fail(*_):
    raise ValueError(WORDS)
async def later():
    fail()
async def task():
    asyncio.get_running_loop().set_exception_handler(unforeseen)
    made = asyncio.create_task(later())
    await asyncio.sleep(0)
    del made
    await asyncio.sleep(0)
async def callback():
    asyncio.get_running_loop().set_exception_handler(unforeseen)
    asyncio.get_running_loop().call_soon(fail, WORDS)
    await asyncio.sleep(0)
"""


@pytest.mark.parametrize("way", WAYS)
def test_an_error_that_nobody_caught_is_logged_without_its_words(way: str) -> None:
    told = subprocess.run(
        [sys.executable, "-c", BEGINNING + WAYS[way]], capture_output=True, text=True, timeout=GENEROUS, check=False
    )
    assert "ValueError" in told.stderr
    assert "<string>:" in told.stderr  # where
    assert WORDS not in told.stderr + told.stdout
    lines = [line for line in told.stderr.splitlines() if not line.startswith("    ")]
    assert len(lines) == 1, told.stderr


def test_a_line_about_an_error_keeps_what_is_no_word_of_it() -> None:
    try:
        int(WORDS)
    except ValueError:
        record = logging.LogRecord("x", logging.ERROR, "", 0, "sending of %d failed", (7,), sys.exc_info())
    assert (
        OneLine("%(message)s").format(record).startswith("sending of 7 failed\n    ValueError by test_quiet_errors.py:")
    )


async def test_a_broken_door_is_logged_by_its_route_not_by_its_address(caplog: pytest.LogCaptureFixture) -> None:
    """The address of an invitation, a button or a receipt is all that somebody needs to be taken for its owner."""
    app = FastAPI()
    set_up_problems(app)

    @app.get("/undangan/{token}")
    async def broken(token: str) -> None:
        raise RuntimeError(token)

    said: list[Any] = []

    async def send(message: Any) -> None:
        said.append(message)

    async def receive() -> Any:
        return {"type": "http.request", "body": b""}

    asked = {"type": "http", "method": "GET", "path": f"/undangan/{WORDS}", "query_string": f"kunci={WORDS}".encode()}
    await app({**asked, "headers": [], "root_path": "", "scheme": "http", "server": ("x", 80)}, receive, send)
    assert said[0]["status"] == 500
    assert WORDS not in repr(said)
    assert "GET /undangan/{token} failed: RuntimeError at test_quiet_errors.py" in caplog.text
    assert WORDS not in caplog.text


def test_the_sample_days_key_stands_in_no_words_of_a_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "demo-reports.jsonl").write_text("{}\n")
    calls: list[tuple[list[str], dict[str, str]]] = []

    def run(words: list[str], env: dict[str, str], **_: Any) -> subprocess.CompletedProcess[str]:
        calls.append((words, env))
        return subprocess.CompletedProcess(words, 0, f"kt_{WORDS}\n", "")

    monkeypatch.setattr(up.subprocess, "run", run)
    options = {"data": tmp_path, "demo": True, "host": "127.0.0.1", "port": 1, "nats_port": 2, "district": None}
    up._file_the_day(argparse.Namespace(**options, divert="", duties="", language="id"), "http://127.0.0.1:1")
    (_, _), (words, environment) = calls
    assert environment["KENTONGAN_KEY"] == f"kt_{WORDS}"
    assert WORDS not in " ".join(words)
