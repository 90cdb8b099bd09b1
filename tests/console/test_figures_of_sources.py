"""How often what each source told came true: counted from rows, for whom, small numbers, a person behind a code, files."""

import csv
import io
import re
from datetime import timedelta
from typing import Any

import pytest
from openpyxl import load_workbook

from schemas.records.people import Person
from schemas.records.reports import Report
from schemas.vocabulary import EventKind, Role
from services.console.figures.queries import LineFacts, ReportFacts, Wanted, told
from services.console.figures.sources import Truth, interval, kind_of, reporters, tracks, truths_of
from services.console.figures.tables import Share
from services.incidents import lifecycle, merging
from services.security.auth import identity_of
from tests.console.desk import VAULT
from tests.console.night import DISTRICT, NOW, report_id
from tests.console.test_figure_pages import count, incident

RIGHT, PARTLY, WRONG, UNKNOWN = Truth


def report(number, **more):
    row: dict[str, Any] = {"id": str(number), "incident": str(number), "filed_at": NOW, "institution": "FKDM"}
    row |= {"channel": "form", "anonymous": False, "source": "a", "rating": "B2"}
    return ReportFacts(**(row | more))


def line(kind, incident_="1", **data):
    return LineFacts(incident_, kind, data)


def assessed(**changed):
    return line(EventKind.INCIDENT_ASSESSED, before=dict.fromkeys(changed, "old"), after=changed)


VERIFIED, REOPENED = line(EventKind.INCIDENT_VERIFIED), line(EventKind.INCIDENT_REOPENED)


@pytest.mark.parametrize(
    ("state", "lines", "truth"),
    [
        ("open", [], UNKNOWN),
        ("handled", [], UNKNOWN),  # a lead's answer is no verification
        ("verified", [VERIFIED], RIGHT),
        ("handled", [VERIFIED], RIGHT),
        ("settled", [], RIGHT),
        ("dismissed", [VERIFIED], WRONG),
        ("open", [VERIFIED, REOPENED], UNKNOWN),  # asked anew
        ("verified", [VERIFIED, REOPENED, VERIFIED], RIGHT),
        ("settled", [assessed(kecamatan="35.23.02")], PARTLY),
        ("verified", [assessed(form="UNRAS"), VERIFIED], PARTLY),
        ("settled", [assessed(level=3)], RIGHT),  # how grave it is was the machine's word
        ("settled", [line(EventKind.INCIDENT_ASSESSED, before={"form": "X"}, after={"form": "X"})], RIGHT),
        ("open", [assessed(form="UNRAS")], UNKNOWN),
        ("dismissed", [assessed(form="UNRAS")], WRONG),
        ("settled", [line(EventKind.INCIDENT_VERIFIED, "2")], RIGHT),
    ],
)
def test_what_officers_found_says_whether_a_report_was_right(state, lines, truth):
    assert truths_of({"1": state}, lines) == {"1": truth}


@pytest.mark.parametrize(
    ("told_by", "kind"),
    [
        ({"institution": "FKDM", "channel": "sms"}, "office:FKDM"),
        ({"institution": None, "channel": "sms"}, "channel:sms"),
        ({"institution": None, "anonymous": True}, "nameless"),
    ],
)
def test_an_office_is_one_source_by_whatever_way_it_tells(told_by, kind):
    assert kind_of(report(1, **told_by)) == kind


def test_small_numbers_have_no_percentage_and_others_say_how_far_they_can_be_trusted():
    truths = {str(number): RIGHT if number <= 4 else WRONG for number in range(1, 11)} | {"11": UNKNOWN}
    four = tracks([report(number) for number in (1, 2, 3, 4, 11)], truths)[0]
    assert (four.reports, four.judged, four.percent, four.between) == (5, 4, None, None)
    five = tracks([report(number) for number in range(1, 6)], truths)[0]
    assert (five.percent, five.between) == (80, (38, 96))
    ten = tracks([report(number) for number in range(1, 12)], truths)[0]
    assert (ten.judged, ten.percent, ten.truths[UNKNOWN]) == (10, 40, 1)
    assert interval(40, 100) == (31, 50)  # as R's prop.test without its correction: 0.309, 0.498


def test_partly_right_is_not_called_right():
    truths = {"1": PARTLY, "2": RIGHT, "3": RIGHT, "4": RIGHT, "5": RIGHT}
    assert tracks([report(number) for number in range(1, 6)], truths)[0].percent == 80


def test_everything_adds_up_and_the_busiest_come_first():
    kinds = ({"institution": "FKDM"}, {"institution": None}, {"institution": None, "anonymous": True})
    rows = [report(number, **kinds[number % 7 % 3], rating="BCF"[number % 3] + "2") for number in range(200)]
    truths = {str(number): tuple(Truth)[number % 4] for number in range(200)}
    found = tracks(rows, truths)
    assert sum(one.reports for one in found) == 200
    assert all(sum(count for _, count in one.grades) == one.reports for one in found)
    assert [one.reports for one in found] == sorted((one.reports for one in found), reverse=True)


def test_people_without_a_name_are_nobody_whose_record_could_be_kept():
    rows = [
        report(1),
        report(2, source="b", anonymous=True),
        report(3, source="c"),
        report(4, filed_at=NOW + timedelta(1)),
    ]
    truths = {str(number): RIGHT for number in range(1, 5)}
    [one] = reporters(rows, truths, {"c"})
    assert (one.code, one.reports, one.latest) == ("a", 2, ("4", "4"))


def test_what_was_closed_is_told_of_each_issue_and_kecamatan():
    rows = [incident(number, state=("open", "settled", "dismissed", "handled")[number % 4]) for number in range(1, 41)]
    found = count(rows)
    assert found.issues[0].closed == found.kecamatan[0].closed == Share(20, 40)
    assert found.issues[0].closed.percent == 50


# -- from the store


def seen(desk, login="ratna", **wanted):
    def ask(session):
        reader = identity_of(session.get_one(Person, login))
        return told(session, reader, DISTRICT, Wanted(NOW - timedelta(days=1), NOW + timedelta(minutes=1), **wanted))

    return desk.store.read_now(ask)


def test_reports_come_with_their_grade_from_where_officers_have_put_them(either_desk):
    desk = either_desk
    before = seen(desk)
    rated = {one.id: (one.rating, one.institution, one.incident) for one in before.reports}
    assert rated[str(report_id("clash"))] == ("B2", "POLSEK", desk.ids["clash"])
    assert rated[str(report_id("clash-2"))] == ("F3", None, desk.ids["clash"])
    assert str(report_id("drill")) not in rated

    def act(tx):
        ratna = identity_of(tx.session.get_one(Person, "ratna"))
        lifecycle.verify(tx, desk.ids["clash"], ratna)
        lifecycle.override(tx, desk.ids["protest"], ratna, {"kecamatan": "35.23.02"}, "salah tempat")
        merging.merge(tx, desk.ids["protest"], desk.ids["church"], ratna, "satu peristiwa")
        lifecycle.close(tx, desk.ids["bomb"], ratna, "tidak benar", dismissed=True)

    desk.write(act)
    after = seen(desk)
    truths = truths_of(after.states, after.lines)
    by_report = {one.id: truths[one.incident] for one in after.reports}
    assert len(after.reports) == len(before.reports)
    assert {name: by_report[str(report_id(name))] for name in ("clash", "clash-2", "protest", "bomb")} == {
        "clash": RIGHT,
        "clash-2": RIGHT,
        "protest": UNKNOWN,  # judged by the incident that it was put into
        "bomb": WRONG,
    }
    assert {one.incident for one in after.reports if one.id == str(report_id("protest"))} == {desk.ids["church"]}


def test_what_a_reader_may_not_know_of_is_not_counted(desk):
    assert str(report_id("bomb")) in {one.id for one in seen(desk).reports}
    assert str(report_id("bomb")) not in {one.id for one in seen(desk, "emma").reports}  # for named persons only
    assert seen(desk, "joko") is None
    police = {
        "id": "bripka",
        "login": "bripka",
        "name": "B",
        "role": "verifier",
        "institution": "POLRES",
        "clearance": 4,
    }
    desk.write(lambda tx: tx.add(Person, [{**police, "unit": "", "post": "", "password": "", "named_for": []}]))
    assert str(report_id("accused")) in {one.id for one in seen(desk).reports}
    assert str(report_id("accused")) not in {one.id for one in seen(desk, "bripka").reports}
    assert seen(desk, kecamatan="35.23.06").states.keys() == {desk.ids["church"]}


# -- the page and its files


def table(body, id_):
    part = re.search(rf'<div class="folded" id="{id_}">.*?</details>', body, re.DOTALL)
    return part[0] if part else None


@pytest.mark.parametrize(
    ("role", "institution", "sources", "people"),
    [
        (Role.COORDINATOR, "KESBANG", True, True),
        (Role.VERIFIER, "KESBANG", True, True),
        (Role.AUDITOR, None, True, False),
        (Role.LEADER, "BUPATI", False, False),
        (Role.ADMIN, None, False, False),
    ],
)
def test_who_may_not_open_sources_sees_no_reporter_and_who_does_not_oversee_no_source(
    desk, role, institution, sources, people
):
    reader = desk.official(role, institution)
    body = reader.get("/angka?bahasa=id").body
    assert bool(table(body, "sumber")) is sources
    assert bool(table(body, "pelapor")) is people
    for name, may in (("sumber", sources), ("pelapor", people)):
        assert reader.get(f"/angka.csv?tabel={name}").status == (200 if may else 403)
    book = load_workbook(io.BytesIO(reader.get("/angka.xlsx").raw), read_only=True)
    assert ("Sumber seberapa sering benar" in book.sheetnames) is sources
    assert ("Per pelapor" in book.sheetnames) is people


def test_a_reporter_is_a_code_and_his_name_stands_behind_a_reason(desk, person):
    name = "Sri Pelapor"
    handle = VAULT.source_of("sri", None, "form", None)
    nobody = VAULT.source_of("anonymous", None, "form", None)
    rows = [{"id": str(report_id("clash")), "source": handle, "institution": None, "channel": "form"}]
    rows += [{"id": str(report_id("church")), "source": nobody, "institution": None, "channel": "form"}]
    desk.write(lambda tx: tx.put(Report, rows))
    body = person("ratna").get("/angka?bahasa=id").body
    part = table(body, "pelapor")
    assert name not in body
    assert f"/peristiwa/{desk.ids['clash']}/sumber/{report_id('clash')}" in part
    assert f">{handle[-6:].upper()}</a>" in part
    assert handle not in body  # the whole handle would tie pages together that nobody should tie
    assert nobody[-6:].upper() not in part
    assert "Di luar instansi, lewat formulir" in table(body, "sumber")


def test_a_filter_and_a_stretch_change_what_is_counted(desk, person):
    ratna = person("ratna")

    def total(query):
        rows = csv.DictReader(io.StringIO(ratna.get(f"/angka.csv?tabel=sumber{query}").body.lstrip("\ufeff")))
        return sum(int(row["laporan"]) for row in rows)

    assert (total(""), total("&kecamatan=35.23.11"), total("&level=KRITIS")) == (6, 2, 1)


def test_page_csv_and_workbook_say_the_same(desk, person):
    ratna = person("ratna")
    body = table(ratna.get("/angka?bahasa=id").body, "sumber")
    rows = list(csv.reader(io.StringIO(ratna.get("/angka.csv?tabel=sumber").body.lstrip("\ufeff"))))
    book = load_workbook(io.BytesIO(ratna.get("/angka.xlsx").raw))
    sheet = [["" if cell is None else str(cell) for cell in row] for row in book["Sumber seberapa sering benar"].values]
    assert sheet == rows
    assert rows[1][:3] == ["office:POLSEK", DISTRICT.called("POLSEK", ""), "5"]
    assert (
        f'scope="row">{DISTRICT.called("POLSEK", "")}</th><td role="cell" class="n" data-head="Laporan">5</td>' in body
    )
    assert "Sebagian: sama, tetapi petugas mengganti" in book["Keterangan"]["A7"].value
    assert book.sheetnames[0] == "Keterangan"
    assert "Definitions" in load_workbook(io.BytesIO(ratna.get("/angka.xlsx?bahasa=en").raw)).sheetnames
