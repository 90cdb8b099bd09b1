"""Nothing personal and no secret comes out where it may not: planted values are looked for in every place.

One installation runs for all of these tests (planted.py); places.py says where is looked and what may stand where.
"""

import asyncio
import gzip
import json
import resource
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable

import aiohttp
import pytest
import pytest_asyncio
from aiosmtpd.smtp import AuthResult

from tests.channels.provider_fakes import FakeSmtp
from tests.doors.oidc_provider import small_provider
from tests.kill.installation import Installation
from tests.security.breaking import sitecustomize as broken
from tests.security.places import ALLOWED, PLACES, found_in, leaks, open_files, processes, writing_cores
from tests.security.planted import PERSONAL, TEXT, Planted, settings
from tests.servers import Sink

pytestmark = [pytest.mark.nats, pytest.mark.long, pytest.mark.asyncio(loop_scope="module")]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def planted(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Planted]:
    """Start everything, with what it sends to and asks, and plant."""
    sink, mail = await Sink().start(), FakeSmtp(authenticator=_lets_in, auth_require_tls=False)
    mail.rcpt = ["250 OK", f"550 5.1.1 no mailbox for {PERSONAL['mail']}: {PERSONAL['number']} {TEXT}"[:400]]
    await mail.start()
    # As on a machine that keeps what crashes: what is started inherits it.
    resource.setrlimit(resource.RLIMIT_CORE, (resource.getrlimit(resource.RLIMIT_CORE)[1],) * 2)
    with small_provider(time.time) as provider:
        environment, secret = settings(sink, mail, provider)
        running = Installation(tmp_path_factory.mktemp("planted"), "", **environment)
        async with running:
            one = Planted(running, sink, mail, provider, secret)
            await one.plant()
            yield one
            if one.started is not None:
                await one.started.communicate(b"")  # the end of its input is its own end
    await mail.stop()
    await sink.stop()


def _lets_in(*_: object) -> AuthResult:
    return AuthResult(success=True)


@pytest.mark.parametrize("place", PLACES)
async def test_no_planted_value_stands_where_it_may_not(planted: Planted, place: str) -> None:
    assert await leaks(planted, place, planted.values) == set()


@pytest.mark.parametrize("place", sorted({place for place, _ in ALLOWED}))
async def test_what_is_allowed_in_a_place_is_needed_there(planted: Planted, place: str) -> None:
    named = {name for name, _ in found_in(await PLACES[place](planted), planted.values)}
    assert {name for where, name in ALLOWED if where == place} - named == set()


async def test_every_command_and_door_was_there(planted: Planted) -> None:
    """Else nothing was planted, or nothing said anything."""
    assert [words for words, told in planted.said.items() if "usage: " in told] == []
    statuses = {one.answer.status for one in planted.heard}
    assert {303, 400, 401, 403, 404, 415, 422, 500, 503} <= statuses
    logged = b"".join(file.read_bytes() for file in (planted.running.data / "log").glob("*.log")).decode()
    for kind in ("POST /v1/reports failed: RuntimeError", "POST /lapor failed: RuntimeError", "is left to a person"):
        assert kind in logged
    for kind in ("a task failed: RuntimeError", "broke: RuntimeError", "is not understood: a dead letter"):
        assert kind in logged
    assert "the sign-in provider answers 200 with something that is no JSON" in logged
    assert "the sign-in provider says that it is another issuer" in logged


async def test_nobody_else_reads_a_file_and_no_crash_writes_one(planted: Planted) -> None:
    assert open_files(planted) == []
    assert len(planted.running.pids()) >= 6  # up, its fork server, the bus and three services
    assert writing_cores(planted) == []
    told = await processes(planted)
    assert len([where for where in told if where.startswith("words of")]) >= 6
    assert b"KENTONGAN_" not in told["environment of the bus"]


# -- a leak that is made on purpose is found ---------------------------------------------------------------------------


async def _log(planted: Planted, number: str) -> None:
    planted._post(planted.caller(), "/v1/reports", {"text": f"{broken.LEAK_LOG} {number}"})


async def _answer(planted: Planted, number: str) -> None:
    planted._post(planted.caller(), "/v1/reports", {"text": f"{broken.LEAK_ANSWER} {number}"})


async def _metric(planted: Planted, number: str) -> None:
    planted.caller().post(f"/v1/inbound/{broken.LEAK_METRIC}-{number}", {})


async def _head(planted: Planted, number: str) -> None:
    bus = await planted.bus("pages")
    await bus.js.publish("report.filed.35.23.00", b"x", headers={"ce-subject": number})
    await bus.close()


async def _message(planted: Planted, number: str) -> None:
    headers = {"webhook-id": "bocor"}
    async with aiohttp.ClientSession() as client:
        await client.post(f"{planted.sink.url}/POLRES/-/kait", json={"text": number}, headers=headers)


async def _line(planted: Planted, number: str) -> None:
    with planted.store() as store:
        store.write_now(lambda tx: tx.audit("address.shown", "office", address=number))
        store.seal_now()


async def _command(planted: Planted, number: str) -> None:
    words = ("person", "add", number, "--login", "bocor-uji", "--role", "member", "--password-stdin")
    await planted.office(*words, told="\n")
    await planted.office("person", "list")


async def _backup(planted: Planted, number: str) -> None:
    plain = planted.running.data.parent / "salinan.polos.gz"
    plain.write_bytes(gzip.compress(json.dumps([number]).encode()))


async def _file(planted: Planted, number: str) -> None:
    (planted.running.data / "catatan.txt").write_text(number)


async def _process(planted: Planted, number: str) -> None:
    environment = {**planted.running.environment, "KENTONGAN_DATA": str(planted.running.data)}
    words = (sys.executable, "-c", "import sys; sys.stdin.read()", number)
    planted.started = await asyncio.create_subprocess_exec(*words, stdin=asyncio.subprocess.PIPE, env=environment)


LEAKS: dict[str, Callable[[Planted, str], Awaitable[None]]] = {
    "logs": _log,
    "answers": _answer,
    "metrics": _metric,
    "bus": _head,
    "messages": _message,
    "audit": _line,
    "commands": _command,
    "backup": _backup,
    "folder": _file,
    "processes": _process,
    "store": _line,
}


@pytest.mark.parametrize("place", LEAKS)
async def test_a_leak_that_is_made_on_purpose_is_found(planted: Planted, place: str) -> None:
    leaked = {"a number": f"08129009911{list(LEAKS).index(place):02}"}
    assert await leaks(planted, place, leaked) == set()
    await LEAKS[place](planted, leaked["a number"])
    assert await leaks(planted, place, leaked) != set()


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("your code is 739164.", True),
        ("login=739164&next=/", True),
        ('{"kode":"739164"}', True),
        ("pages739164office", True),  # columns of a row, as SQLite puts them side by side
        ("7391641733018400", False),  # nanoseconds
        ("at 2026-12-01T01:00:00.739164+00:00", False),
        ("took 0.739164 s", False),
        ("01890a5d-ac96-774b-bcce-b30273916408", False),
        ("head 9f86d0818847391642a4d3f5c0de1122", False),
    ],
)
async def test_a_short_value_is_found_as_a_word_and_not_by_chance_in_a_digest(said: str, *, found: bool) -> None:
    named = found_in({"here": said.encode()}, {"a code": "739164"})
    assert named == ({("a code", "here")} if found else set())


async def test_a_file_that_others_may_read_is_found(planted: Planted) -> None:
    (planted.running.data / "kentongan.db").chmod(0o640)
    assert open_files(planted) != []
