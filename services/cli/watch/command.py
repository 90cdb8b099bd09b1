"""`kentongan watch`: early warning over a table of counts, or over the history that the store holds."""

import argparse
import io
import json
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from services.cli.connect import add_place
from services.cli.words.in_indonesian import said as in_language
from services.early_warning.count_table import Row, Table, TableError, decoded, read, watch
from services.early_warning.detector import MOST_PER_MONTH

DONE, WRONG, USAGE = 0, 1, 2
FIRST_ZONE = timedelta(hours=14)  # where a day begins first, before UTC: what lies ahead there lies ahead everywhere


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what `watch` takes."""
    what = "CSV with area, period, count and, if any, group; - for standard input"
    parser.add_argument("file", type=Path, nargs="?", help=what)
    parser.add_argument("--replay", action="store_true", help="every warning that the store's own history would raise")
    add_place(parser)
    parser.add_argument(
        "--false-per-month",
        type=_rate,
        default=None,
        metavar="N",
        help="how many notifications a month chance may raise in the whole district (default 1; with --replay, what "
        "the district decided)",
    )


def run(args: argparse.Namespace) -> int:
    """Print an answer for each row, in order; returns 0, 1 (the table is wrong) or 2 (it cannot be opened)."""
    if args.replay == (args.file is not None):
        print(in_language("watch: name a table, or say --replay", args.language), file=sys.stderr)
        return USAGE
    if args.replay:
        from services.cli.watch import replay  # noqa: PLC0415 - a table needs neither store nor district

        return replay.run(args)
    try:
        table = _read(args.file)
    except TableError as error:
        whys = (in_language(line, args.language) for line in str(error).splitlines())
        print(in_language(f"watch: {args.file} is refused", args.language), *whys, sep="\n", file=sys.stderr)
        return WRONG
    if table.missing:
        meant = "zeros, since the table lists no zero" if table.missing_are_zeros else "not reported"
        lacking = f"watch: {table.missing} rows are missing; taken as {meant}"
        print(in_language(lacking, args.language), file=sys.stderr)
    if ahead := _ahead(table, (datetime.now(UTC) + FIRST_ZONE).date()):
        worst = max(ahead, key=lambda row: (row.period, -row.line))
        said = f"the last of them in line {worst.line}: {worst.key.area} on {worst.period}"
        future = f"watch: {len(ahead)} rows begin in the future, {said}; judged as if it were over"
        print(in_language(future, args.language), file=sys.stderr)
    for answer in watch(table, args.false_per_month or 1.0):
        sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
    return DONE


def _ahead(table: Table, today: date) -> list[Row]:
    """Give the rows whose period has not begun: a mistyped date stretches the table to its day."""
    return [row for row in table.rows if row.period > today]


def _read(file: Path) -> Table:
    data = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    return read(io.StringIO(decoded(data), newline=""))


def _rate(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value <= MOST_PER_MONTH:
        raise argparse.ArgumentTypeError(f"{text} is not above 0 and at most {MOST_PER_MONTH}")
    return value
