"""Exchange with Siladeni: take its reports in, give status and answers back. Running either again changes nothing."""

import argparse
import asyncio
import os
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from schemas.district import District
from schemas.office.records import Pulled
from schemas.rows.office import PulledRow
from services.cli.connect import add_place, open_store, settings_of
from services.cli.filing.account import named
from services.cli.filing.language import unread
from services.cli.filing.sending import Outcome, Undelivered, local_key, send
from services.ingest.formats.detect import read_file
from services.ingest.formats.fields import ABOVE
from services.ingest.formats.row import DOUBTS, Taken
from services.office.siladeni import queries
from services.office.siladeni.hand_over import given, hand_over, owed
from services.office.siladeni.push import push
from services.office.siladeni.sources import Fetched, Source, SourceError, is_web, source_of
from services.policy.loader import load_district
from services.runtime.settings import Settings
from services.sheets.cells import UnreadableFile
from services.store.database import Store
from services.store.transaction import Transaction
from services.web.headings import ORIGIN_NUMBER, plain
from services.web.in_english import Words, words_in

CHANNEL = "siladeni"
OURS = (ABOVE, DOUBTS, ORIGIN_NUMBER)  # notes that we make ourselves


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `siladeni`."""
    acts = parser.add_subparsers(dest="act", required=True)
    out = acts.add_parser("export", help="give what has changed since the last time, as a file or to an address")
    out.add_argument("--to", required=True, metavar="WHERE", help="a folder that Siladeni reads, or a web address")
    out.add_argument("--source-key", metavar="KEY", help="key for that address; default KENTONGAN_SILADENI_KEY")
    out.add_argument("--all", action="store_true", help="every row, also those given before")
    pull = acts.add_parser("pull", help="take new files in; what was taken in before is known by its content")
    pull.add_argument("--from", dest="source", required=True, metavar="WHERE", help="a folder, or a web address")
    pull.add_argument("--source-key", metavar="KEY", help="key for that address; default KENTONGAN_SILADENI_KEY")
    pull.add_argument("--url", help="the front door; by default the one on this machine")
    pull.add_argument("--key", help="key of the front door; by default KENTONGAN_KEY, or this machine's own")
    pull.add_argument("--every", type=int, metavar="MINUTES", help="look again and again, until stopped")
    for command in (out, pull):
        add_place(command)


def run(options: argparse.Namespace) -> int:
    """Do it; 1 when something was refused or could not be reached."""
    say = words_in(options.language)
    try:
        is_web(options.to if options.act == "export" else options.source)
    except SourceError as error:
        print(say(str(error)), file=sys.stderr)
        return 1
    settings = settings_of(options)
    district = load_district(settings.district)
    store = open_store(settings)
    try:
        if options.act == "export":
            if is_web(options.to):
                key = options.source_key or settings.siladeni_key
                return asyncio.run(_send(store, district, options.to, key, say, everything=options.all))
            return _export(store, district, options, say)
        puller = Puller(store, district, settings, options)
        if options.every is None:
            return asyncio.run(puller.once())
        return asyncio.run(puller.keep_on(options.every))
    finally:
        store.close()


def _export(store: Store, district: District, options: argparse.Namespace, say: Words) -> int:
    done = store.write_now(lambda tx: hand_over(tx, district, Path(options.to), everything=options.all))
    _name_doubled(done.doubled, say)
    print(say(f"{done.rows} baris ditulis ke {done.file}." if done.file else "Tidak ada yang berubah."))
    return 0


async def _send(store: Store, district: District, url: str, key: str, say: Words, *, everything: bool) -> int:
    """Send what has changed in parts, each noted once the address has it; 1 when it does not take one."""
    found = await store.read(lambda session: owed(session, district, everything=everything))
    _name_doubled(found.doubled, say)
    sent = 0
    for part in found.parts():
        try:
            await push(url, key, part)
        except SourceError as error:
            print(say(str(error)), file=sys.stderr)
            return 1
        await store.write(lambda tx, part=part: given(tx, part, part.name))  # type: ignore[misc]
        sent += len(part.rows)
    print(say(f"{sent} baris dikirim." if sent else "Tidak ada yang berubah."))
    return 0


def _name_doubled(numbers: Iterable[str], say: Words) -> None:
    for number in numbers:
        print(say(f"Nomor {number} ada pada lebih dari satu laporan; yang terbaru dipakai."), file=sys.stderr)


@dataclass
class Puller:
    """Takes in what a source has."""

    store: Store
    district: District
    settings: Settings
    options: argparse.Namespace
    source: Source = field(init=False)
    say: Words = field(init=False)

    def __post_init__(self) -> None:
        self.say = words_in(self.options.language)
        key = self.options.source_key or self.settings.siladeni_key
        self.source = source_of(self.options.source, key)

    async def keep_on(self, minutes: int) -> int:
        """Look every so many minutes until the process is stopped."""
        scheduler = AsyncIOScheduler(timezone="UTC")
        scheduler.add_job(
            self.once, "interval", minutes=minutes, max_instances=1, coalesce=True, next_run_time=datetime.now(UTC)
        )
        scheduler.start()
        try:
            await asyncio.Event().wait()
        finally:
            scheduler.shutdown(wait=False)
        return 0

    async def once(self) -> int:
        """Look once; 0 when everything there is in."""
        code = new = 0
        try:
            async for fetched in self.source.fetch(await self.store.read(queries.last_cursor)):
                digest = sha256(fetched.data).hexdigest()
                if await self.store.read(lambda session, id_=digest: queries.pulled(session, id_)):  # type: ignore[misc]
                    continue
                new += 1
                code = max(code, await self._take(fetched, digest))
        except (SourceError, Undelivered) as error:
            print(self.say(str(error)), file=sys.stderr)
            return 1
        if not new:
            print(self.say("Tidak ada berkas baru."))
        return code

    async def _take(self, fetched: Fetched, digest: str) -> int:
        """Send a file's rows to the front door; it is noted once none of them has to be sent again."""
        try:
            reading = read_file(fetched.data, fetched.name, self.district, self.store.clock())
        except UnreadableFile as error:
            self._tell(fetched, unread(error, self.options.language))
            return 1
        for remark in reading.remarks:
            self._tell(fetched, self.say(remark))
        for heading in unknown_columns(reading.rows, self.district):
            self._tell(fetched, self.say(f"kolom {heading} tidak dikenal, isinya disimpan sebagai catatan"))
        outcome = Outcome(refused=[(taken, taken.faults) for taken in reading.rows if taken.row is None])
        good = [taken for taken in reading.rows if taken.row]
        if good:
            url = (self.options.url or self.settings.public_url).rstrip("/")
            key = self.options.key or os.environ.get("KENTONGAN_KEY") or local_key(url, self.settings)
            await send(url, key, CHANNEL, good, outcome, quiet=True)
        for taken, faults in outcome.refused:
            self._tell(fetched, named(taken, faults, self.options.language))
        if outcome.unsent:
            self._tell(fetched, self.say(f"{len(outcome.unsent)} belum terkirim, dicoba lagi nanti"))
            return 1
        await self._note(fetched, digest, outcome)
        done = self.say(f"{len(outcome.accepted)} diterima, {len(outcome.refused)} ditolak.")
        print(f"{fetched.name}: {done}")
        return 1 if outcome.refused else 0

    @staticmethod
    def _tell(fetched: Fetched, said: str) -> None:
        print(f"{fetched.name}: {said}", file=sys.stderr)

    async def _note(self, fetched: Fetched, digest: str, outcome: Outcome) -> None:
        accepted, refused = len(outcome.accepted), len(outcome.refused)
        row: PulledRow = {"id": digest, "name": fetched.name, "at": self.store.clock(), "cursor": fetched.cursor}
        row |= {"accepted": accepted, "refused": refused}

        def keep(tx: Transaction) -> None:
            if tx.add_new(Pulled, [row]):
                tx.audit("siladeni.pulled", "office", subject=digest, accepted=accepted, refused=refused)

        await self.store.write(keep)


def unknown_columns(rows: Iterable[Taken], district: District) -> list[str]:
    """Give the headings that fill no field of a report and are kept as notes, in the order they come."""
    known = {plain(heading) for headings in district.intake.columns.values() for heading in headings}
    notes = (heading for taken in rows if taken.row for heading in taken.row.notes)
    return [heading for heading in dict.fromkeys(notes) if plain(heading) not in known and heading not in OURS]
