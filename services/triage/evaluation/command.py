"""`kentongan assess`: judge lines of JSON on this machine alone, and measure the answers against labels."""

import argparse
import csv
import json
import sys
from argparse import SUPPRESS
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, TextIO

from services.policy.loader import default_folder, load_district
from services.runtime.standard_input import Unreadable
from services.triage.evaluation.cvew import from_cvew
from services.triage.evaluation.labels import labels_of
from services.triage.evaluation.lines import assess_lines
from services.triage.evaluation.scores import Scores, compare

DONE, WRONG = 0, 1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what `assess` takes."""
    parser.add_argument("file", nargs="?", type=Path, help="JSONL, one report a line; '-' or nothing: standard input")
    parser.add_argument("--district", type=Path, default=default_folder(), help="folder of the district's policy")
    parser.add_argument(
        "--against", type=Path, help="labels (JSONL, lines of eight fields, or CVEW's csv): print measures"
    )
    parser.add_argument(
        "--only-figures", action="store_true", help="with --against: hide every row, for labels nobody is to read"
    )
    english = "the same as --language en: reasons and what is wrong in English"
    parser.add_argument("--english", dest="language", action="store_const", const="en", default=SUPPRESS, help=english)
    parser.add_argument("--json", action="store_true", help="measures as one JSON object")


def run(args: argparse.Namespace) -> int:
    """Judge the input and print JSONL, or measures with `--against`; returns 0 or 1 (a line was bad).

    Raises DistrictError, OSError, Unreadable.
    """
    if args.file is None and args.only_figures and args.against:
        args.file = args.against  # labels are their own input
    if args.file == Path("-"):
        args.file = None
    district = load_district(args.district)
    labels = _labels(args.against) if args.against else None
    with _opened(args.file) as lines:
        own = labels is not None and args.file == args.against
        told = map(json.dumps, labels or []) if own else _reports(args.file, lines)
        answers = assess_lines(told, district, args.language)
        if labels is None:
            return _print_answers(answers)
        return _print_scores(compare(answers, labels), as_json=args.json, rows=not args.only_figures)


def _opened(file: Path | None) -> TextIO:
    if file is None:
        return open(sys.stdin.fileno(), encoding="utf-8", errors="replace", closefd=False)
    return file.open(encoding="utf-8", errors="replace")


def _reports(file: Path | None, lines: TextIO) -> Iterable[str]:
    """Give the input's lines; a CVEW table is read as reports."""
    if file is not None and file.suffix == ".csv":
        return (json.dumps(label) for label in from_cvew(csv.DictReader(lines)))
    return lines


def _labels(file: Path) -> list[dict[str, Any]]:
    try:
        if file.suffix == ".csv":
            with file.open(encoding="utf-8") as lines:
                return list(from_cvew(csv.DictReader(lines)))
        return list(labels_of(file))
    except UnicodeDecodeError as error:
        raise Unreadable(f"{file} is no text in UTF-8") from error
    except ValueError as error:
        raise Unreadable(str(error)) from error


def _print_answers(answers: Iterator[dict[str, Any]]) -> int:
    code = DONE
    for answer in answers:
        print(json.dumps(answer, ensure_ascii=False))
        if "error" in answer:
            code = WRONG
    return code


def _print_scores(scores: Scores, *, as_json: bool, rows: bool) -> int:
    if as_json:
        told: dict[str, Any] = {
            "measures": [
                {
                    "name": m.name,
                    "value": round(m.value, 4),
                    "low": round(m.low, 4),
                    "high": round(m.high, 4),
                    "of": m.of,
                }
                for m in scores.measures
            ],
        }
        if rows:
            told["issue"] = {name: [row.right, row.answered, row.labelled] for name, row in scores.issues.items()}
            told["form"] = {name: [row.right, row.answered, row.labelled] for name, row in scores.forms.items()}
            told["wrong"] = list(scores.wrong)
        print(json.dumps(told, ensure_ascii=False))
        return DONE
    print(f"{'measure':34} {'value':>6}  {'95 % interval':15} {'of':>6}")
    for m in scores.measures:
        print(f"{m.name:34} {m.value:6.3f}  {m.low:6.3f} - {m.high:5.3f} {m.of:7d}")
    if not rows:
        return DONE  # neither rows nor tables by label: a label that one row has tells of that row
    for title, table in (("issue", scores.issues), ("form", scores.forms)):
        print(f"\n{title:14} {'precision':>9} {'recall':>7} {'F1':>6} {'labelled':>9}")
        for name, row in table.items():
            if row.labelled or row.answered:
                print(f"{name:14} {row.precision:9.2f} {row.recall:7.2f} {row.f1:6.2f} {row.labelled:9d}")
    if scores.wrong:
        print("\nwrong (answer, label):")
    for found in scores.wrong:
        print(f"  {found['id']}: " + "; ".join(f"{name} {pair}" for name, pair in found.items() if name != "id"))
    return DONE
