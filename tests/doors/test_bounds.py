"""What strangers send has bounds, in every way that is shipped: headers, time, connections, nesting, streams."""

import asyncio
import contextlib
import json
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from schemas.vocabulary import Role
from services.cli.serve_web import server_config
from services.runtime.settings import Settings
from services.web import bounded_http
from services.web.json_body import UnreadableError, read_json
from services.web.problem_details import body as problem_of
from tests.house import House
from tests.servers import GENEROUS, end_tasks, until

DEEP = "[" * 100_000
DEPTHS = (
    DEEP,
    '{"a":' * 100_000,
    DEEP + "]" * 100_000,
    f'{{"text": {"[" * 5000}{"]" * 5000}}}',
    '{"text": ' + "9" * 5000 + "}",
)


async def raw(house: House) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    return await asyncio.open_connection("127.0.0.1", house.settings.port, limit=1 << 20)


async def test_deep_json_without_a_key_is_never_our_fault(house: House) -> None:
    """A device's receipt was parsed before it was believed, by a parser that recursed: 500."""
    described = (await house.call("GET", "/v1/openapi.json")).body
    tried = 0
    for path, methods in described["paths"].items():
        where = path.replace("{id}", "7d3c1f0a-6a53-4c84-9f0e-0c3a5f1e8b11").replace("{gateway}", "sms")
        for method in methods:
            if method not in ("post", "put", "patch"):
                continue
            for body in DEPTHS:
                async with house.client.request(
                    method.upper(), where, data=body, headers={"Content-Type": "application/json"}
                ) as told:
                    assert told.status < 500, (path, body[:12], told.status)
                    tried += 1
    assert tried > 50
    for body in DEPTHS:  # and what no page describes
        async with house.client.post("/v1/reports", data=body, headers={"Content-Type": "application/json"}) as told:
            assert told.status in (400, 413, 422)


@pytest.mark.parametrize("body", [DEEP, b"\xff", "", "NaN", "9" * 5000, '{"a": 1' + "0" * 5000 + "}", '"\\ud800"'])
def test_the_one_parser_has_one_error(body: Any) -> None:
    with pytest.raises(UnreadableError):
        read_json(body)


async def test_headers_end_in_size(house: House) -> None:
    """One header of 300 MB was once taken into memory."""
    for start in (b"GET / HTTP/1.1\r\nX: ", b"GET /", b"GET / HTTP/1.1\r\n", b"\r\n"):
        reader, writer = await raw(house)
        writer.write(start)
        piece, sent = b"a" * 65_536, 0
        if start.endswith(b"1.1\r\n"):
            piece = b"X-A: b\r\n" * 8192
        try:
            while sent < 3_000_000 and not reader.at_eof():
                writer.write(piece)
                await writer.drain()
                sent += len(piece)
                await asyncio.sleep(0)
            said = await asyncio.wait_for(reader.read(), GENEROUS)
        except (ConnectionError, asyncio.IncompleteReadError):
            said = b"HTTP/1.1 431"
        assert said.startswith((b"HTTP/1.1 431", b"HTTP/1.1 400")), (start, said[:60])
        writer.close()


async def test_half_a_request_ends_in_time(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded_http, "HEADER_SECONDS", 0.2)
    for half in (b"", b"GET", b"GET / HTTP/1.1\r\nHost: x\r\n", b"GET / HTTP/1.1\r\nHo"):
        reader, writer = await raw(house)
        writer.write(half)
        assert (await asyncio.wait_for(reader.read(), GENEROUS)).startswith(b"HTTP/1.1 408")
        writer.close()


@pytest.mark.parametrize(
    "head",
    [
        b"POST /v1/inbound/sms HTTP/1.1\r\nContent-Type: application/json\r\n",
        b"POST /v1/reports HTTP/1.1\r\nContent-Type: application/json\r\n",
        b"POST /masuk HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\n",
        b"POST /v1/incidents/x/merges HTTP/1.1\r\nContent-Type: application/json\r\n",
        b"GET /healthz HTTP/1.1\r\n",  # answered at once, and nobody reads its body
        b"GET /tidak-ada HTTP/1.1\r\n",
    ],
)
async def test_a_body_byte_by_byte_ends_in_time(house: House, monkeypatch: pytest.MonkeyPatch, head: bytes) -> None:
    """A byte each twenty-nine seconds held a place for months, in front of every door."""
    monkeypatch.setattr(bounded_http, "BODY_SECONDS", 0.5)
    reader, writer = await raw(house)
    writer.write(head + b"Host: x\r\nContent-Length: 100000\r\n\r\n")

    async def drip() -> None:
        while not writer.is_closing():
            writer.write(b"a")
            await writer.drain()
            await asyncio.sleep(0.05)

    dripping = asyncio.create_task(drip())
    with contextlib.suppress(ConnectionError):
        await asyncio.wait_for(reader.read(), 10)
    await end_tasks([dripping])
    writer.close()
    await until(lambda: not bounded_http.BoundedHttp._of_address, "the end of the connection")


async def test_one_address_holds_no_more_than_its_share(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three thousand half requests once stood open at a time."""
    monkeypatch.setattr(bounded_http, "OF_ONE_ADDRESS", 20)
    opened = [await raw(house) for _ in range(40)]
    refused = 0
    for reader, _ in opened[20:]:
        said = await asyncio.wait_for(reader.read(), GENEROUS)
        refused += said.startswith(b"HTTP/1.1 503") and b"\r\nretry-after: 5\r\n" in said
        assert not said or json.loads(said.partition(b"\r\n\r\n")[2]) == problem_of(503)
    assert refused >= 19
    for _, writer in opened:
        writer.close()
    await until(lambda: not bounded_http.BoundedHttp._of_address, "the end of the connections")
    assert (await house.call("GET", "/healthz")).status == 200


async def test_a_request_in_many_pieces_and_several_on_one_line_are_served(house: House) -> None:
    reader, writer = await raw(house)
    request = b"GET /healthz HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 20_000 + b"\r\n\r\n"
    for _ in range(3):
        for at in range(0, len(request), 1000):
            writer.write(request[at : at + 1000])
            await writer.drain()
        head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), GENEROUS)
        assert head.startswith(b"HTTP/1.1 200")
        length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        await reader.readexactly(length)
    writer.close()


async def test_five_event_streams_for_one_reader(house: House) -> None:
    """One session once held 510 of them."""
    key = await house.key("layar", Role.COORDINATOR, "KESBANG")
    other = await house.key("lain", Role.COORDINATOR, "KESBANG")
    headers = {"Authorization": f"Bearer {key}"}
    streams = [await house.client.get("/v1/events", headers=headers) for _ in range(5)]
    for one in streams:
        assert one.status == 200
        await one.content.readany()
    async with house.client.get("/v1/events", headers=headers) as sixth:
        assert (sixth.status, sixth.headers["retry-after"]) == (429, "5")
    async with house.client.get("/v1/events", headers={"Authorization": f"Bearer {other}"}) as anothers:
        assert anothers.status == 200
    streams[0].close()

    async def comes_in() -> bool:
        async with house.client.get("/v1/events", headers=headers) as again:
            return again.status == 200

    async with asyncio.timeout(GENEROUS):
        while not await comes_in():  # noqa: ASYNC110 - the server is asked
            await asyncio.sleep(0.05)
    for one in streams:
        one.close()


def test_every_shipped_way_has_the_bounds() -> None:
    deploy = Path(__file__).resolve().parents[2] / "deploy"
    config = server_config(None, Settings())  # type: ignore[arg-type]
    assert isinstance(config, uvicorn.Config)
    assert config.http is bounded_http.BoundedHttp
    caddy = (deploy / "Caddyfile").read_text(encoding="utf-8")
    for word in ("max_header_size 32KB", "read_header 10s", "read_body", "idle", "max_size"):
        assert word in caddy
