"""The signed webhook, beyond the contract every channel keeps."""

import asyncio
import base64
import contextlib
import hmac
import socket
import threading
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from uuid import UUID

import pytest
from provider_fakes import Answer, FakeHttp, example_of, message

from schemas.vocabulary import Classification
from services.notify.channel_kit.http_channel import forbidden
from services.notify.channels.webhook import Webhook, WebhookSettings, sign
from tests.servers import GENEROUS, until

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
KEY = base64.b64decode(SECRET[6:])


async def test_the_signature_is_the_one_of_the_standard_webhooks_reference():
    expected = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert expected == sign(KEY, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", b'{"test": 2432232314}')


async def test_the_body_is_a_cloud_event_whose_signature_the_receiver_can_check(http: FakeHttp, opened):
    channel, address = example_of(Webhook, http.url)
    await opened(channel)
    verdict = await channel.send(message(address=address))
    assert verdict.outcome == "delivered"
    call = http.calls[0]
    assert call.headers["content-type"] == "application/cloudevents+json"
    assert call.json == {
        "specversion": "1.0",
        "id": message().delivery_id,
        "source": "/kentongan",
        "type": "id.kentongan.alert.v1",
        "datacontenttype": "application/json",
        "time": "2026-11-24T03:04:05Z",
        "data": dict(message().data),
    }
    signed = f"{call.headers['webhook-id']}.{call.headers['webhook-timestamp']}.".encode() + call.raw
    expected = "v1," + base64.b64encode(hmac.digest(KEY, signed, "sha256")).decode()
    assert expected == call.headers["webhook-signature"]
    assert call.headers["webhook-id"] == message().delivery_id


async def test_data_may_hold_uuids_and_times_and_no_nan(http: FakeHttp, opened):
    channel, address = example_of(Webhook, http.url)
    await opened(channel)
    data = {"incident": UUID(int=7), "ack_due": datetime(2026, 1, 2, tzinfo=UTC), "score": float("nan")}
    assert (await channel.send(message(address=address, data=data))).outcome == "delivered"
    assert http.calls[0].json["data"] == {
        "incident": "00000000-0000-0000-0000-000000000007",
        "ack_due": "2026-01-02T00:00:00Z",
        "score": None,
    }


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
async def test_trouble_on_the_other_side_is_tried_again(http: FakeHttp, opened, status: int):
    http.says(Answer(status, headers={"Retry-After": "17"}))
    channel, address = example_of(Webhook, http.url)
    await opened(channel)
    verdict = await channel.send(message(address=address))
    assert (verdict.outcome, verdict.retry_after, verdict.error) == ("again", 17.0, f"HTTP {status}")


@pytest.mark.parametrize("status", [301, 302, 307, 308, 400, 401, 403, 404, 405, 410, 413, 422])
async def test_a_refusal_or_a_redirect_is_final_and_nothing_is_followed(http: FakeHttp, opened, status: int):
    http.says(Answer(status, headers={"Location": f"{http.url}/elsewhere"}))
    channel, address = example_of(Webhook, http.url)
    await opened(channel)
    verdict = await channel.send(message(address=address))
    assert (verdict.outcome, verdict.error) == ("never", f"HTTP {status}")
    assert [call.path for call in http.calls] == ["/alerts"]


async def test_a_retry_after_date_is_understood_and_no_pause_is_endless(http: FakeHttp, opened):
    channel, address = example_of(Webhook, http.url)
    await opened(channel)
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)
    waits = []
    for value in (soon, "999999999", "Wed, 01 Jan 2020 00:00:00 GMT", "nonsense", ""):
        http.says(Answer(503, headers={"Retry-After": value}))
        waits.append((await channel.send(message(address=address))).retry_after)
    assert 80 < (waits[0] or 0) <= 90
    assert waits[1:] == [3600.0, 1.0, None, None]


async def test_one_connection_serves_one_message_after_another_even_after_errors(http: FakeHttp, opened):
    channel, address = example_of(Webhook, http.url)
    await opened(channel)
    http.says(Answer(200), Answer(500, body={"why": "x" * 5000}), Answer(404), Answer(204))
    for _ in range(6):
        await channel.send(message(address=address))
    assert len(http.connections) == 1


async def test_an_endless_answer_costs_the_connection_not_our_memory(http: FakeHttp, opened):
    channel, address = example_of(Webhook, http.url)
    await opened(channel)
    http.says(Answer(200, body="x" * 3_000_000), Answer(200))
    assert (await channel.send(message(address=address))).outcome == "delivered"
    assert (await channel.send(message(address=address))).outcome == "delivered"


async def test_an_address_may_have_its_own_secret(http: FakeHttp, opened):
    own = "whsec_" + base64.b64encode(b"k" * 32).decode()
    channel, address = example_of(Webhook, http.url, secrets={http.url: SECRET, f"{http.url}/alerts": own})
    await opened(channel)
    await channel.send(message(address=address))
    call = http.calls[0]
    expected = sign(b"k" * 32, call.headers["webhook-id"], call.headers["webhook-timestamp"], call.raw)
    assert expected == call.headers["webhook-signature"]


@pytest.mark.parametrize("secret", ["", "geheim", "whsec_", "whsec_c2hvcnQ=", "whsec_***"])
async def test_a_weak_secret_is_refused_without_being_shown(secret: str):
    with pytest.raises(ValueError) as refused:
        WebhookSettings(secret=secret)
    assert not secret or f"'{secret}'" not in str(refused.value)


async def test_words_of_a_report_never_cross_an_open_line():
    channel, _ = example_of(Webhook, "http://unused")
    assert channel.carries_to("https://sink.example/a") == Classification.RAHASIA
    assert channel.carries_to("http://127.0.0.1:9/a") == Classification.RAHASIA
    assert channel.carries_to("http://sink.example/a") == Classification.BIASA
    refused = await channel.send(message(address="http://sink.example/a", classification=Classification.TERBATAS))
    assert refused.outcome == "never"
    assert b'"text":null' in channel.event(message(), private=False)
    assert b"ketapel" not in channel.event(message(), private=False)


@pytest.mark.parametrize("address", ["http://2852039166/latest", "http://0xa9fea9fe/latest"])
async def test_a_number_in_disguise_is_no_way_to_a_machines_own_metadata(opened, address: str):
    channel, _ = example_of(Webhook, "http://unused", timeout=2)
    await opened(channel)
    verdict = await channel.send(message(address=address))
    assert verdict.outcome in ("again", "never")
    assert "DNS" in verdict.error or verdict.outcome == "never"


@pytest.mark.parametrize(
    "host",
    [
        "169.254.169.254",
        "::ffff:169.254.169.254",
        "64:ff9b::a9fe:a9fe",
        "2002:a9fe:a9fe::1",
        "2001:0:a9fe:a9fe::1",
        "fe80::1%eth0",
        "fd00:ec2::254",
        "100.100.100.200",
        "::",
        "64:ff9b::0.0.0.0",
        "224.0.0.1",
        "ff02::1",
    ],
)
def test_no_form_of_a_metadata_address_is_one_to_tell(host: str):
    assert forbidden(host)
    assert not Webhook.valid(f"http://[{host}]/latest" if ":" in host else f"http://{host}/latest")


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "10.0.0.8", "2001:db8::1", "64:ff9b::808:808", "fd00::254", "sink.example"]
)
def test_an_address_of_the_office_or_the_world_is_one(host: str):
    assert not forbidden(host)


async def test_names_whose_server_says_nothing_hold_up_no_other_name(
    http: FakeHttp, opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers, asked, found = threading.Event(), [], socket.getaddrinfo

    def getaddrinfo(host, *given, **more):
        asked.append(host)
        if host.endswith(".hangs.example"):
            answers.wait()
            raise socket.gaierror(socket.EAI_AGAIN, "no answer")
        return found(host, *given, **more)

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    channel, address = example_of(Webhook, http.url)
    await opened(channel)
    hanging = [
        asyncio.create_task(channel.send(message(address=f"https://kantor{number}.hangs.example/hook")))
        for number in range(40)  # more than an event loop has threads for
    ]
    try:
        await until(lambda: len(asked) == len(hanging), "forty lookups")
        there = await channel.send(message(address=address.replace("127.0.0.1", "localhost")))
    finally:
        answers.set()
    assert there.outcome == "delivered"
    assert {verdict.outcome for verdict in await asyncio.gather(*hanging)} == {"again"}


async def test_a_receiver_that_answers_byte_by_byte_is_given_up_in_its_time(opened) -> None:
    ended = asyncio.Event()

    async def trickle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
            while not writer.is_closing():
                writer.write(b".")
                await writer.drain()
                await asyncio.sleep(0.01)
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()
        ended.set()

    server = await asyncio.start_server(trickle, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    channel = Webhook(WebhookSettings(secret=SECRET, timeout=0.5))
    await opened(channel)
    verdict = await channel.send(message(address=f"http://127.0.0.1:{port}/"))
    server.close()
    await asyncio.wait_for(ended.wait(), GENEROUS)  # else its line is left to whoever is tried next
    assert (verdict.outcome, verdict.error) == ("again", "no answer in time")
