"""What the pure parts of a report's way take; run by hand, for `make test` demands no time of anybody.

.venv/bin/python -m pytest -p pytest_benchmark.plugin tests/bench/pure/parts.py
"""

import itertools
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from schemas.district import District
from schemas.messages import ReportFiled, ReportIn, Source
from schemas.vocabulary import Level
from services.policy.loader import load_district
from services.policy.routing import Routes, route
from services.policy.situation import Situation
from services.runtime.settings import DISTRICT
from services.security.redaction import with_placeholders
from services.store.audit_log import chain_hash, told
from services.store.row_digests import digest_of
from services.triage.assess import Assessor, Understood
from services.triage.correlation.correlation import Candidate, Incidents, candidate
from services.triage.correlation.incident_fold import first_row
from tests.bench.load import bodies

TEXTS = 5_000  # more than any cache of texts holds, so that each is new to it whenever its turn comes
OPEN = 500  # incidents that a report is compared with
AT = datetime(2026, 11, 30, 20, 0, tzinfo=UTC)
Bench = Callable[..., Any]  # what pytest-benchmark gives


@pytest.fixture(scope="module")
def tuban() -> District:
    return load_district(DISTRICT)


@pytest.fixture(scope="module")
def assessor(tuban: District) -> Assessor:
    return Assessor(tuban)


@pytest.fixture(scope="module")
def reports(tuban: District) -> list[ReportIn]:
    return [ReportIn.model_validate_json(body) for _, body in bodies(tuban, TEXTS, 7)]


@pytest.fixture(scope="module")
def understood(assessor: Assessor, reports: list[ReportIn]) -> list[Understood]:
    return [assessor.read(one, made=AT) for one in reports[: 2 * OPEN]]


@pytest.fixture(scope="module")
def features(assessor: Assessor, understood: list[Understood]) -> list[Candidate]:
    """What correlation compares, of an evening: a report every twenty seconds."""
    found = []
    for number, one in enumerate(understood):
        assessment = assessor.score(one, reliability="B")
        at = AT + timedelta(seconds=20 * number)
        found.append(candidate(str(number), one.report.text, assessment, (), told_at=at, source=f"s{number % 40}"))
    return found


def turns(of: list[Any]) -> Iterator[Any]:
    """Give one after another, for ever."""
    return itertools.cycle(of)


def test_reading_a_text(benchmark: Bench, assessor: Assessor, reports: list[ReportIn]) -> None:
    line = turns(reports)
    assert benchmark(lambda: assessor.read(next(line), made=AT)).issue


def test_scoring(benchmark: Bench, assessor: Assessor, understood: list[Understood]) -> None:
    line = turns(understood)
    assert benchmark(lambda: assessor.score(next(line), reliability="B")).level in Level


def test_comparing_with_500_open_incidents(benchmark: Bench, features: list[Candidate]) -> None:
    known = Incidents()
    for one in features[:OPEN]:
        known.put(one)
    assert len(known) == OPEN
    line = turns(features[OPEN:])
    assert benchmark(lambda: known.relate(next(line))) is not None


def situations(district: District) -> list[Situation]:
    """Every issue at every level in every kecamatan, with one form each."""
    forms = itertools.cycle(district.forms)
    kecamatan = sorted({place.kecamatan for place in district.places.values() if place.kecamatan})
    return [
        Situation(issue, next(forms), level, kecamatan=one)
        for issue in district.issues
        for level in Level
        for one in kecamatan
    ]


def test_planning_who_is_told(benchmark: Bench, tuban: District) -> None:
    line = turns(situations(tuban))
    assert benchmark(lambda: route(next(line), tuban))


def test_planning_what_is_remembered(benchmark: Bench, tuban: District) -> None:
    known, line = Routes(tuban), turns(situations(tuban))
    assert benchmark(lambda: known.of(next(line)))


def test_masking(benchmark: Bench, reports: list[ReportIn]) -> None:
    line = turns([f"{one.text} Pelapor Budi (16), HP 0812-3456-{number:04}" for number, one in enumerate(reports)])
    assert "[telepon]" in benchmark(lambda: with_placeholders(next(line)))


def test_a_link_of_the_chain(benchmark: Bench) -> None:
    rows = {f"alert:{number}": f"{number:032x}" for number in range(6)}
    said = {"actor": "notify", "kind": "alert.owed", "incident_id": "i", "subject_id": "s", "data": {"duty": "lead"}}
    line = {**said, "at": AT, "rows": rows}
    numbers = itertools.count(1)
    assert len(benchmark(lambda: chain_hash("0" * 64, next(numbers), told(line)))) == 64


def test_a_rows_digest(benchmark: Bench, assessor: Assessor, understood: list[Understood]) -> None:
    rows = []
    for one in understood[:OPEN]:
        filed = ReportFiled(
            id=one.report.id, filed_at=AT, report=one.report, source=Source(reporter="r", channel="api")
        )
        assessment = assessor.score(one, reliability="B")
        features = candidate(str(filed.id), one.report.text, assessment, (), told_at=AT)
        rows.append(first_row(str(filed.id), filed, assessment, features.to_dict(), "r", AT))
    line = turns(rows)
    assert len(benchmark(lambda: digest_of("incident", next(line)))) == 32
