"""Take in Sipolmas' list of ormas; the same list again changes nothing."""

import argparse
import sys
from pathlib import Path

from services.cli.connect import add_place, open_store, settings_of
from services.cli.filing.language import unread
from services.office import ormas
from services.sheets.cells import UnreadableFile
from services.sheets.workbook import sheets
from services.web.in_english import words_in


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `ormas`."""
    acts = parser.add_subparsers(dest="act", required=True)
    take = acts.add_parser("import", help="an xlsx with columns nomor, nama, status, alamat")
    take.add_argument("file", type=Path, metavar="FILE")
    add_place(take)


def run(options: argparse.Namespace) -> int:
    """Do it; 1 when a line was refused, 2 when the file cannot be read. Good lines go in either way."""
    say = words_in(options.language)
    try:
        data = options.file.read_bytes()
        found = next((sheet for sheet in sheets(data) if not sheet.hidden), None)
    except UnreadableFile as error:
        print(f"{options.file}: {unread(error, options.language)}", file=sys.stderr)
        return 2
    lines = [line for line in found.lines if any(cell is not None for cell in line.cells)] if found else []
    read = ormas.read_list([line.cells for line in lines])
    for heading in read.unknown:
        print(say(f"kolom {heading} tidak dikenal, tidak dibaca"), file=sys.stderr)
    for place, why in read.faults:
        print(f"{say(f'baris {lines[place - 1].number if lines else place}')}: {say(why)}", file=sys.stderr)
    if not read.rows:
        return 1
    store = open_store(settings_of(options))
    try:
        done = store.write_now(lambda tx: ormas.put_list(tx, "office", read.rows))
    finally:
        store.close()
    counts = f"{done.added} baru, {done.changed} berubah, {done.same} tetap, {done.missing} tidak ada lagi di daftar."
    print(say(counts))
    return 1 if read.faults else 0
