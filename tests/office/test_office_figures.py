"""Figures of a period: what counts, what does not, and the same again whenever they are asked for."""

import re
from datetime import UTC, date, datetime, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update

from schemas.office.records import SurveyAnswer
from schemas.records.incidents import Incident
from schemas.records.warnings import EarlyWarning
from schemas.vocabulary import EventKind, Role
from services.console.figures import queries as page_queries
from services.console.figures import tables
from services.incidents import lifecycle, merging
from services.incidents.changes import changed
from services.incidents.urgency import ARCHIVE
from services.office import queries
from services.office.figures import Case, Figures, Line, Period, blurred, figures_of, state_at
from services.office.papers.harmony import harmony_paper
from services.office.papers.minutes import OpenIncident, agenda_of
from services.office.papers.paper import Paper, Table
from services.office.papers.periods import Stretch
from services.office.papers.reports import report_paper
from services.office.papers.standard import public_paper
from services.security.auth import Identity
from services.store.database import Store
from tests.console.night import DISTRICT, NOW, Clock, fill

RATNA = Identity("ratna", "Ratna", Role.COORDINATOR, "KESBANG", clearance=4, named_for=("RAD",))
OLD = "0b1c9f6e-0000-4000-8000-000000000001"
DAY = Period(datetime(2026, 11, 23, 17, tzinfo=UTC), datetime(2026, 11, 24, 17, tzinfo=UTC))  # 24 November, WIB


@pytest.fixture
def night(database: str):
    clock = Clock()
    store = Store(database, clock)
    ids, _ = store.write_now(fill)
    # The night's reports came earlier than its clock, which writes all audit lines at once.
    store.write_now(lambda tx: tx.session.execute(update(Incident).values(opened_at=NOW - timedelta(minutes=1))))
    yield store, clock, ids
    store.close()


def counted(store: Store, period: Period = DAY, **options) -> Figures:
    store.seal_now()
    return store.read_now(lambda session: queries.figures(session, period, DISTRICT, **options))


def test_exercises_are_left_out_and_the_rest_is_counted_by_issue(night):
    store, _, _ = night
    found = counted(store)
    assert dict(found.by_issue) == {"AGM": 1, "RAD": 1, "SLT": 1, "TAM": 1, "WRG": 1}
    assert (found.total, found.settled, found.percent) == (5, 0, 0.0)
    assert dict(found.by_level) == {1: 0, 2: 2, 3: 2, 4: 1}
    assert found.reports == 6


def test_issues_for_named_persons_are_left_out_of_the_sum_too(night):
    store, _, _ = night
    found = counted(store, hidden=("RAD",))
    assert (found.total, found.by_level[4]) == (4, 0)
    assert "RAD" not in found.by_issue


def test_what_is_secret_by_its_second_issue_is_in_nothing_that_the_office_counts_or_reads_out(night):
    store, _, ids = night
    spoken = [code for code in DISTRICT.issues if code != "RAD"]

    def second(issue: str | None) -> None:
        def change(tx) -> None:
            tx.session.get(Incident, ids["protest"]).issue_secondary = issue
            tx.session.get(Incident, "w").issue_secondary = issue
            tx.session.get(Incident, ids["protest"]).parties = ["LSM Merah"]

        store.write_now(change)

    def told() -> tuple[int, ...]:
        lists = store.read_now(
            lambda session: (
                queries.open_incidents(session, spoken, NOW),
                queries.open_warnings(session, spoken),
                queries.incidents_with_parties(session, spoken),
            )
        )
        sums = counted(store, hidden=("RAD",)).total, counted(store, hidden=("RAD",), only=("TAM",)).total
        return (*sums, *map(len, lists))

    store.write_now(lambda tx: warn(tx, ids["protest"]))
    second("WRG")  # what may be spoken of takes nothing away
    before = told()
    second("RAD")
    assert [was - now for was, now in zip(before, told(), strict=True)] == [1, 1, 1, 1, 1]


def test_a_past_period_keeps_its_figures_whatever_comes_after(night):
    store, clock, ids = night
    clock.forward(30)
    store.write_now(lambda tx: lifecycle.close(tx, ids["protest"], RATNA, "Dialog selesai."))
    at_the_end = counted(store)
    assert (at_the_end.settled, at_the_end.percent) == (1, 20.0)
    clock.forward(24 * 60)
    store.write_now(lambda tx: lifecycle.reopen(tx, ids["protest"], RATNA, "Warga kembali."))
    store.write_now(lambda tx: lifecycle.close(tx, ids["church"], RATNA, "Bukan peristiwa.", dismissed=True))
    store.write_now(
        lambda tx: lifecycle.override(tx, ids["clash"], RATNA, {"level": 4, "issue": "WRG"}, "Korban bertambah.")
    )
    store.write_now(lambda tx: merging.merge(tx, ids["accused"], ids["clash"], RATNA, "Satu kejadian."))
    again = counted(store)
    assert again == at_the_end
    assert again.checkpoint.seq > 0
    assert len(again.checkpoint.hash) == 64
    later = counted(store, as_of=clock() + timedelta(minutes=1))
    assert (later.total, later.settled, later.dismissed) == (3, 0, 1)
    assert later.by_level[4] == 2


def test_an_undone_merge_counts_again(night):
    store, clock, ids = night
    clock.forward(1)
    store.write_now(lambda tx: merging.merge(tx, ids["accused"], ids["clash"], RATNA, "Satu kejadian."))
    assert counted(store).total == 4
    clock.forward(1)
    store.write_now(lambda tx: merging.split(tx, ids["accused"], RATNA, "Dua kejadian."))
    assert counted(store).total == 5


def test_history_counts_when_it_happened(night):
    store, _, ids = night
    when = datetime(2024, 3, 5, tzinfo=UTC)

    def age(tx):
        row = tx.session.get(Incident, ids["protest"])
        row.opened_at = row.closed_at = NOW
        row.occurred_start, row.state, row.close_reason = when, "settled", ARCHIVE

    store.write_now(age)
    assert counted(store).total == 4
    past = Period(datetime(2024, 1, 1, tzinfo=UTC), datetime(2024, 5, 1, tzinfo=UTC))
    assert counted(store, past, as_of=NOW + timedelta(days=1)).total == 1


def test_history_filed_after_a_period_joins_it_as_it_was_filed(night):
    store, clock, ids = night
    before = counted(store)
    clock.forward(30 * 24 * 60)

    def file(tx):
        row = tx.session.get(Incident, ids["clash"]).model_dump() | {
            "id": OLD,
            "state": "settled",
            "level": 2,
            "reports": 2,
        }
        row |= {"opened_at": clock(), "closed_at": clock(), "close_reason": ARCHIVE, "occurred_start": NOW}
        tx.add(Incident, [row])
        tx.audit("incident.opened", "triage", incident=OLD, archive=True, level=2)

    store.write_now(file)
    found = counted(store)
    assert (found.total, found.settled, found.history) == (before.total + 1, before.settled + 1, 1)
    clock.forward(60)
    store.write_now(lambda tx: changed(tx, tx.session.get(Incident, OLD), EventKind.INCIDENT_RAISED, "triage", level=4))
    store.write_now(
        lambda tx: tx.session.execute(update(Incident).where(Incident.id == OLD).values(level=4, reports=3))
    )
    assert counted(store) == found


def test_who_leads_and_stays_silent_past_the_time_is_named(night):
    store, _, _ = night
    found = counted(store)
    assert dict(found.silent) == {"POLRES": 2, "LH": 1}
    assert (found.asked, found.answered) == (4, 1)


def test_a_state_before_the_first_line_is_none():
    assert state_at([Line(3, NOW, "incident.opened", {})], NOW - timedelta(seconds=1)) is None


def test_an_empty_period_has_no_share():
    assert figures_of([], [], DAY, DAY.end, DISTRICT).percent is None


def test_no_count_below_five_is_shown_or_follows_from_the_rest():
    """Whoever knows every shown count and the total still finds two values for each hidden one: all cases up to 14."""
    seen: dict[tuple, list[tuple[int, ...]]] = {}
    for counts in product(range(15), repeat=3):
        seen.setdefault((blurred(sum(counts)), *map(blurred, counts)), []).append(counts)
    for (_, *shown), cases in seen.items():
        for place, count in enumerate(shown):
            assert count is not None or len({case[place] for case in cases}) > 1
            assert count is None or count == 0 or count >= 5


def tables_of(cases: list[Case], answers: list[list[int]]) -> dict[str, tuple]:
    found = figures_of(cases, (), DAY, DAY.end, DISTRICT)
    paper = public_paper(found, DISTRICT, answers)
    return {block.name: block.rows for block in paper.blocks if isinstance(block, Table)}


def test_the_order_of_public_rows_tells_no_count_that_is_hidden():
    """Whoever reads "-" four times over finds the same page whichever of the four has one incident and which four."""

    def page(counts: tuple[int, ...]) -> tuple:
        places = sorted(code for code, place in DISTRICT.places.items() if place.kind == "kecamatan")
        cases = [
            Case(f"{place}-{number}", NOW, "SLT", "BENTROK", 3, place, "open", conflict=True)
            for place, count in zip(places, counts, strict=False)
            for number in range(count)
        ]
        return tables_of(cases, [])["Kecamatan"]

    assert page((1, 2, 3, 4)) == page((4, 3, 2, 1))
    assert page((5, 9, 6)) == page((9, 5, 8))


def test_the_mean_of_one_more_answer_is_no_answer():
    """Whoever keeps last month's page takes its sums from this month's: it gives the sums of five answers or of none."""
    answers = [[1 + (number * place) % 4 for place in range(1, 10)] for number in range(12)]
    pages = [tables_of([], answers[:count]).get("SKM") for count in range(13)]
    assert pages[4] is None
    assert pages[5] is not None
    assert pages[5] == pages[6] == pages[9] != pages[10] == pages[12]


def test_answers_of_months_that_are_over_come_first_and_stay_in_their_order(night):
    store, _, _ = night

    def add(tx) -> None:
        rows = [(f"{(7 * number) % 10}", f"2026-{1 + number % 3:02}") for number in range(10)]
        tx.add(SurveyAnswer, [{"id": id_, "month": month, "marks": [4] * 9, "remark": ""} for id_, month in rows])

    store.write_now(add)
    asked = [
        store.read_now(lambda session, until=until: [one.id for one in queries.survey_answers(session, 2026, until)])
        for until in ("2026-01", "2026-02", "2026-03")
    ]
    assert [asked[2][: len(one)] for one in asked] == asked
    assert [len(one) for one in asked] == [4, 7, 10]


BUSY = Figures(
    period=DAY,
    as_of=NOW,
    total=4321,
    settled=4111,
    open=4222,
    reports=5678,
    dismissed=4333,
    history=4444,
    answer_minutes=4555,
    answered=4666,
    asked=4777,
    by_level={2: 4321},
    silent={"POLRES": 4888},
)
YEAR = Stretch("tahunan", "2026", date(2026, 1, 1), date(2026, 12, 31))


@pytest.mark.parametrize(
    "paper",
    [
        report_paper(YEAR, BUSY, DISTRICT, NOW),
        harmony_paper(date(2026, 11, 1), BUSY, [], DISTRICT),
        public_paper(BUSY, DISTRICT, []),
    ],
    ids=["report", "harmony", "public"],
)
def test_a_paper_writes_thousands_in_one_way(paper: Paper):
    said = repr([block for block in paper.blocks if not isinstance(block, Table)])  # tables write theirs when drawn
    assert re.search(r"\b4\.3\d\d\b", said)
    assert re.findall(r"\b[45]\d{3}\b", said) == []


def test_an_agenda_writes_thousands_as_papers_do():
    silent = [OpenIncident(2, "SLT", None, NOW, "open", ("POLRES",))] * 1234
    agenda = agenda_of(silent, [], [], DISTRICT, NOW.date())
    assert "1.234 peristiwa" in str(agenda[1])


def test_what_nobody_calls_a_conflict_is_not_counted():
    nil = Case("x", DAY.start, "LLN", "NIHIL", 1, None, "open", conflict=False)
    assert figures_of([nil], [], DAY, DAY.end, DISTRICT).total == 0


def warn(tx, like: str) -> None:
    """Keep a warning, whose answers stand on a row of `incident` of its own."""
    row = {**tx.session.get(Incident, like).model_dump(), "id": "w", "origin": "warning"}
    row |= {"opened_at": NOW - timedelta(minutes=1), "level": 4}
    tx.add(Incident, [row])
    tx.audit("incident.opened", "watcher", incident="w", subject="w", level=4)
    words = {"id": "Kenaikan peristiwa perguruan silat di Kec. Soko", "en": "A rise"}
    found = {
        "id": "w",
        "kind": "rise",
        "day": "2026-11-24",
        "told_day": "2026-11-24",
        "ends_day": "2026-12-01",
        "facts": {},
    }
    tx.add(EarlyWarning, [found | {"raised_at": tx.now, "words": words}])


def test_the_page_of_figures_counts_the_same(night):
    """`/angka` shows what was dismissed among its incidents, a report beside them; everything else is one number."""
    store, clock, ids = night
    clock.forward(30)
    store.write_now(lambda tx: lifecycle.close(tx, ids["protest"], RATNA, "Dialog selesai."))
    store.write_now(lambda tx: lifecycle.close(tx, ids["church"], RATNA, "Bukan peristiwa.", dismissed=True))
    store.write_now(lambda tx: warn(tx, ids["clash"]))
    wanted = page_queries.Wanted(DAY.start, clock())
    page = store.read_now(
        lambda session: tables.figures(
            page_queries.counted(session, RATNA, DISTRICT, wanted), DAY.start, clock(), ZoneInfo("Asia/Jakarta")
        )
    )
    found = counted(store, as_of=clock())
    assert (found.total + found.dismissed, found.settled, found.dismissed) == (
        page.incidents,
        page.settled,
        page.dismissed,
    )
    assert found.open == page.open
    assert found.answer_minutes == page.to_answer.median
    dismissed = {"AGM": 1}
    assert {code: n + dismissed.get(code, 0) for code, n in {"AGM": 0, **found.by_issue}.items()} == {
        one.code: one.total for one in page.issues
    }
