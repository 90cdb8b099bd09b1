"""What every channel promises, tried on each one found in the folder by the example it carries itself.

A new file in services/notify/channels is in here without a change to this one.
"""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable
from typing import Any
from urllib.parse import parse_qsl

import pytest
import pytest_asyncio
from provider_fakes import SECRET_WORDS, Answer, Call, FakeHttp, FakeSmtp, example_of, message
from push_service import opened_with

from schemas.vocabulary import Blame, Classification
from services.notify.channel_kit.gsm7 import segments
from services.notify.channels import Channel, Verdict, discover

KINDS = discover()
LINES = {name: kind for name, kind in KINDS.items() if kind.example.speaks in ("http", "smtp")}
each_channel = pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS.keys())
each_line = pytest.mark.parametrize("kind", LINES.values(), ids=LINES.keys())
LIMITED = {name: kind for name, kind in KINDS.items() if kind.capabilities.max_length is not None}
STORIES = {"accept": (200, "250 OK"), "later": (503, "451 4.3.2 Later"), "refuse": (403, "550 5.7.1 No")}


class OtherSide:
    """Whoever a channel speaks to, over HTTP or SMTP, with one way to script and to look at it."""

    def __init__(self, kind: type[Channel]) -> None:
        self.kind = kind
        self.server: FakeHttp | FakeSmtp = FakeHttp() if kind.example.speaks == "http" else FakeSmtp()

    @property
    def url(self) -> str:
        return self.server.url if isinstance(self.server, FakeHttp) else f"smtp://127.0.0.1:{self.server.port}"

    def says(self, *stories: str) -> None:
        if isinstance(self.server, FakeHttp):
            body = self.kind.example.answer
            self.server.says(
                *(Answer(STORIES[story][0], body if story == "accept" else {"no": 1}) for story in stories)
            )
        else:
            self.server.data = [STORIES[story][1] for story in stories]

    def is_silent(self) -> None:
        if isinstance(self.server, FakeHttp):
            self.server.says(Answer(silent=True))
        else:
            self.server.silent = True

    @property
    def bodies(self) -> list[bytes]:
        """Give what was said to it, one after another, without what belongs to the moment of a try."""
        if isinstance(self.server, FakeSmtp):
            return [mail.split(b"\n", 1)[1].replace(_boundary(mail), b"") for mail in self.server.mails]
        return [self._words(call) or json.dumps(call.query).encode() for call in self.server.calls]

    def _words(self, call: Call) -> bytes:
        """Give a call's body as its recipient reads it, who alone can open one that is sealed."""
        example = self.kind.example
        return opened_with(example.opens, example.address, call.raw) if example.opens else call.raw

    @property
    def ids_seen(self) -> list[bool]:
        """Say of each message whether the delivery's id came with it."""
        if isinstance(self.server, FakeSmtp):
            return [message().delivery_id.encode() in mail for mail in self.server.mails]
        return [
            message().delivery_id in f"{self._words(call)!r}{call.headers}{call.query}" for call in self.server.calls
        ]

    def strings(self) -> list[str]:
        """Give every string of the last message said to it over HTTP."""
        assert isinstance(self.server, FakeHttp)
        call = self.server.calls[-1]
        try:
            return list(_strings(json.loads(self._words(call))))
        except ValueError:
            return [value for _, value in parse_qsl(call.raw.decode())] + list(call.query.values())


def _boundary(mail: bytes) -> bytes:
    return mail.split(b'boundary="')[1].split(b'"')[0]


def _strings(value: Any) -> AsyncIterator[str] | Any:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _strings(inner)


@pytest_asyncio.fixture
async def other_side(kind: type[Channel]) -> AsyncIterator[OtherSide]:
    side = OtherSide(kind)
    await side.server.start()
    side.says("accept")
    yield side
    await side.server.stop()


Try = Callable[..., Any]


@pytest.fixture
def attempt(kind: type[Channel], other_side: OtherSide, opened: Any) -> Try:
    """Open the channel on its example and send to its example address."""
    kept: list[tuple[Channel, str]] = []

    async def _attempt(settings: dict[str, Any] | None = None, **changes: Any) -> Verdict:
        if not kept:
            kept.append(example_of(kind, other_side.url, **(settings or {})))
            await opened(kept[0][0])
        channel, address = kept[0]
        return await channel.send(message(**({"address": address} | changes)))

    return _attempt


@each_channel
def test_it_says_who_it_is_and_what_it_can(kind: type[Channel]):
    assert kind.name
    assert kind.name.replace("_", "").isalnum()
    assert kind.Settings.model_config["env_prefix"] == f"KENTONGAN_CHANNEL_{kind.name.upper()}_"
    assert all(field.description for field in kind.Settings.model_fields.values())
    assert kind.Settings.model_config.get("hide_input_in_errors") or not kind.Settings.model_fields
    assert Classification(kind.capabilities.carries)


@each_channel
def test_it_knows_an_address_from_what_is_none(kind: type[Channel]):
    channel, address = example_of(kind, "http://127.0.0.1:9")
    known = kind.canonical(address)
    assert known is not None
    assert known == kind.canonical(known)
    assert channel.valid(address)
    assert [bad for bad in kind.example.bad_addresses if kind.valid(bad)] == []


@each_line
async def test_a_message_taken_is_sent_or_delivered(kind: type[Channel], attempt: Try):
    verdict = await attempt()
    assert verdict.outcome in ("sent", "delivered")
    assert verdict.error == ""


@each_line
async def test_a_retry_is_the_same_message_under_the_same_id(kind: type[Channel], other_side: OtherSide, attempt: Try):
    other_side.says("later", "accept")
    assert (await attempt()).outcome == "again"
    assert (await attempt()).outcome in ("sent", "delivered")
    first, second = other_side.bodies
    assert first == second
    assert other_side.ids_seen == [kind.capabilities.tells_id] * 2


@each_line
async def test_trouble_there_means_again(kind: type[Channel], other_side: OtherSide, attempt: Try):
    other_side.says("later")
    assert (await attempt()).outcome == "again"


@each_line
async def test_many_at_once_all_arrive(kind: type[Channel], other_side: OtherSide, attempt: Try):
    await attempt()
    verdicts = await asyncio.gather(*(attempt() for _ in range(30)))
    assert {verdict.outcome for verdict in verdicts} <= {"sent", "delivered"}
    assert len(other_side.bodies) == 31


@each_line
async def test_a_refusal_means_never(kind: type[Channel], other_side: OtherSide, attempt: Try):
    other_side.says("refuse")
    verdict = await attempt()
    assert verdict.outcome == "never"
    assert verdict.error
    assert verdict.blame != Blame.LINE  # nothing that passes is never


@each_line
async def test_silence_means_again_and_is_not_waited_for_longer_than_a_lease(
    kind: type[Channel], other_side: OtherSide, attempt: Try
):
    assert kind.Settings.model_fields["timeout"].default <= 25
    other_side.is_silent()
    verdict = await attempt({"timeout": 0.2})
    assert (verdict.outcome, verdict.error) == ("again", "no answer in time")


@each_line
async def test_nobody_there_means_again(kind: type[Channel], nobody_there: str, opened: Any):
    channel, address = example_of(kind, nobody_there)
    await opened(channel)
    assert (await channel.send(message(address=address))).outcome == "again"


@each_line
async def test_an_address_that_is_none_means_never_and_nothing_is_said(
    kind: type[Channel], other_side: OtherSide, attempt: Try
):
    for bad in kind.example.bad_addresses:
        assert (await attempt(address=bad)).outcome == "never"
    assert other_side.bodies == []


@each_line
async def test_nothing_above_its_classification_is_said(kind: type[Channel], other_side: OtherSide, attempt: Try):
    verdict = await attempt(classification=Classification.SANGAT_RAHASIA)
    assert verdict == Verdict("never", error="classified above what this channel may carry", blame=Blame.MESSAGE)
    assert other_side.bodies == []


@pytest.mark.parametrize("kind", LIMITED.values(), ids=LIMITED.keys())
async def test_long_words_are_cut_to_its_length_and_the_link_stays(
    kind: type[Channel], other_side: OtherSide, attempt: Try
):
    most = kind.capabilities.max_length
    await attempt(body="Kerumunan “besar” € " * 900, short="Kerumunan “besar” € " * 400)
    assert most is not None
    said = other_side.strings()
    words = max(said, key=len)
    assert words.startswith("Kerumunan")
    assert len(words) <= most
    if kind.capabilities.segments == "gsm7":
        assert segments(words) <= 2
        assert "“" not in words
    assert any(message().url in text for text in said)  # type: ignore[operator]


@each_line
@pytest.mark.parametrize("story", ["accept", "later", "refuse", "silence"])
async def test_no_word_of_a_message_no_address_and_no_secret_is_told_to_errors_or_logs(
    kind: type[Channel], story: str, other_side: OtherSide, attempt: Try, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.DEBUG)
    logging.getLogger("mail.log").setLevel(logging.CRITICAL)  # the test's own mail server
    if story == "silence":
        other_side.is_silent()
    else:
        other_side.says(story)
    verdict = await attempt({"timeout": 0.2} if story == "silence" else None)
    told = verdict.error + caplog.text
    secrets = [str(value) for value in kind.example.settings.values() if "{" not in str(value)]
    for kept in (SECRET_WORDS, "4821", kind.example.address, *[secret for secret in secrets if len(secret) > 8]):
        assert kept not in told
    assert len(verdict.error) < 60


@each_line
async def test_it_closes_cleanly_twice_and_sends_nothing_afterwards(kind: type[Channel], other_side: OtherSide):
    channel, address = example_of(kind, other_side.url)
    await channel.close()
    await channel.open()
    assert (await channel.send(message(address=address))).outcome in ("sent", "delivered")
    await channel.close()
    await channel.close()
    assert (await channel.send(message(address=address))).outcome == "again"
    assert len(other_side.bodies) == 1
    await channel.open()
    assert (await channel.send(message(address=address))).outcome in ("sent", "delivered")
    await channel.close()


STRANGE: list[Any] = [
    None,
    [],
    {},
    "x",
    7,
    {"entry": "x"},
    {"entry": [{"changes": [{"field": "messages", "value": 1}]}]},
]
STRANGE += [{"message": {"from": [], "text": {}}}, {"event": [], "payload": None}, {"from": {}, "text": []}]
STRANGE += [
    {"id": True, "status": {"a": 1}, "at": "x"},
    {"event": "sms:received", "payload": {"sender": "GOPAY", "message": "x"}},
]


@each_channel
@pytest.mark.parametrize("payload", STRANGE, ids=range(len(STRANGE)))
def test_a_strangers_call_is_no_message_and_no_receipt(kind: type[Channel], payload: Any):
    channel, _ = example_of(kind, "http://127.0.0.1:9")
    assert channel.parse_inbound(payload) == []
    assert channel.parse_receipt(payload) == []


@each_channel
def test_its_inbound_door_is_shut_until_a_secret_is_set(kind: type[Channel]):
    channel, _ = example_of(kind, "http://127.0.0.1:9")
    assert not channel.authentic({}, b"{}")
    assert not channel.authentic({"authorization": "", "x-signature": "", "x-timestamp": "1"}, b"{}")
    assert channel.challenge({"hub.mode": "subscribe", "hub.verify_token": "", "hub.challenge": "1"}) is None
