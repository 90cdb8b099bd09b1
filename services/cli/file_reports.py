"""Send files to the front door: the client behind `kentongan file`.

Ids are made here, before anything is sent, so that sending again after a broken line is harmless.
"""

import argparse
import asyncio
import json
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp

from schemas.vocabulary import Role
from services.ingest.formats.detect import Reading, UnreadableFile, read_file
from services.ingest.formats.row import Taken
from services.policy.loader import DistrictError, load_district
from services.runtime.settings import Settings
from services.web.field_errors import Fault

ROWS = 500  # of one request
BYTES = 4 * 1024 * 1024  # of one request, under the door's 5 MiB
FILE_LIMIT = 200 * 1024 * 1024
TRIES = 12  # of one request, about five minutes in all
LONGEST_WAIT = 60.0  # seconds between two tries
OLD = timedelta(days=30)  # what was seen longer ago is probably history
SHOWN = 20  # refused rows named on the screen; --json names all
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


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `file`."""
    parser.add_argument("file", metavar="FILE", help="xlsx, csv, jsonl or a pasted message; - reads standard input")
    parser.add_argument("--url", help="the front door; by default the one on this machine")
    parser.add_argument("--key", help="key of the reporter; by default KENTONGAN_KEY, or this machine's own")
    parser.add_argument("--district", type=Path, help="folder of the district whose headings and places apply")
    parser.add_argument("--data", type=Path, help="data folder of the installation on this machine")
    parser.add_argument(
        "--archive", action="store_true", help="these are history: keep, judge and count them, alert nobody"
    )
    parser.add_argument("--dry-run", action="store_true", help="read and check only, send nothing")
    parser.add_argument("--json", action="store_true", help="print the outcome as JSON")


def run(args: argparse.Namespace) -> int:
    """Read a file, send its rows and say what became of them; exit 0 all in, 1 some not, 2 bad usage."""
    settings = Settings()
    try:
        district = load_district(args.district or settings.district)
        data = _bytes(args.file)
    except (OSError, DistrictError) as error:
        return _sorry(f"{args.file}: {error.strerror}" if isinstance(error, OSError) else str(error), 2)
    try:
        reading = read_file(data, args.file, district, datetime.now(UTC))
    except UnreadableFile as error:
        return _sorry(f"{args.file}: {error}", 1)
    outcome = Outcome(refused=[(taken, taken.faults) for taken in reading.rows if taken.row is None])
    good = [_archived(taken) if args.archive else taken for taken in reading.rows if taken.row]
    if args.dry_run:
        outcome.accepted = [(taken, str(taken.row.id)) for taken in good if taken.row]
    elif good:
        if old := _old(good, datetime.now(UTC)):
            said = f"{old} laporan berumur lebih dari 30 hari; petugas tetap dipanggil. Bila ini arsip: --archive."
            print(said, file=sys.stderr)
        url = (args.url or settings.public_url).rstrip("/")
        key = args.key or os.environ.get("KENTONGAN_KEY") or local_key(url, args.data or settings.data, settings.secret)
        try:
            asyncio.run(send(url, key, reading.channel, good, outcome, quiet=args.json))
        except Undelivered as error:
            return _sorry(str(error), 2 if error.usage else 1)
    _tell(outcome, reading, args)
    return 0 if outcome.clean else 1


def _archived(taken: Taken) -> Taken:
    return replace(taken, row=taken.row.model_copy(update={"archive": True})) if taken.row else taken


def _old(rows: Iterable[Taken], now: datetime) -> int:
    """Count the rows that speak of something seen more than `OLD` ago and will alert people all the same."""
    seen = (taken.row.observed_at for taken in rows if taken.row and not taken.row.archive)
    return sum(1 for moment in seen if moment is not None and now - moment > OLD)


def local_key(url: str, data: Path, secret: str = "") -> str | None:
    """Give a key of the installation on this machine to whoever may read its secret anyway; None elsewhere."""
    try:
        if urlsplit(url).hostname not in HERE or not (secret or (data / "secret").is_file()):
            return None
        from services.security.auth import Identity, Keys, load_secret  # noqa: PLC0415 - brings the store's libraries along

        return Keys(load_secret(secret, data)).make(Identity("local", "berkas dari mesin ini", Role.REPORTER))
    except (OSError, ValueError):
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


def _bytes(name: str) -> bytes:
    if name == "-":
        return sys.stdin.buffer.read(FILE_LIMIT)
    path = Path(name)
    if path.stat().st_size > FILE_LIMIT:
        raise OSError(27, "berkas terlalu besar")  # EFBIG
    return path.read_bytes()


def _sorry(sentence: str, code: int) -> int:
    print(sentence, file=sys.stderr)
    return code


def named(taken: Taken, faults: Iterable[Fault]) -> str:
    """Say where a row is and what is wrong with it.

    >>> named(Taken(14, None), [Fault("Kecamatan", "tidak dikenal")])
    'baris 14, kolom Kecamatan: tidak dikenal'
    """
    sheet = f"lembar {taken.sheet}, " if taken.sheet else ""
    told = "; ".join(f"kolom {fault.field}: {fault.why}" if fault.field else fault.why for fault in faults)
    return f"{sheet}baris {taken.line}, {told}"


def _tell(outcome: Outcome, reading: Reading, args: argparse.Namespace) -> None:
    if args.json:
        told = {
            "channel": reading.channel,
            "dry_run": args.dry_run,
            "accepted": len(outcome.accepted),
            "known": len(outcome.known),
            "refused": [
                {
                    "line": taken.line,
                    **({"sheet": taken.sheet} if taken.sheet else {}),
                    "errors": [{"column": fault.field, "why": fault.why} for fault in faults],
                }
                for taken, faults in outcome.refused
            ],
            "unsent": [taken.line for taken in outcome.unsent],
            "reports": [{"line": taken.line, "id": id_} for taken, id_ in outcome.accepted],
        }
        print(json.dumps(told, ensure_ascii=False))
        return
    parts = [f"{len(outcome.accepted)} {'dapat dikirim' if args.dry_run else 'diterima'}"]
    if outcome.known:
        parts.append(f"{len(outcome.known)} sudah ada")
    parts.append(f"{len(outcome.refused)} ditolak")
    if outcome.unsent:
        parts.append(f"{len(outcome.unsent)} belum terkirim, kirim ulang berkas ini nanti")
    print(", ".join(parts) + ("" if outcome.refused else "."))
    for taken, faults in sorted(outcome.refused, key=lambda entry: (entry[0].sheet, entry[0].line))[:SHOWN]:
        print(f"  {named(taken, faults)}")
    if len(outcome.refused) > SHOWN:
        print(f"  ... dan {len(outcome.refused) - SHOWN} lagi (--json menyebut semuanya)")
