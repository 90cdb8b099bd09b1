"""Apprise: what its services are handed, what their answers mean, and what they are kept from."""

import asyncio
import logging
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from provider_fakes import Answer, FakeHttp, example_of, message

from services.notify.channel_kit.thread_guard import watching
from services.notify.channels import Blame, Channel, ChannelSettingsError, Verdict, discover, set_up
from services.notify.channels.apprise import LOCAL, Apprise, known

ROOT = Path(__file__).parents[2]
SECRET = "kunci-Xk29fQ7a"


async def sent(
    http: FakeHttp, opened: Any, address: str, settings: dict[str, Any] | None = None, **changes: Any
) -> Verdict:
    channel, _ = example_of(Apprise, http.url, **({"schemas": address.partition("://")[0]} | (settings or {})))
    await opened(channel)
    where = address.replace("{server}", http.url.removeprefix("http://"))
    return await channel.send(message(**({"address": where} | changes)))


async def test_a_service_is_handed_subject_words_and_link_under_our_name(http: FakeHttp, opened):
    verdict = await sent(http, opened, "json://{server}/hook", urgent=True)
    assert verdict == Verdict("sent")
    assert http.calls[0].path == "/hook"
    assert http.calls[0].headers["user-agent"] == "Kentongan"
    assert http.calls[0].json == {
        "version": "1.0",
        "title": message().subject,
        "message": f"{message().body}\n{message().url}",
        "attachments": [],
        "type": "warning",
    }


@pytest.mark.parametrize(
    ("address", "most"),
    [
        ("rocket://aaaaaaaaaaaaaaaaaaaa%2Fbbbbbbbbbbbbbbbbbbbb@{server}/#piket", 1000),
        ("mmost://{server}/" + "k" * 26, 4000),
    ],
)
async def test_words_are_cut_to_what_a_service_holds_in_one_message_and_the_link_stays(
    http: FakeHttp, opened, address: str, most: int
):
    verdict = await sent(http, opened, address, short="Kerumunan <besar> & ramai. " * 400, body="Kerumunan " * 4000)
    assert verdict.outcome == "sent"
    assert len(http.calls) == 1
    said = http.calls[0].json["text"]
    assert len(said) <= most
    assert said.endswith(f"...\n{message().url}")
    assert http.calls[0].raw.count(b"http") == 1  # and no picture of somebody else's beside it


async def test_where_the_subject_counts_too_both_are_cut_to_one_message(http: FakeHttp, opened):
    http.says(Answer(201, {}))
    verdict = await sent(
        http, opened, "nctalk://piket:rahasia@{server}/ruang", short="Kerumunan " * 3500, body="Kerumunan " * 4000
    )
    assert verdict.outcome == "sent"
    assert len(http.calls) == 1
    said = http.calls[0].json["message"]
    assert len(said) <= 32000
    assert said.startswith(message().subject)
    assert said.endswith(f"...\n{message().url}")


async def test_a_screen_of_two_lines_shows_the_link_too(http: FakeHttp, opened):
    assert (await sent(http, opened, "kodi://{server}/")).outcome == "sent"
    assert http.calls[0].json["params"]["message"].endswith(f" {message().url}")


@pytest.mark.parametrize(
    ("status", "outcome"),
    [(302, "never"), (401, "never"), (404, "never"), (429, "again"), (408, "again"), (500, "again"), (503, "again")],
)
async def test_the_status_of_a_refusal_says_whether_it_passes(http: FakeHttp, opened, status: int, outcome: str):
    http.says(Answer(status, {}, {"Location": f"{http.url}/elsewhere"}))
    verdict = await sent(http, opened, "mmost://{server}/" + "k" * 26)
    assert (verdict.outcome, verdict.error) == (outcome, f"{'Apprise' if outcome == 'never' else 'HTTP'} {status}")
    assert len(http.calls) == 1


@pytest.mark.parametrize(
    ("said", "statuses"),
    [
        ("Failed to send JSON POST notification: Unauthorized, error=401.", [401]),
        ("QQ Push notification failed: 404 - Not Found", [404]),
        ("A Connection error occurred sending JSON notification to 10.0.0.1.", []),
        ("Telegram responded error=7, error=99999", []),
    ],
)
def test_a_status_is_heard_in_either_way_plugins_say_it_and_nothing_else_is_taken_for_one(
    said: str, statuses: list[int], caplog: pytest.LogCaptureFixture
):
    known()
    with watching() as watch:
        logging.getLogger("apprise").warning(said)
    assert watch.statuses == statuses
    assert caplog.text == ""


async def test_a_refusal_without_a_status_is_tried_again(nobody_there: str, opened):
    channel, address = example_of(Apprise, nobody_there)
    await opened(channel)
    assert await channel.send(message(address=address)) == Verdict("again", error="service did not take it")


async def test_an_address_cannot_ask_for_retries_redirects_or_for_failures_to_be_hidden(http: FakeHttp, opened):
    http.says(Answer(503))
    address = "json://{server}/hook?retry=3&wait=0.1&optional=yes&redirect=yes&overflow=split&rto=60&cto=60"
    assert (await sent(http, opened, address)).outcome == "again"
    assert len(http.calls) == 1
    http.calls.clear()
    http.says(Answer(307, {}, {"Location": f"{http.url}/elsewhere"}))
    assert (await sent(http, opened, address)).outcome == "never"
    assert len(http.calls) == 1


async def test_no_part_of_an_address_is_logged_however_much_is_logged(
    http: FakeHttp, opened, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.DEBUG)
    http.says(Answer(403), Answer(200))
    for _ in range(2):
        await sent(http, opened, f"json://piket:{SECRET}@{{server}}/{SECRET}?+Authorization={SECRET}")
    assert len(http.calls) == 2
    assert Apprise.canonical(f"slack://{SECRET}") is None
    assert Apprise.canonical(f"json://{SECRET}:99999999/{SECRET}?overflow={SECRET}") is not None
    assert SECRET not in caplog.text
    assert message().body not in caplog.text


async def test_a_status_is_heard_however_little_is_logged(http: FakeHttp, opened):
    root = logging.getLogger()
    before = root.level
    root.setLevel(logging.CRITICAL)
    try:
        http.says(Answer(404))
        assert (await sent(http, opened, "json://{server}/")).error == "Apprise 404"
    finally:
        root.setLevel(before)


async def test_a_service_that_hangs_does_not_hold_the_next_one_up_for_ever(http: FakeHttp, opened):
    http.says(Answer(silent=True), Answer(200))
    channel, address = example_of(Apprise, http.url, timeout=0.3, at_once=1)
    await opened(channel)
    both = asyncio.gather(*(channel.send(message(address=address)) for _ in range(2)))
    await http.asked.wait()
    assert [one.daemon for one in threading.enumerate() if one.name == "apprise"] == [True]  # no exit waits for it
    first, second = await both
    assert first == Verdict("again", error="no answer in time")
    # The second had no thread, or had it in the instant in which the first one's time was over: it says which.
    assert second in (first, Verdict("sent"))
    assert len(http.calls) == (1 if second == first else 2)  # what it says was not sent was not sent behind our back
    assert (await channel.send(message(address=address))).outcome == "sent"


async def test_a_kind_that_was_not_allowed_is_refused_and_nothing_is_said(http: FakeHttp, opened):
    verdict = await sent(http, opened, "json://{server}/", {"schemas": "jsons, SLACK"})
    assert verdict == Verdict("never", error="kind of address is not allowed here", blame=Blame.ACCOUNT)
    assert http.calls == []


@pytest.mark.parametrize("schema", sorted(LOCAL))
def test_what_speaks_to_this_machine_is_refused_always(schema: str, monkeypatch: pytest.MonkeyPatch):
    assert Apprise.canonical(f"{schema}://localhost/") is None
    monkeypatch.setenv("KENTONGAN_CHANNEL_APPRISE_SCHEMAS", f"json,{schema}")
    with pytest.raises(ChannelSettingsError, match=f"SCHEMAS: .*{schema} speaks to this machine"):
        set_up({"apprise": Apprise})


def test_every_local_plugin_of_the_library_is_among_those_refused():
    from apprise import NotificationManager

    local = {"blink1", "dbus", "glib", "gnome", "macosx", "syslog", "windows"}
    found = {name for name, kind in _plugins(NotificationManager()).items() if kind.__module__.split(".")[-1] in local}
    assert found == LOCAL
    assert known() & LOCAL == set()


def _plugins(manager: Any) -> dict[str, Any]:
    return {schema: manager[schema] for schema in manager.schemas()}


def test_an_unknown_kind_stops_the_start_with_its_name(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("KENTONGAN_CHANNEL_APPRISE_SCHEMAS", "json,merpati")
    with pytest.raises(ChannelSettingsError, match=r"KENTONGAN_CHANNEL_APPRISE_SCHEMAS: .*merpati is not known"):
        set_up({"apprise": Apprise})


def test_it_is_off_and_not_even_loaded_until_kinds_are_allowed(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("KENTONGAN_CHANNEL_APPRISE_TIMEOUT", "")
    assert "apprise" not in set_up(discover())
    code = "import sys; from services.notify.channels import *; set_up(discover()); print('apprise' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert told.stdout == "False\n"


@pytest.mark.parametrize(
    "address",
    [
        "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#piket/#semua",  # half reached looks like none reached
        "json://0.0.0.0/",
        "json://[fe80::1]/",
        "json://224.0.0.1/",
        f"workflows://prod-01.azurelogic.example:443/643e69f83c8944/{SECRET}?template={Path(__file__)}",
        f"workflows://prod-01.azurelogic.example:443/643e69f83c8944/{SECRET}?template=http://127.0.0.1/x",
        "json://sink.example/" + "x" * 1500,
    ],
)
def test_an_address_of_many_of_nobody_or_of_a_file_here_is_none(address: str):
    assert Apprise.canonical(address) is None


def test_the_rest_of_an_address_is_not_shown():
    assert Apprise.canonical(f"JSONS://sink.example/{SECRET}") == f"jsons://sink.example/{SECRET}"
    assert Apprise.shown(f"jsons://sink.example/{SECRET}") == "jsons://***"


async def test_a_number_in_disguise_is_no_way_to_a_machines_own_metadata(http: FakeHttp, opened):
    disguised = "json://2852039166/latest"  # 169.254.169.254
    assert await sent(http, opened, disguised) == Verdict(
        "never", error="no address that may be called", blame=Blame.ADDRESS
    )


def _connect(where: tuple[str, int] | str) -> None:
    family = socket.AF_UNIX if isinstance(where, str) else socket.AF_INET
    with socket.socket(family) as line:
        line.connect(where)


def _datagram() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.sendto(b"x", ("169.254.169.254", 514))


@pytest.mark.parametrize(
    "deed",
    [
        lambda: _connect(("169.254.169.254", 80)),
        lambda: _connect(("2852039166", 80)),
        lambda: _connect("/run/systemd/journal/stdout"),
        _datagram,
        lambda: subprocess.run(["true"], check=True),
        lambda: os.system("true"),
    ],
    ids=["number", "disguise", "file", "datagram", "program", "shell"],
)
def test_a_watched_library_is_stopped_before_it_goes_where_nobody_may(deed: Callable[[], None]):
    with watching() as watch, pytest.raises(OSError, match="no address that may be called"):
        deed()
    assert watch.stopped


def test_what_is_not_watched_is_left_alone_and_what_is_may_call_others():
    with socket.create_server(("127.0.0.1", 0)) as server, watching() as watch:
        _connect(server.getsockname())
    assert not watch.stopped
    subprocess.run(["true"], check=True)


def test_the_channel_is_one_of_the_house():
    assert isinstance(set_up({"apprise": Apprise}, {"apprise": {"schemas": "json"}})["apprise"], Channel)
