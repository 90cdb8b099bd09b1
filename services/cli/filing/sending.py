"""Send rows to the front door, whatever the line does, and note what became of each.

Ids are made before anything is sent, so that sending again after a broken line is harmless.
"""

import asyncio
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import aiohttp

from schemas.vocabulary import Role, Scope
from services.ingest.formats.row import Taken
from services.runtime.settings import Settings
from services.web.field_errors import Fault

ROWS = 500  # of one request
BYTES = 4 * 1024 * 1024  # of one request, under the door's 5 MiB
TRIES = 12  # of one request, about five minutes in all
LONGEST_WAIT = 60.0  # seconds between two tries
pause = asyncio.sleep
HERE = frozenset({"127.0.0.1", "localhost", "::1"})


class Undelivered(Exception):  # noqa: N818 - said as a fact
    """The door did not take anything; says why. `usage`: it will not either, before the call is changed."""

    def __init__(self, why: str, *, usage: bool = False) -> None:
        super().__init__(why)
        self.usage = usage


@dataclass
class Outcome:
    """What became of the rows of a file."""

    accepted: list[tuple[Taken, str]] = field(default_factory=list)  # with the report's id
    known: list[Taken] = field(default_factory=list)  # there already, sent under another key
    refused: list[tuple[Taken, tuple[Fault, ...]]] = field(default_factory=list)
    unsent: list[Taken] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        """Say whether every row is in."""
        return not self.refused and not self.unsent


def local_key(url: str, settings: Settings) -> str | None:
    """Give a key of the installation on this machine to whoever may read its secret anyway; None elsewhere."""
    # Each brings the store's libraries along, which a file sent elsewhere has no use for.
    from services.cli.connect import open_store  # noqa: PLC0415
    from services.security.auth import Identity  # noqa: PLC0415
    from services.security.keys import own_program  # noqa: PLC0415
    from services.security.secret import FILE, SecretError, load_secret  # noqa: PLC0415

    try:
        if urlsplit(url).hostname not in HERE or not (settings.secret or (settings.data / FILE).is_file()):
            return None
        secret = load_secret(settings.secret, settings.data, settings.secret_previous)
        identity = Identity("local", "berkas dari mesin ini", Role.REPORTER, scopes=frozenset({Scope.FILE}))
        store = open_store(settings)
        try:
            return store.write_now(lambda tx: own_program(tx, secret, identity))
        finally:
            store.close()
    except (OSError, SecretError):
        return None


async def send(
    url: str, key: str | None, channel: str, rows: Sequence[Taken], outcome: Outcome, *, quiet: bool = False
) -> None:
    """Send rows in batches and note what became of each; raises Undelivered when nothing can be sent at all."""
    headers = {"Content-Type": "application/x-ndjson"}
    if key:
        headers["Authorization"] = f"Bearer {key}"
    done = 0
    timeout = aiohttp.ClientTimeout(total=120, connect=10)
    async with aiohttp.ClientSession(headers=headers, timeout=timeout) as session:
        for batch in batches(rows):
            await _send_batch(session, f"{url}/v1/reports:batch?channel={channel}", batch, outcome)
            done += len(batch)
            if not quiet and sys.stderr.isatty():
                end = "\n" if done == len(rows) else ""
                print(f"\rMengirim {done}/{len(rows)} ...", end=end, file=sys.stderr, flush=True)


def batches(rows: Iterable[Taken]) -> Iterator[list[Taken]]:
    """Cut rows into requests that the door takes: at most `ROWS` rows and `BYTES` bytes each."""
    batch: list[Taken] = []
    size = 0
    for taken in rows:
        length = len(_body(taken))
        if batch and (len(batch) == ROWS or size + length > BYTES):
            yield batch
            batch, size = [], 0
        batch.append(taken)
        size += length
    if batch:
        yield batch


def _body(taken: Taken) -> bytes:
    return b"" if taken.row is None else taken.row.model_dump_json(exclude_defaults=True).encode() + b"\n"


async def _send_batch(session: aiohttp.ClientSession, url: str, batch: list[Taken], outcome: Outcome) -> None:
    """Send one batch, again while the door or a row says "later"; what is still waiting at the end is unsent."""
    waiting = batch
    for attempt in range(TRIES):
        later, why = await _try(session, url, waiting, outcome)
        if later is None:
            return
        if not outcome.accepted and not outcome.known and attempt >= TRIES // 2:
            raise Undelivered(f"{why}; tidak ada yang terkirim")
        waiting, seconds = later
        await pause(max(seconds, min(LONGEST_WAIT, 0.5 * 2**attempt)))
    outcome.unsent += waiting


async def _try(
    session: aiohttp.ClientSession, url: str, batch: list[Taken], outcome: Outcome
) -> tuple[tuple[list[Taken], float] | None, str]:
    """Send rows once; gives those to send again with the seconds to wait, or None when all are settled."""
    try:
        async with session.post(url, data=b"".join(map(_body, batch))) as response:
            if response.status in (429, 503):
                wait = response.headers.get("Retry-After", "")
                return (batch, min(LONGEST_WAIT, float(wait) if wait.isdigit() else 0.0)), "Pintu belum dapat menerima"
            if response.status != 200:  # noqa: PLR2004
                raise await _undelivered(response)
            results = [json.loads(line) for line in (await response.text()).splitlines() if line]
    except (aiohttp.InvalidURL, aiohttp.NonHttpUrlClientError):
        address = url.split("/v1/", maxsplit=1)[0]
        raise Undelivered(
            f"Alamat {address} tidak dikenal: tulis seperti https://kentongan.example", usage=True
        ) from None
    except (aiohttp.ClientConnectionError, aiohttp.ClientPayloadError, TimeoutError) as error:
        return (batch, 0.0), f"Tidak dapat menghubungi {url.split('/v1/', maxsplit=1)[0]} ({type(error).__name__})"
    again: list[Taken] = []
    for taken, result in zip(batch, results, strict=True):
        if result["status"] == 202:  # noqa: PLR2004
            outcome.accepted.append((taken, result["id"]))
        elif result["status"] == 503:  # noqa: PLR2004
            again.append(taken)
        elif result["status"] == 409 and taken.derived:  # noqa: PLR2004
            outcome.known.append(taken)
        else:
            outcome.refused.append((taken, _faults(result["problem"])))
    return ((again, 2.0), "Pintu belum dapat menerima") if again else (None, "")


async def _undelivered(response: aiohttp.ClientResponse) -> Undelivered:
    if response.status == 401:  # noqa: PLR2004
        return Undelivered("Kunci tidak ada atau tidak dikenal: beri --key atau KENTONGAN_KEY", usage=True)
    try:
        problem = json.loads(await response.text())
        said = problem.get("detail") or problem["title"]
    except (ValueError, KeyError, AttributeError):
        said = "jawaban yang tidak dikenal"
    return Undelivered(f"Pintu menolak ({response.status}): {said}", usage=True)


def _faults(problem: dict[str, object]) -> tuple[Fault, ...]:
    errors = problem.get("errors")
    if isinstance(errors, list) and errors:
        return tuple(Fault(str(each["field"]), str(each["why"])) for each in errors)
    return (Fault("", str(problem.get("title", "ditolak"))),)
