"""What the bench makes of full stores and of nights: the script, the copies, the chase, the tables."""

import asyncio
import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlmodel
from sqlalchemy import func, select

from schemas.district import District
from schemas.records.alerts import Alert
from schemas.records.audit_log import Journal
from schemas.records.incidents import Incident
from services.notify.alerting.escalation_sweep import due
from services.store.audit_log import broken_links
from services.store.database import Store
from services.store.transaction import table_of
from tests.bench import filled, filling, night, night_script
from tests.bench.comparison import compared
from tests.bench.database import fresh

AT = datetime(2026, 11, 28, 12, tzinfo=UTC)
DAY = timedelta(days=1)


# -- a full store ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> tuple[filling.Filled, Store]:
    folder: Path = tmp_path_factory.mktemp("full")
    url = f"sqlite:///{folder / 'kentongan.db'}"
    return asyncio.run(filling.fill(folder, url, AT, 120, 3_000, lambda _words: None)), Store(url, lambda: AT)


def test_a_full_store_holds_what_was_asked_for(full: tuple[filling.Filled, Store]) -> None:
    told, store = full
    assert told.open >= 120
    assert told.rows["journal"] == 3_000
    assert told.rows["alert"] > told.open
    ids = store.read_now(
        lambda found: found.connection().execute(select(table_of(Alert).c.incident_id)).scalars().all()
    )
    assert set(ids) <= set(
        store.read_now(lambda found: found.connection().execute(select(table_of(Incident).c.id)).scalars().all())
    )


def test_every_line_of_it_is_sealed_and_chained(full: tuple[filling.Filled, Store]) -> None:
    asked = sqlmodel.select(Journal).order_by(sqlmodel.col(Journal.seq))
    lines = full[1].read_now(lambda found: list(found.exec(asked)))
    assert all(line.hash for line in lines)
    assert broken_links(lines) == []


def test_nothing_of_it_is_due_and_it_was_told_over_nine_days(full: tuple[filling.Filled, Store]) -> None:
    assert not full[1].read_now(lambda found: due(found, AT)).incidents
    opened = table_of(Incident).c.opened_at
    asked = select(func.min(opened), func.max(opened))
    first, last = full[1].read_now(lambda found: found.connection().execute(asked).one())
    assert AT - 10 * DAY < datetime.fromisoformat(str(first)).replace(tzinfo=UTC) < AT - 8 * DAY
    assert datetime.fromisoformat(str(last)).replace(tzinfo=UTC) < AT


@pytest.mark.postgres
def test_a_full_store_is_made_on_postgresql_too(postgres: str, tmp_path: Path) -> None:
    with fresh(postgres, tmp_path, "full") as store:
        told = asyncio.run(filling.fill(tmp_path, store.url, AT, 50, 1_500, lambda _words: None))
        assert (told.open >= 50, told.rows["journal"]) == (True, 1_500)
        kept, asked = Store(store.url), sqlmodel.select(Journal).order_by(sqlmodel.col(Journal.seq))
        assert broken_links(kept.read_now(lambda found: list(found.exec(asked)))) == []
        kept.close()


@pytest.mark.parametrize("old", ["0c9b2a5e1f7d4c8a9b3e6f1d2c4a5b6e", "d0c324a7-3661-4972-a4ca-7d9645918d67"])
def test_a_copied_id_has_the_form_of_the_old_one(old: str) -> None:
    one, two = filling.named(old, 1), filling.named(old, 2)
    assert len({old, one, two}) == 3
    assert [part.isalnum() and len(part) for part in one.split("-")] == [len(part) for part in old.split("-")]
    assert filling.named(old, 1) == one


def test_every_instant_in_json_moves_and_nothing_else() -> None:
    told = json.dumps({"at": "2026-11-22T02:20:50.597044+00:00", "end": "2026-11-22T02:20:50Z", "day": "2026-11-22"})
    moved = json.loads(filling.later(told, DAY))
    assert moved == {
        "at": "2026-11-23T02:20:50.597044+00:00",
        "end": "2026-11-23T02:20:50+00:00",
        "day": "2026-11-22",
    }


# -- its table ---------------------------------------------------------------------------------------------------------


def flat(two: float) -> dict[str, object]:
    return {
        "name": "50 open",
        "rate": 100,
        "bar": 1.3,
        "store_mb": [1.0, 9.0],
        "idle_mb": [300, 400],
        "restarts": [0, 0],
        "latency": {"p50": [10.0, 12.0]},
        "processes": filled.pairs({"notify": 2.0, "console": 0.01}, {"notify": two, "console": 0.05}),
        "steps": filled.pairs({"deciding": 1.0}, {"deciding": 1.2}),
        "idle_ms_per_s": filled.pairs({"notify": 5.0}, {"notify": 50.0}),
    }


def test_a_figure_above_the_bar_is_named_and_a_slight_one_is_not() -> None:
    above = [line.split()[0] for line in filled.said(flat(2.8)) if "above 1.3" in line]
    assert above == ["notify", "all"]
    assert not any("above" in line for line in filled.said(flat(2.4)))


def test_ratios_of_two_runs_stand_side_by_side_where_both_filled_a_store_alike() -> None:
    runs = [{"commit": "a", "parts": [], "ratios": {}, "flat": flat(two)} for two in (2.0, 3.0)]
    lines = compared(runs[0], runs[1])
    assert ["processes", "notify", "1.00", "1.50", "1.50"] in [line.split() for line in lines]
    assert compared(runs[0], {**runs[1], "flat": {**flat(3.0), "name": "90 open"}}) == lines[:1]


# -- the night ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def told(tuban: District) -> list[night_script.Telling]:
    return night_script.written(tuban)


def test_the_same_seed_gives_the_same_night(tuban: District, told: list[night_script.Telling]) -> None:
    assert night_script.written(tuban) == told
    assert night_script.written(tuban, 2) != told
    assert len({one.id for one in told}) == len(told)


def test_the_evening_climbs_to_its_peak_and_calms_down(told: list[night_script.Telling]) -> None:
    hours = Counter(int(one.at // 3600) for one in told if one.kind != "flood")
    assert [hours[number] for number in range(24)] == list(night_script.HOURLY)
    assert list(told) == sorted(told, key=lambda one: one.at)
    flood = [one for one in told if one.kind == "flood"]
    assert ({one.source for one in flood}, len(flood)) == ({"flood"}, night_script.FLOODED)


def test_all_kinds_are_told_and_what_speaks_of_something_has_been_told_before(
    told: list[night_script.Telling],
) -> None:
    assert {one.kind for one in told} == {*night_script.KINDS, "flood"}
    texts, places = set[str](), set[str]()
    for one in told:
        if one.kind == "copy":
            assert one.text in texts
        if one.kind in night_script.LATER:
            assert one.desa in places
        texts.add(one.text)
        places.add(one.desa)


@pytest.mark.parametrize(("hours", "begins", "ends"), [(24, 0, 24), (1, 18, 19), (6, 13, 19), (20, 0, 20)])
def test_a_part_of_the_night_ends_when_its_peak_is_over(
    told: list[night_script.Telling], hours: float, begins: int, ends: int
) -> None:
    first, some = night_script.part(told, hours)
    assert first == begins * 3600
    assert {int(one.at // 3600) for one in some} == set(range(begins, ends))


def test_a_step_of_the_chase_is_late_by_the_look_at_which_it_is_gone() -> None:
    dues, second = night.Dues(), timedelta(seconds=1)
    one, two, three = (("rung", name, AT + 10 * second) for name in "abc")
    dues.look(AT, [one, two])
    dues.look(AT + 5 * second, [one, three])  # two was answered before it was due
    dues.look(AT + 12 * second, [one])
    dues.look(AT + 30 * second, [one])
    assert dues.late == [(AT + 10 * second, 2.0)]
    assert dues.left() == [20.0]


def test_an_hour_of_the_night_is_kept_with_its_latencies() -> None:
    row = night.row_of(18, night.Hour(offered=3, accepted=2, refused=1, latencies=[30.0, 10.0], due=1, late=[4.0]))
    assert (row["hour"], row["told"], row["p50"], row["p99"], row["late_p99"]) == (0, 2, 30.0, 30.0, 4.0)


def test_two_nights_stand_side_by_side_by_the_hour() -> None:
    rows = [night.row_of(18, night.Hour(offered=9, accepted=9, latencies=[ms], store_mb=10)) for ms in (10.0, 20.0)]
    runs = [{"commit": "a", "parts": [], "ratios": {}, "night": {"hours": [row]}} for row in rows]
    assert ["00.00", "p50", "10.0", "20.0", "2.00"] in [line.split() for line in compared(runs[0], runs[1])]
