"""The figures: counted from rows by hand for comparison, for whom, small numbers, words, CSV."""

import csv
import io
import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from schemas.vocabulary import Classification, Role
from services.console.figures.queries import AlertFacts, Counted, IncidentFacts, Wanted, counted
from services.console.figures.tables import Share, Spread, figures, spread
from services.security.auth import Identity
from tests.console.caller import Caller
from tests.console.night import DISTRICT, NOW, PASSWORD

ZONE = ZoneInfo("Asia/Jakarta")


def minutes(number):
    return timedelta(minutes=number)


def incident(number, **more):
    row = {"id": str(number), "level": 2, "issue": "TAM", "kecamatan": "35.23.01", "state": "open"}
    row |= {"opened_at": NOW - timedelta(hours=number), "closed_at": None, "reports": 1}
    return IncidentFacts(**(row | more))


def alert(number, took=None, **more):
    row = {"incident": str(number), "institution": "POLRES", "duty": "lead", "needed": False, "owed_at": NOW}
    row |= {"ack_due": NOW + minutes(15), "acknowledged_at": None if took is None else NOW + minutes(took)}
    return AlertFacts(**({**row, "reported_at": None} | more))


def count(incidents=(), alerts=(), verified=None, days=30):
    return figures(Counted(incidents, alerts, verified or {}, 0), NOW - timedelta(days=days), NOW, ZONE)


@pytest.mark.parametrize(
    ("cases", "expected"),
    [
        (0, Spread(0, None, None)),
        (2, Spread(2, None, None)),
        (3, Spread(3, 2, None)),
        (19, Spread(19, 10, None)),
        (20, Spread(20, 10, 18)),
        (101, Spread(101, 51, 91)),
    ],
)
def test_small_numbers_are_not_dressed_up(cases, expected):
    assert spread(minutes(number) for number in range(1, cases + 1)) == expected


def test_a_percentage_needs_twenty():
    assert [Share(1, whole).percent for whole in (0, 3, 19, 20, 200)] == [None, None, None, 5, 0]


def test_in_time_is_of_those_that_have_a_deadline_and_copies_ask_nothing():
    found = count(
        [incident(1)],
        [alert(1, 14), alert(2, 15), alert(3, 16), alert(4), alert(5, 3, ack_due=None), alert(6, 1, duty="inform")],
    )
    (one,) = found.institutions
    assert (one.asked, one.answered, one.in_time) == (5, Share(4, 5), Share(2, 4))
    assert one.answer == Spread(4, 14, None)
    assert found.to_answer.count == 4
    wanted = count([incident(1)], [alert(1, duty="inform", needed=True)])
    assert wanted.institutions[0].asked == 1


def test_everything_adds_up():
    rows = [
        incident(
            number,
            level=number % 4 + 1,
            kecamatan=None if number % 5 == 0 else f"35.23.{number % 3 + 1:02}",
            issue=("TAM", "SLT")[number % 2],
            reports=number % 3 + 1,
            state=("open", "settled", "dismissed")[number % 3],
        )
        for number in range(1, 700)
    ]
    found = count(rows)
    assert found.incidents == sum(found.levels) == found.open + found.settled + found.dismissed == 699
    assert sum(one.total for one in found.issues) == 699
    assert sum(one.total for one in found.kecamatan) + found.unplaced == 699
    assert sum(week.incidents for week in found.weeks) == 699
    assert all(sum(one.levels) == one.total for one in (*found.issues, *found.kecamatan))
    assert found.reports == sum(one.reports for one in rows)


def test_weeks_begin_on_local_mondays_and_only_whole_ones_are_called_whole():
    monday = datetime(2026, 11, 22, 17, 0, tzinfo=UTC)  # 00.00 WIB of Monday the 23rd
    found = count([incident(1, opened_at=monday), incident(2, opened_at=monday - timedelta(seconds=1))])
    weeks = {week.first: (week.incidents, week.whole) for week in found.weeks}
    assert weeks[date(2026, 11, 23)] == (1, False)
    assert weeks[date(2026, 11, 16)] == (1, True)
    assert weeks[date(2026, 10, 19)] == (0, False)
    assert len(weeks) == 6


def numbers(body):
    return {
        word.lower(): int(number.replace(".", ""))
        for number, word in re.findall(r"<dd>([\d.]+)</dd><dt>([A-Za-z ]+?) ?<", body)
    }


def test_the_page_counts_what_its_reader_may_know_of(desk, person):
    assert numbers(person("ratna").get("/angka").body)["peristiwa"] == 5  # neither the exercise
    emma = person("emma").get("/angka?bahasa=id").body
    assert numbers(emma)["peristiwa"] == 4  # nor what is for named persons only
    assert "terorisme</th>" not in emma
    assert "radikalisme" not in re.sub(r"<select.*?</select>", "", emma, flags=re.DOTALL)


def test_what_is_long_is_folded_and_each_way_to_it_leads_inside(desk, person):
    """A link to what stands inside a folded part opens it, without scripts; the part itself would stay shut."""
    ratna = person("ratna")
    body = ratna.get("/angka").body
    opened = re.findall(r'<details class="card fold"( open)?>.*?<div class="folded" id="(\w+)">', body)
    assert {id_ for is_open, id_ in opened if not is_open} >= {"masalah", "kecamatan", "sumber", "pelapor"}
    assert {id_ for is_open, id_ in opened if is_open} >= {"lama", "minggu", "instansi"}
    jumps = re.search(r'<nav class="kinds jumps.*?</nav>', body)
    assert jumps is not None
    assert set(re.findall(r'href="#(\w+)"', jumps[0])) == {id_ for _, id_ in opened}
    whole = ratna.get("/angka?hari=90&buka=semua").body
    main = whole[whole.index("<main") :]
    assert main.count("<details") == main.count('<details class="card fold" open') + main.count(
        '<details class="more" open'
    )
    assert "Buka semua" not in whole


def test_institutions_that_are_asked_most_are_seen_at_once_and_the_others_follow(desk, person, monkeypatch):
    monkeypatch.setattr("services.console.figures.pages.FIRST", 1)
    body = person("ratna").get("/angka").body
    part = body[body.index('id="instansi"') : body.index('id="masalah"')]
    at_once, _, others = part.partition('<details class="more">')
    every = csv.reader(io.StringIO(person("ratna").get("/angka.csv").body.lstrip("\ufeff")))
    names = [row[1] for row in list(every)[1:]]
    assert len(names) > 1
    heads = re.compile(r'scope="row">(.*?)</th>')
    assert (heads.findall(at_once), heads.findall(others)) == (names[:1], names[1:])
    assert f"{len(names) - 1} instansi lain" in others


@pytest.mark.parametrize("login", ["joko", "dewi", "ani"])
def test_who_does_not_oversee_has_no_figures(desk, person, login):
    assert person(login).get("/angka").status == 403
    assert person(login).get("/angka.csv").status == 403


def test_what_is_masked_for_a_reader_tells_not_who_was_told(desk):
    """Below the clearance of its issue an incident is counted, its recipients are not."""
    mine = DISTRICT.issues["TAM"].model_copy(update={"classification": Classification.RAHASIA})
    district = DISTRICT.model_copy(update={"issues": {**DISTRICT.issues, "TAM": mine}})
    wanted = Wanted(NOW - timedelta(days=1), NOW + minutes(1))

    def asked(clearance):
        reader = Identity("x", "X", Role.AUDITOR, clearance=clearance)
        return desk.store.read_now(lambda session: counted(session, reader, district, wanted))

    low, high = asked(1), asked(3)
    assert [one.id for one in low.incidents] == [one.id for one in high.incidents]
    assert {one.incident for one in high.alerts} - {one.incident for one in low.alerts} == {desk.ids["protest"]}


def test_a_filter_and_a_stretch_change_what_is_counted(desk, person):
    ratna = person("ratna")
    assert numbers(ratna.get("/angka?kecamatan=35.23.11").body)["peristiwa"] == 1
    assert numbers(ratna.get("/angka?level=TINGGI").body)["peristiwa"] == 2
    desk.clock.now = NOW + timedelta(days=8)
    later = Caller(desk.url).sign_in("ratna", PASSWORD)  # the session of before has ended
    assert "Tidak ada peristiwa dalam rentang ini" in later.get("/angka?hari=7").body
    assert numbers(later.get("/angka?hari=30").body)["peristiwa"] == 5


@pytest.mark.parametrize(
    "query", ["hari=1", "hari=x", "level=SUPER", "hari=30&issue=XYZ", "kecamatan=99", "issue=%27%3B--", "tabel=x"]
)
def test_what_no_list_knows_is_refused_or_finds_nothing(desk, person, query):
    assert person("ratna").get(f"/angka?{query}").status in (200, 400)
    assert person("ratna").get(f"/angka.csv?{query}").status in (200, 400, 404)


@pytest.mark.parametrize("table", ["instansi", "masalah", "kecamatan", "minggu"])
def test_each_table_is_a_file_that_spreadsheets_read(desk, person, table):
    answer = person("ratna").get(f"/angka.csv?tabel={table}")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert "attachment" in answer.headers["content-disposition"]
    rows = list(csv.reader(io.StringIO(answer.body.lstrip("\ufeff"))))
    assert len({len(row) for row in rows}) == 1
    assert len(rows) > 1
    if table != "instansi":
        column = 1 if table == "minggu" else 2
        place = rows[0].index("peristiwa")
        assert sum(int(row[place]) for row in rows[1:]) == 5
        assert column <= place


def test_csv_and_page_say_the_same_of_an_institution(desk, person):
    ratna = person("ratna")
    body = ratna.get("/angka").body
    rows = csv.DictReader(io.StringIO(ratna.get("/angka.csv?tabel=instansi").body.lstrip("\ufeff")))
    for row in rows:
        line = re.search(
            rf'scope="row">{re.escape(row["instansi"])}</th><td [^>]*data-head="Diminta">(\d+)</td>'
            r'<td [^>]*data-head="Menjawab">(\d+) dari',
            body,
        )
        assert line, row
        assert line.groups() == (row["diminta"], row["menjawab"])
