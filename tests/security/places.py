"""Where a planted value could come out, how it could be written there, and where it may stand, with the reason."""

import base64
import gzip
import hashlib
import json
import os
import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from email import message_from_bytes
from email.policy import default
from http import HTTPStatus
from pathlib import Path
from urllib.parse import quote, quote_plus

from services.bus.accounts import ONE_MACHINE
from services.runtime.private import open_to_others
from tests.security.planted import PERSONAL, Heard, Planted

Content = dict[str, bytes]  # by what it is called
PROCESSES = Path("/proc")
RARE = re.compile(r"[A-Za-z]{7,}")  # a word of a name that nothing else has
HASH = 16  # characters of a hash that are enough to know it by
LONG_ENOUGH = 8  # characters of base64 that are no accident; a shorter value stands by chance in what MADE finds
MADE = re.compile(  # digests and ids, counts of nanoseconds, and fractions: of a second, of a number
    rb"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{16,}|(?<=\d\.)\d+"
)


# Forms that come back as they were filled in, to whoever has filled them in: nobody writes a report twice.
GIVEN_BACK = ("POST /masuk", "POST /lapor", "POST /status", "POST /undangan/")


# -- how a value may be written ---------------------------------------------------------------------------------------


def forms(value: str) -> set[bytes]:
    """Give every way in which a value is looked for: as it is, in an address, as JSON writes it, in base64.

    Without blanks too, each long word of a name by itself, and a number without what countries put before it. And as a
    plain hash: whoever tries all numbers or names finds it from that.
    """
    written = {value.removeprefix("0"), value.replace(" ", ""), *filter(RARE.fullmatch, value.split())}
    written |= {hashlib.sha256(value.encode()).hexdigest()[:HASH]} if value in PERSONAL.values() else set()
    ways: tuple[Callable[[str], str], ...] = (str, quote, quote_plus, lambda one: json.dumps(one)[1:-1])
    plain = {way(one).encode() for one in written for way in ways}
    return {one.lower() for one in plain | {part for one in written for part in _in_base64(one.encode())}}


def _in_base64(value: bytes) -> Iterable[bytes]:
    """Give what base64 makes of a value wherever in a text it begins, without its edges."""
    for before in range(3):
        told = base64.b64encode(b"\0" * before + value)
        if len(part := told[4 if before else 0 : (before + len(value)) // 3 * 4]) >= LONG_ENOUGH:
            yield part


def found_in(content: Mapping[str, bytes], values: Mapping[str, str]) -> set[tuple[str, str]]:
    """Give each planted value that stands in a content, and where; a short one not within what MADE finds."""
    ways = {name: forms(value) for name, value in values.items()}
    short = {name for name, value in values.items() if len(value) < LONG_ENOUGH}
    lower = {where: told.lower() for where, told in content.items()}
    said = {where: MADE.sub(b" ", told) for where, told in lower.items()} if short else {}
    return {
        (name, where)
        for name, some in ways.items()
        for where, told in (said if name in short else lower).items()
        if any(one in told for one in some)
    }


# -- where is looked ---------------------------------------------------------------------------------------------------


def _files(*places: Path) -> Content:
    files = [file for one in places for file in (one.rglob("*") if one.is_dir() else [one])]
    return {file.name: file.read_bytes() for file in files if file.is_file()}


async def logs(planted: Planted) -> Content:
    return _files(planted.running.data / "log", planted.running.log)


async def metrics(planted: Planted) -> Content:
    by = planted.caller()
    by.bearer = planted.auditor
    told = by.get("/metrics")
    assert told.status == HTTPStatus.OK
    return {"/metrics": told.raw}


async def answers(planted: Planted) -> Content:
    """Errors, whole, and where any answer leads to; pages without what they give back to whoever sent it."""
    return {
        f"{number} {one.asked} {one.answer.status}": _said(one)
        for number, one in enumerate(planted.heard)
        if one.answer.status >= HTTPStatus.BAD_REQUEST or "location" in one.answer.headers
    }


def _said(heard: Heard) -> bytes:
    headers = dict(heard.answer.headers)
    if headers.get("location", "").startswith("/masuk?ke="):
        del headers["location"]  # the page that was asked for, to come back to
    cookies = headers.pop("set-cookie", "")  # names are looked at, values are the browser's own
    body = re.sub(r'<a [^>]*href="[^"]*\bbahasa=[^"]*"', "<a", heard.answer.body)  # the same page in the other language
    body = re.sub(r'([?&]ke=)[^"&]*', r"\1", body)  # as above
    if heard.asked.startswith(GIVEN_BACK):
        body = re.sub(r"<(?:form|input)\b[^>]*>|<textarea\b.*?</textarea>", "", body, flags=re.DOTALL)
    return f"{headers}\n{re.sub('=[^;,]*', '', cookies)}\n{body}".encode()


async def bus(planted: Planted) -> Content:
    """Every file of the bus, and what each message says outside of its body."""
    opened = await planted.bus("office")
    told = {}
    for stream in ("REPORTS", "KNOWN", "INBOUND", "INCIDENTS", "DEADLETTERS"):
        heads = [f"{one.subject} {one.headers}" async for one in opened.stored(stream)]
        told[f"heads of {stream}"] = "\n".join(heads).encode()
    await opened.close()
    return told | _files(planted.running.data / "bus")


async def messages(planted: Planted) -> Content:
    """What went over channels, all of which carry the least classification only, or to a receiver of our own."""
    told = {f"mail {number}": _read(mail) for number, mail in enumerate(planted.mail.mails)}
    return told | {f"{call.login} {number}": call.raw for number, call in enumerate(planted.sink.calls)}


def _read(mail: bytes) -> bytes:
    parts = [part for part in message_from_bytes(mail, policy=default).walk() if not part.is_multipart()]
    return b"\n".join([mail, *(part.get_payload(decode=True) or b"" for part in parts)])  # type: ignore[misc]


async def audit(planted: Planted) -> Content:
    await planted.office("audit", "export")
    return {"audit export": planted.said["audit export"].encode()}


async def commands(planted: Planted) -> Content:
    """What commands say, but those that are run to be told it."""
    shown = ("key add", "person invite")
    return {words: told.encode() for words, told in planted.said.items() if not words.startswith(shown)}


async def backup(planted: Planted) -> Content:
    made = {file.name: file.read_bytes() for file in planted.running.data.parent.glob("salinan*") if file.is_file()}
    assert made
    return made | {f"{name}, unpacked": _unpacked(told) for name, told in made.items()}


def _unpacked(told: bytes) -> bytes:
    try:
        return gzip.decompress(told)
    except (OSError, EOFError):
        return b""


async def store(planted: Planted) -> Content:
    return _files(*planted.running.data.glob("kentongan.db*"))


async def folder(planted: Planted) -> Content:
    """The rest of the data folder, and whatever in it others may read."""
    data = planted.running.data
    rest = [one for one in data.iterdir() if one.name not in ("log", "bus") and not one.name.startswith("kentongan.db")]
    return _files(*rest)


def writing_cores(planted: Planted) -> list[str]:
    """Give the processes under `up`, and itself, that would write their memory into a file when they crash."""
    limits = {one: (PROCESSES / str(one) / "limits").read_text() for one in planted.running.pids()}
    return [str(one) for one, told in limits.items() if not re.search(r"^Max core file size +0 ", told, re.MULTILINE)]


def open_files(planted: Planted) -> list[str]:
    return [str(path) for path in open_to_others(planted.running.data)]


async def processes(planted: Planted) -> Content:
    """The words of every process of the installation, which all on the machine may read; and what the bus is given."""
    return _of_processes(planted.running.data)


def _of_processes(data: Path) -> Content:
    told: Content = {}
    for one in PROCESSES.iterdir():
        try:
            words = (one / "cmdline").read_bytes() if one.name.isdigit() and int(one.name) != os.getpid() else b""
            given = (one / "environ").read_bytes() if words else b""
        except OSError:  # it has ended
            continue
        if str(data).encode() in words or f"KENTONGAN_DATA={data}".encode() in given:
            told[f"words of {one.name}"] = words
            told |= {"environment of the bus": given} if b"nats-server" in words else {}
    return told


PLACES: Mapping[str, Callable[[Planted], Awaitable[Content]]] = {
    "logs": logs,
    "metrics": metrics,
    "answers": answers,
    "bus": bus,
    "messages": messages,
    "audit": audit,
    "commands": commands,
    "backup": backup,
    "store": store,
    "folder": folder,
    "processes": processes,
}

OFFICERS = "the words of a report lie readable in the store: officers search and read them (docs/security.md)"
BUS = "files of mode 0600: nats-server and the services read their passwords there"
# What may stand where, and why. A test sees that each is needed.
ALLOWED: Mapping[tuple[str, str], str] = {
    **{("store", name): OFFICERS for name in ("name", "number", "NIK", "mail", "plate", "minor")},
    ("store", "a webhook's address"): "an officer's address: without it nothing can be sent there",
    (
        "folder",
        "a first password",
    ): "a file of mode 0600: nobody sat at a terminal at the first start (first_passwords)",
    **{("folder", f"the password of {user} on the bus"): BUS for user in ONE_MACHINE},
    ("bus", "a poisonous message"): "the test itself has put it there, as nobody but a service can",
}


async def leaks(planted: Planted, place: str, values: Mapping[str, str]) -> set[tuple[str, str]]:
    """Give what of these values stands in a place where it may not."""
    found = found_in(await PLACES[place](planted), values)
    return {(name, where) for name, where in found if (place, name) not in ALLOWED}
