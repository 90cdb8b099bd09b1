"""Send a file to the front door, or show first what would be sent: `kentongan file`."""

import argparse
import asyncio
import errno
import os
import sys
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from services.cli.filing.account import told
from services.cli.filing.language import unread
from services.cli.filing.sending import Outcome, Undelivered, local_key, send
from services.ingest.formats.detect import UnreadableFile, read_file
from services.ingest.formats.row import Taken
from services.policy.loader import load_district
from services.runtime.settings import Settings
from services.web.in_english import words_in

FILE_LIMIT = 200 * 1024 * 1024
NOT_OPENED = {
    errno.ENOENT: "berkas tidak ada",
    errno.EISDIR: "folder, bukan berkas",
    errno.EACCES: "berkas tidak boleh dibaca",
}
OLD = timedelta(days=30)  # what was seen longer ago is probably history


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `file`."""
    parser.add_argument(
        "file",
        metavar="FILE",
        help="xlsx, csv, JSONL, a WhatsApp or Telegram export, a pasted message; - reads standard input",
    )
    parser.add_argument("--url", help="the front door; by default the one on this machine")
    parser.add_argument("--key", help="key of the reporter; by default KENTONGAN_KEY, or this machine's own")
    parser.add_argument("--district", type=Path, help="folder of the district whose headings and places apply")
    parser.add_argument("--data", type=Path, help="data folder of the installation on this machine")
    parser.add_argument(
        "--archive", action="store_true", help="these are history: keep, judge and count them, alert nobody"
    )
    parser.add_argument(
        "--check",
        "--dry-run",
        action="store_true",
        help="send nothing: show a table of what would be filed, and name what is refused or doubtful",
    )
    parser.add_argument("--json", action="store_true", help="print the outcome as JSON")


def run(args: argparse.Namespace) -> int:
    """Read a file, send its rows and say what became of them; exit 0 all in, 1 some not, 2 bad usage.

    With `--check` nothing is sent, and 1 says that a row is refused or doubtful.
    """
    settings, say = Settings(), words_in(args.language)
    if args.data:
        settings = settings.model_copy(update={"data": args.data})
    district = load_district(args.district or settings.district)
    try:
        data = _bytes(args.file)
    except OSError as error:
        return _sorry(f"{args.file}: {_unopened(error, args.language)}", 2)
    try:
        reading = read_file(data, args.file, district, datetime.now(UTC))
    except UnreadableFile as error:
        return _sorry(f"{args.file}: {unread(error, args.language)}", 1)
    outcome = Outcome(refused=[(taken, taken.faults) for taken in reading.rows if taken.row is None])
    good = [_archived(taken) if args.archive else taken for taken in reading.rows if taken.row]
    if args.check:
        outcome.accepted = [(taken, str(taken.row.id)) for taken in good if taken.row]
    elif good:
        if old := _old(good, datetime.now(UTC)):
            said = f"{old} laporan berumur lebih dari 30 hari; petugas tetap dipanggil. Bila ini arsip: --archive."
            print(say(said), file=sys.stderr)
        url = (args.url or settings.public_url).rstrip("/")
        key = args.key or os.environ.get("KENTONGAN_KEY") or local_key(url, settings)
        try:
            asyncio.run(send(url, key, reading.channel, good, outcome, quiet=args.json))
        except Undelivered as error:
            return _sorry(say(str(error)), 2 if error.usage else 1)
    print(told(outcome, reading, district, check=args.check, as_json=args.json, language=args.language))
    doubtful = args.check and any(taken.doubts for taken in reading.rows)
    return 0 if outcome.clean and not doubtful else 1


def _archived(taken: Taken) -> Taken:
    return replace(taken, row=taken.row.model_copy(update={"archive": True})) if taken.row else taken


def _old(rows: Iterable[Taken], now: datetime) -> int:
    """Count the rows that speak of something seen more than `OLD` ago and will alert people all the same."""
    seen = (taken.row.observed_at for taken in rows if taken.row and not taken.row.archive)
    return sum(1 for moment in seen if moment is not None and now - moment > OLD)


def _bytes(name: str) -> bytes:
    if name == "-":
        data = sys.stdin.buffer.read(FILE_LIMIT + 1)
    else:
        path = Path(name)
        if path.stat().st_size > FILE_LIMIT:
            raise OSError(errno.EFBIG, "berkas terlalu besar")
        data = path.read_bytes()
    if len(data) > FILE_LIMIT:
        raise OSError(errno.EFBIG, "berkas terlalu besar")
    return data


def _unopened(error: OSError, language: str) -> str:
    """Say why a file cannot be opened; what only the system has words for stays in them."""
    said = NOT_OPENED.get(error.errno or 0, str(error.strerror))
    return words_in(language)(said)


def _sorry(sentence: str, code: int) -> int:
    print(sentence, file=sys.stderr)
    return code
