"""Train the second reader on what officers have confirmed, and keep it off unless it reads better than the rules."""

import argparse
import json
import os
import sys
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from schemas.district import District
from services.cli.connect import add_place, open_store, settings_of
from services.cli.ops import queries
from services.cli.policy.stored_reports import TEXTS_READ, Refiled, refiled
from services.cli.words.in_indonesian import said
from services.policy.loader import load_district
from services.store.transaction import Session
from services.triage.assess import Assessor
from services.triage.learned.disagreement import FILE, Flags, flags
from services.triage.learned.text_classifier import LEAST_ISSUES, Example, Model, Score, split, train, written

LEAST_LABELS = 100


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `learn`."""
    add_place(parser)
    parser.add_argument("--json", action="store_true", help="for programs")


def run(options: argparse.Namespace) -> int:
    """Do it: 0 trained, whether switched on or not; 1 not enough labels; 2 no scikit-learn. Raises DistrictError."""
    settings = settings_of(options)
    district = load_district(settings.district)
    try:
        import sklearn  # noqa: F401, PLC0415 - an extra; said before the work is begun
    except ImportError:
        print(said("`learn` needs scikit-learn: install kentongan[learn].", options.language), file=sys.stderr)
        return 2
    store = open_store(settings)
    try:
        labels, reports = store.read_now(lambda session: (labels_of(session), refiled(session)))
        store.write_now(lambda tx: tx.audit(TEXTS_READ, "office", what="learn", count=len(reports)))
    finally:
        store.close()
    examples = examples_of(reports, labels, district)
    issues = {one.issue for one in examples}
    learned, held_back = split(examples)
    if len(examples) < LEAST_LABELS or len({one.issue for one in learned}) < LEAST_ISSUES or not held_back:
        told = {"labels": len(examples), "issues": sorted(issues), "needed": [LEAST_LABELS, LEAST_ISSUES]}
        wanted = f"at least {LEAST_LABELS} of {LEAST_ISSUES} issues are needed. Nothing was changed."
        lacking = said(f"{len(examples)} labels of {len(issues)} issues: {wanted}", options.language)
        print(json.dumps(told) if options.json else lacking)
        return 1
    model = train(learned, held_back=held_back)
    scores = model.scores or {}
    flagged = flags(model, held_back)
    active = flagged.worth_it
    file = settings.data / FILE
    ruleset = f"{district.ruleset}+{district.lexicon.get('version', 'none')}"
    _write(file, written(model, trained_at=datetime.now(UTC).isoformat(), ruleset=ruleset, active=active))
    _print(model, scores, flagged, len(learned), file, as_json=options.json)
    return 0


def labels_of(session: Session) -> dict[str, str]:
    """Give the issue of each incident for which an officer stands: the last one set, or the one verified.

    Exercises are left out, and so is what was dismissed.
    """
    given = {
        row.incident_id: str(row.data["after"]["issue"])
        for row in queries.officers_judgements(session)
        if "issue" in row.data.get("after", {})
    }
    verified = queries.verified_incidents(session)
    rows = queries.issues_of_incidents(session)
    return {id_: given.get(id_, issue) for id_, issue in rows if id_ in given or id_ in verified}


def examples_of(reports: Iterable[Refiled], labels: Mapping[str, str], district: District) -> list[Example]:
    """Join reports with the label of their incident and with what today's rules read, the reporter's own word apart."""
    assessor = Assessor(district)
    found = []
    for one in reports:
        label = labels.get(one.incident)
        if label is None or label not in district.issues:
            continue
        rules = assessor.assess(one.report.model_copy(update={"issue": None}), filed_at=one.filed_at).issue
        found.append(Example(one.report.text, label, one.incident, rules))
    return found


def _write(file: Path, text: str) -> None:
    """Put the file in place whole; its n-grams come from reports, so nobody else may read it."""
    fresh = file.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as out:
        out.write(text)
    fresh.replace(file)


def _print(
    model: Model, scores: Mapping[str, Score], flagged: Flags, learned: int, file: Path, *, as_json: bool
) -> None:
    if as_json:
        told: dict[str, Any] = {"version": model.version, "active": flagged.worth_it, "learned": learned}
        told |= {"file": str(file), "flags": flagged._asdict()}
        print(json.dumps(told | {"scores": {name: asdict(one) for name, one in scores.items()}}))
        return
    print(f"Learned from {learned} reports, tried on {scores['rules'].of} held back, of other incidents.")
    print(f"{'':14} {'macro-F1':>8}  {'95 % interval':15} {'accuracy':>8}  95 % interval")
    for name, one in scores.items():
        f1 = f"{one.macro_f1:8.3f}  {one.macro_f1_low:6.3f} - {one.macro_f1_high:5.3f} "
        print(f"{name:14} {f1} {one.accuracy:8.3f}  {one.accuracy_low:.3f} - {one.accuracy_high:.3f}")
    print(
        f"It flags {flagged.flagged} of {flagged.of} and finds {flagged.found} of the rules' {flagged.errors} errors."
    )
    wanted = "a third of the errors in a fifth of the reports"
    state = f"on: it finds {wanted}" if flagged.worth_it else f"off: it does not find {wanted}"
    print(f"Second reader {model.version} is {state} ({file}).")
