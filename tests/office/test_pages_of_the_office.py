"""Walk the office's pages as people do: ask, answer, write a note, hold a meeting, issue a report."""

import io
import re
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from http.client import HTTPConnection
from itertools import product
from typing import Any
from urllib.parse import urlsplit

import openpyxl
import pypdfium2
import pytest
from fastapi import Request
from sqlalchemy import update

from schemas.office.records import Ask, Document, Meeting, OrmasLink, SurveyAnswer
from schemas.records.audit_log import Journal
from schemas.records.incidents import Incident
from schemas.records.people import Person
from schemas.vocabulary import Classification, Level, Role
from services.console.dependencies import Deps
from services.console.office.printing import Printing
from services.console.report.receipt import ticket
from services.console.web.errors import Sorry
from services.console.web.page_base import SignedInPages
from services.console.web.rendering import Pages
from services.console.web.sessions import Visitor
from services.incidents import lifecycle
from services.office import ormas
from services.office.papers.official import letterhead_of
from services.office.papers.paper import Paper, Paragraph
from services.policy.versions import Rules
from services.security.auth import Identity, Receipts
from services.security.refusal import Refused
from tests.console.caller import Answer, Caller
from tests.console.desk import Desk, running
from tests.console.night import DISTRICT, HASH, NOW, SECRET, owe, report_id
from tests.office.test_office_figures import warn
from tests.warnings.histories import SOKO, Happened, keep

RATNA = Identity("ratna", "Ratna", Role.COORDINATOR, "KESBANG", clearance=4, named_for=("RAD",))
NOTE = {
    "subject": "Rencana penolakan kegiatan",
    "issue": "AGM",
    "classification": "2",
    "source": "Perangkat desa",
    "relation": "Melihat spanduk",
    "how": "Wawancara",
    "obtained": "2026-11-24T19:00",
    "reliability": "B",
    "credibility": "2",
    "facts": "Pukul 16.00 spanduk dipasang.\nPukul 18.00 warga berkumpul.",
    "opinion": "Kemungkinan ada aksi besok.",
}
MORE_PEOPLE = {
    "kejari": {"name": "Wahyu Hartono", "role": "member", "institution": "KEJARI", "clearance": 3},
    "fkub": {"name": "Siti Rahmah", "role": "member", "institution": "FKUB", "clearance": 2},
}


@pytest.fixture
def office(desk: Desk) -> Desk:
    rows = [
        {"id": login, "login": login, "password": HASH, "unit": "", "post": "", "language": "id", "active": True}
        | {"named_for": [], **facts}
        for login, facts in MORE_PEOPLE.items()
    ]
    desk.write(lambda tx: tx.add(Person, rows))
    desk.write(lambda tx: tx.session.execute(update(Incident).values(opened_at=NOW - timedelta(minutes=1))))
    return desk


def rows(desk: Desk, table: Any) -> list[Any]:
    from sqlmodel import select

    return desk.store.read_now(lambda session: list(session.exec(select(table))))


def send(who: Caller, page: str, path: str, **fields: str) -> Answer:
    return who.form(path, {"csrf": who.get(page).csrf, **fields})


def fetched(who: Caller, path: str) -> tuple[int, bytes]:
    cookie = "; ".join(f"{name}={value}" for name, value in who.cookies.items())
    with closing(HTTPConnection(urlsplit(who.url).netloc, timeout=20)) as connection:
        connection.request("GET", path, headers={"Cookie": cookie})
        response = connection.getresponse()
        return response.status, response.read()


def raw(who: Caller, path: str) -> bytes:
    status, body = fetched(who, path)
    assert status == 200, status
    return body


def pdf_text(data: bytes) -> str:
    pages = pypdfium2.PdfDocument(data)
    return " ".join(" ".join(page.get_textpage().get_text_range() for page in pages).split())


def write_note(who: Caller, **fields: str) -> Answer:
    return send(who, "/li", "/li", **{**NOTE, "to_KODIM": "1", "to_KEJARI": "1", **fields})


# -- information notes --------------------------------------------------------------------------------------------------


def test_a_note_is_numbered_read_by_its_recipients_and_acknowledged_by_each(office: Desk, person) -> None:
    joko, satrio, kejari = person("joko"), person("satrio"), person("kejari")
    made = write_note(joko)
    assert made.status == 303, made.body
    address = made.headers["location"]
    page = joko.get(address).body
    assert "T/LI-01/XI/2026/POLRES" in page
    assert "RESOR TUBAN" in page
    assert "24 November 2026 pukul 19.00 WIB" in page
    assert "B2 (sumber dapat dipercaya; isi mungkin benar)" in page
    assert (
        page.index("II. FAKTA") < page.index("warga berkumpul") < page.index("III. PENDAPAT") < page.index("aksi besok")
    )
    assert page.count("belum diterima") == 2
    asks = {one.institution: one for one in rows(office, Ask)}
    assert set(asks) == {"KODIM", "KEJARI"}
    assert "Terima Laporan Informasi" in satrio.get("/permintaan").body
    done = send(satrio, "/permintaan", f"/permintaan/{asks['KODIM'].id}/jawab", text="")
    assert done.status == 303
    page = kejari.get(address).body
    assert page.count("belum diterima") == 1
    assert "Satrio Nugroho" in page
    second = write_note(joko, subject="Lain")
    assert "T/LI-02/XI/2026/POLRES" in joko.get(second.headers["location"]).body
    other = write_note(kejari, to_KEJARI="", to_POLRES="1")
    assert "T/LI-01/XI/2026/KEJARI" in kejari.get(other.headers["location"]).body


def test_nobody_but_sender_and_recipients_opens_a_note(office: Desk, person) -> None:
    address = write_note(person("joko")).headers["location"]
    assert [person(who).get(address).status for who in ("satrio", "kejari", "agus")] == [200, 200, 200]
    for who in ("ratna", "dewi", "fkub", "emma", "ani"):
        assert person(who).get(address).status in (403, 404), who
        assert "spanduk" not in person(who).get("/li").body
        assert person(who).get(f"{address}/pdf").status in (403, 404)


def test_a_secret_note_goes_to_who_may_read_it_and_every_reading_is_kept(office: Desk, person) -> None:
    refused = write_note(person("joko"), classification="3")
    assert refused.status == 409
    assert "belum ada orang" in refused.body.lower()
    made = write_note(person("joko"), classification="3", to_KODIM="")
    address = made.headers["location"]
    body = person("kejari").get(address).body
    assert "R/LI-01/XI/2026/POLRES" in body
    assert "Dibaca oleh Wahyu Hartono" in body
    [line] = [one for one in rows(office, Journal) if one.kind == "document.read"]
    assert line.actor == "kejari"
    office.write(lambda tx: tx.session.execute(update(Person).where(Person.id == "kejari").values(clearance=2)))
    assert person("kejari").get(address).status == 403
    assert "spanduk" not in person("kejari").get("/permintaan").body


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"facts": " "}, "perlu fakta"),
        ({"source": ""}, "perlu sumber"),
        ({"issue": ""}, "satu masalah"),
        ({"issue": "RAD"}, "orang yang ditunjuk"),
        ({"credibility": "9"}, "Nilai baket"),
        ({"classification": "1"}, "tidak boleh di bawah"),
        ({"classification": "4"}, "di atas kewenangan"),
        ({"to_KODIM": "", "to_KEJARI": ""}, "satu penerima"),
        ({"to_POLSEK": "1"}, "bukan instansi tingkat kabupaten"),
        ({"incident": "nothing"}, "Peristiwa tidak ditemukan"),
    ],
)
def test_what_is_no_note_is_refused_and_nothing_is_lost(office: Desk, person, fields: dict[str, str], why: str) -> None:
    answer = write_note(person("joko"), **fields)
    assert answer.status in (409, 422, 403, 404), answer.status
    assert why in answer.body
    assert "Kemungkinan ada aksi besok." in answer.body
    assert rows(office, Document) == []


def test_of_an_incident_nothing_is_said_to_whom_it_accuses(office: Desk, person) -> None:
    accused = office.ids["accused"]
    answer = write_note(person("ratna"), incident=accused, issue="WRG", to_POLRES="1")
    assert "terlapor dalam peristiwa ini" in answer.body
    assert write_note(person("joko"), incident=accused, issue="WRG").status == 404
    assert write_note(person("ratna"), incident=office.ids["bomb"], issue="WRG").status == 409
    assert write_note(person("ratna"), incident=accused, issue="WRG").status == 303


def test_a_note_prints_as_pdf_with_the_same_words(office: Desk, person) -> None:
    joko = person("joko")
    address = write_note(joko, incident=office.ids["clash"], issue="SLT").headers["location"]
    said = pdf_text(raw(joko, f"{address}/pdf"))
    for words in (
        "TERBATAS",
        "LAPORAN INFORMASI",
        "T/LI-01/XI/2026/POLRES",
        "Kec. Soko",
        "warga berkumpul",
        "Tuban, 24 November 2026",
    ):
        assert words in said


# -- meetings -----------------------------------------------------------------------------------------------------------


def planned(ratna: Caller, **fields: str) -> str:
    wanted = {"kind": "rapat", "title": "Rapat Kominda", "place": "Aula", "starts_at": "2026-11-24T20:00", **fields}
    made = send(ratna, "/rapat", "/rapat", **wanted)
    assert made.status == 303, made.body
    return made.headers["location"]


def test_an_agenda_writes_itself_and_minutes_are_closed_once(office: Desk, person) -> None:
    ratna = person("ratna")
    send(
        ratna,
        "/permintaan",
        "/permintaan",
        kind="clarify",
        institution="KODIM",
        text="Minta penjelasan",
        due="2026-11-24T22:00",
    )
    office.clock.forward(90)
    office.write(lambda tx: warn(tx, office.ids["clash"]))
    address = planned(ratna)
    page = ratna.get(address).body
    assert "Kenaikan peristiwa perguruan silat di Kec. Soko" in page
    assert page.count("Tinggi: Perguruan silat") == 1
    assert "Tinggi: Perguruan silat, Kec. Soko" in page
    assert "Polres Tuban" in page
    assert "Kodim 0811/Tuban: batas 24 November 2026" in page or "Kodim 0811: batas 24 November 2026" in page
    assert "Radikal" not in page
    attendance = {"of0": "KESBANG", "name0": "Ratna", "post0": "Kabid", "of1": "KODIM", "name1": "Satrio", "post1": ""}
    assert send(ratna, address, f"{address}/hadir", **attendance).status == 303
    assert send(ratna, address, f"{address}/risalah", minutes="Dibahas situasi Soko.").status == 303
    decided = send(
        ratna, address, f"{address}/putusan", text="Mediasi di Soko", institution="POLRES", due="2026-11-27T12:00"
    )
    assert decided.status == 303
    draft = ratna.get(f"{address}/berita-acara").body
    assert "KONSEP" in draft
    assert send(ratna, address, f"{address}/tutup").status == 303
    minutes = ratna.get(f"{address}/berita-acara").body
    for words in (
        "T/001/XI/2026/KESBANG",
        "Mediasi di Soko",
        "Satrio",
        "Dibahas situasi Soko.",
        "Selasa, 24 November 2026",
    ):
        assert words in minutes
    assert "KONSEP" not in minutes
    joko = person("joko")
    assert "Mediasi di Soko" in joko.get("/permintaan").body
    assert ratna.form(f"{address}/risalah", {"csrf": ratna.get("/rapat").csrf, "minutes": "lain"}).status == 409
    # What happens afterwards leaves the closed agenda as it was.
    before = re.findall(r"<li>(.*?)</li>", ratna.get(f"{address}/berita-acara").body)
    office.write(lambda tx: lifecycle.close(tx, office.ids["clash"], RATNA, "Damai."))
    assert re.findall(r"<li>(.*?)</li>", ratna.get(f"{address}/berita-acara").body) == before


def mark(caller: Caller, address: str, act: str) -> str:
    """Give the mark of what the form of an act was filled in from."""
    body = caller.get(address).body
    return re.search(rf'action="{address}/{act}">.*?name="read" value="([^"]+)"', body, re.DOTALL)[1]


@pytest.mark.parametrize(
    ("act", "first", "second"),
    [
        ("risalah", {"minutes": "Butir 1 sampai 3"}, {"minutes": "Catatan singkat"}),
        ("hadir", {"of0": "POLRES", "name0": "Budi", "post0": ""}, {"of0": "KODIM", "name0": "Adi", "post0": ""}),
    ],
)
def test_what_another_wrote_meanwhile_is_overwritten_only_by_who_has_seen_it(
    office: Desk, person, act: str, first: dict[str, str], second: dict[str, str]
) -> None:
    ratna = person("ratna")
    rini = office.official(Role.COORDINATOR, "KESBANG", login="rini")
    address = planned(ratna)
    read = mark(rini, address, act)
    assert send(ratna, address, f"{address}/{act}", read=mark(ratna, address, act), **first).status == 303
    refused = send(rini, address, f"{address}/{act}", read=read, **second)
    assert refused.status == 409
    for word in (*filter(None, first.values()), *filter(None, second.values())):
        assert word in refused.body, word  # both stand on the page
    [kept] = rows(office, Meeting)
    assert (kept.minutes or kept.attendance[0]["name"]) in first.values()
    assert send(rini, address, f"{address}/{act}", read=mark(rini, address, act), **second).status == 303
    assert send(rini, address, f"{address}/{act}", read=read, **second).status == 303  # sent twice: nothing is lost
    [kept] = rows(office, Meeting)
    assert (kept.minutes or kept.attendance[0]["name"]) in second.values()


def test_whoever_is_written_down_as_there_is_kept(office: Desk, person) -> None:
    ratna = person("ratna")
    address = planned(ratna)
    lines = {"of0": "POLRES", "name0": "Budi", "post0": "", "of1": "", "name1": "H. Mahfud", "post1": "tokoh"}
    lines |= {"of2": "", "name2": "", "post2": "Ketua RT", "of3": "KODIM", "name3": "", "post3": ""}
    assert send(ratna, address, f"{address}/hadir", **lines).status == 303
    [kept] = rows(office, Meeting)
    assert [tuple(one.values()) for one in kept.attendance] == [
        ("POLRES", "Budi", ""),
        ("", "H. Mahfud", "tokoh"),
        ("", "", "Ketua RT"),
    ]
    assert "H. Mahfud" in ratna.get(f"{address}/berita-acara").body


def test_two_plans_that_differ_in_anything_are_two_meetings(office: Desk, person) -> None:
    ratna = person("ratna")
    plain = {"kind": "rapat", "title": "Rapat mingguan", "place": "Aula", "starts_at": "2026-11-24T20:00"}
    others = [
        {"kind": "forum"},
        {"title": "Rapat bulanan"},
        {"place": "Pendopo lantai 2"},
        {"starts_at": "2026-11-24T21:00"},
    ]
    addresses = [planned(ratna, **{**plain, **other}) for other in ({}, *others)]
    assert len(set(addresses)) == len(rows(office, Meeting)) == 5
    assert planned(ratna, **plain) == addresses[0]  # sent twice it is one


def test_minutes_are_not_closed_before_the_meeting(office: Desk, person) -> None:
    ratna = person("ratna")
    address = planned(ratna, starts_at="2026-11-25T09:00")
    send(ratna, address, f"{address}/hadir", of0="KESBANG", name0="Ratna", post0="Kabid")
    refused = send(ratna, address, f"{address}/tutup")
    assert refused.status == 409
    assert "belum dimulai" in refused.body


def test_only_a_coordinator_holds_meetings(office: Desk, person) -> None:
    joko = person("joko")
    answer = joko.form(
        "/rapat",
        {"csrf": joko.get("/li").csrf, "kind": "rapat", "title": "x", "place": "y", "starts_at": "2026-11-25T09:00"},
    )
    assert answer.status == 403
    assert rows(office, Meeting) == []


def test_an_input_of_the_public_forum_has_an_owner_a_time_and_an_answer(office: Desk, person) -> None:
    ratna = person("ratna")
    address = planned(ratna, kind="forum", title="Forum Konsultasi Publik")
    wish = {
        "element": "FKUB",
        "text": "Koordinasi rutin tiap bulan",
        "institution": "KESBANG",
        "due": "2026-12-20T12:00",
    }
    assert send(ratna, address, f"{address}/masukan", **wish).status == 303
    assert send(ratna, address, f"{address}/masukan", **wish).status == 409
    [ask] = rows(office, Ask)
    send(ratna, "/permintaan", f"/permintaan/{ask.id}/jawab", text="Dijadwalkan tiap tanggal 5.")
    send(ratna, address, f"{address}/hadir", of0="FKUB", name0="Siti Rahmah", post0="Ketua")
    send(ratna, address, f"{address}/tutup")
    paper = pdf_text(raw(ratna, f"{address}/berita-acara/pdf"))
    for words in (
        "BERITA ACARA FORUM KONSULTASI PUBLIK",
        "Koordinasi rutin",
        "20 Desember 2026",
        "tanggal 5",
        "BIASA",
        "Siti",
    ):
        assert words in paper


# -- reports upward -----------------------------------------------------------------------------------------------------


def test_page_pdf_and_workbook_say_the_same_figures(office: Desk, person) -> None:
    ratna = person("ratna")
    address = "/laporan-berkala/harian/2026-11-24"
    office.store.seal_now()  # as notify does twice a second
    page = ratna.get(address).body
    book = openpyxl.load_workbook(io.BytesIO(raw(ratna, f"{address}/xlsx")))
    said = pdf_text(raw(ratna, f"{address}/pdf"))
    total = next(row for row in book["Bidang"].iter_rows(values_only=True) if row[0] == "Jumlah")
    assert total[1:3] == (4, 0)
    assert "4 (dari 5 laporan)" in page
    assert "4 (dari 5 laporan)" in said
    facts = {row[0]: row[1] for row in book["Keterangan"].iter_rows(values_only=True)}
    assert facts["Jumlah peristiwa"] == "4 (dari 5 laporan)"
    digest = re.search(r"sidik ([0-9a-f]{64})", page)
    assert digest
    assert digest[1] in said.replace(" ", "")
    for words in (page, said):
        assert "Ideologi" not in words
        assert "orang yang ditunjuk" in words


def test_a_report_that_was_issued_stays_as_it_was(office: Desk, person) -> None:
    ratna = person("ratna")
    address = "/laporan-berkala/harian/2026-11-24"
    early = ratna.form(address, {"csrf": ratna.get("/li").csrf})
    assert early.status == 409
    office.clock.forward(24 * 60)
    ratna = person("ratna")
    assert "Terbitkan" in ratna.get(address).body
    before = re.search(r"Jumlah peristiwa</dt><dd>(.*?)</dd>", ratna.get(address).body)[1]
    assert send(ratna, address, address).status == 303
    assert send(ratna, "/li", address).status == 303
    assert len(rows(office, Document)) == 1
    office.write(lambda tx: tx.session.execute(update(Incident).values(conflict=False)))
    after = ratna.get(address).body
    assert re.search(r"Jumlah peristiwa</dt><dd>(.*?)</dd>", after)[1] == before
    assert "T/001/XI/2026/KESBANG" in after
    assert "KONSEP" not in after
    assert "Terbitkan" not in after


@pytest.mark.parametrize("key", ["harian/2026-13-01", "mingguan/2026-W60", "catur/2026-B05", "tahunan/x", "lain/2026"])
def test_there_is_no_such_report(office: Desk, person, key: str) -> None:
    assert person("ratna").get(f"/laporan-berkala/{key}").status == 404


def test_reports_upward_are_for_who_oversees(office: Desk, person) -> None:
    assert [
        person(who).get("/laporan-berkala/catur/2026-B12").status for who in ("agus", "emma", "joko", "fkub", "ani")
    ] == [
        200,
        200,
        403,
        403,
        403,
    ]


def test_the_note_of_a_month_has_all_its_cases_however_many_there_were_before(office: Desk, person) -> None:
    fkub, church = person("ratna"), office.ids["church"]
    place = DISTRICT.places[office.incident("church").kecamatan].name
    before = fkub.get("/kerukunan/2026-11").body
    old = [Happened(NOW - timedelta(days=400 + n), SOKO, "AGM", level=Level.KRITIS) for n in range(101)]
    office.write(lambda tx: keep(tx, old, state="settled"))
    after = fkub.get("/kerukunan/2026-11").body
    assert place in before
    assert after.count(f"<td>{place}") == before.count(f"<td>{place}") > 0
    first = fkub.get("/kerukunan").body
    (more,) = re.findall(r'rel="next" href="([^"]+)"', first)
    second = fkub.get(more).body
    assert more.startswith("/kerukunan?")
    assert (church in first) is not (church in second)  # every case is on one of the pages
    assert re.findall(r'rel="prev" href="(/kerukunan\?[^"]+)"', second)


# -- ormas --------------------------------------------------------------------------------------------------------------


def register(desk: Desk) -> None:
    lines = [["Nomor SKT", "Nama Ormas", "Status", "Alamat"], ["123/2020", "Perguruan Tapak Angin", "aktif", "Tuban"]]
    lines.append(["124/2020", "Karang Taruna Melati", "aktif", "Soko"])
    desk.write(lambda tx: ormas.put_list(tx, "office", ormas.read_list(lines).rows))
    desk.write(
        lambda tx: tx.session.execute(
            update(Incident).where(Incident.id == desk.ids["clash"]).values(parties=["Tapak Angin Soko", "warga"])
        )
    )


def test_a_party_is_an_ormas_once_a_person_says_so_and_a_letter_refers_it(office: Desk, person) -> None:
    register(office)
    ratna = person("ratna")
    score = office.incident("clash").score
    page = ratna.get("/ormas").body
    assert "Ya, ini Perguruan Tapak Angin" in page
    assert rows(office, OrmasLink) == []
    clash = office.ids["clash"]
    wrong = send(ratna, "/ormas", "/ormas", incident=clash, party="Tapak Angin Soko", number="999", letter="c")
    assert wrong.status == 409
    assert "999 tidak ada dalam daftar" in wrong.body
    linked = send(ratna, "/ormas", "/ormas", incident=clash, party="Tapak Angin Soko", number="123/2020", letter="c")
    assert linked.status == 303
    assert office.incident("clash").score == score
    page = ratna.get("/ormas/satu?nomor=123%2F2020").body
    assert "Perguruan silat" in page
    letter = send(
        ratna,
        "/ormas/satu?nomor=123%2F2020",
        "/ormas/rujukan",
        number="123/2020",
        to="Menteri Dalam Negeri melalui Gubernur Jawa Timur",
        letter="c",
        institution="KESBANG",
        text="Peristiwa berulang di Soko.",
    )
    assert letter.status == 303, letter.body
    address = letter.headers["location"]
    [ask] = rows(office, Ask)
    send(ratna, "/permintaan", f"/permintaan/{ask.id}/jawab", text="Diterima, sedang dipelajari.")
    said = pdf_text(raw(ratna, f"{address}/pdf"))
    for words in ("huruf c", "123/2020", "Perguruan silat", "sedang dipelajari", "Tembusan", "Menteri Dalam Negeri"):
        assert words in said
    assert "081234567890" not in said
    assert "sanksi" not in ratna.get("/ormas/satu?nomor=123%2F2020").body.lower()


def test_the_register_is_not_for_members(office: Desk, person) -> None:
    register(office)
    for path in ("/ormas", "/ormas/satu?nomor=123%2F2020"):
        assert [person(who).get(path).status for who in ("joko", "fkub", "ani")] == [403, 403, 403]


# -- partners -----------------------------------------------------------------------------------------------------------


def test_fkub_sees_its_redacted_cases_and_a_note_for_the_month(office: Desk, person) -> None:
    church = office.ids["church"]
    office.write(lambda tx: owe(tx, church, "FKUB", "support", owed=200, redacted=True))
    fkub = person("fkub")
    page = fkub.get("/kerukunan").body
    assert f"/peristiwa/{church}" in page
    assert office.ids["clash"] not in page
    said = pdf_text(raw(fkub, "/kerukunan/2026-11/pdf"))
    for words in ("CATATAN KOORDINASI KERUKUNAN", "November 2026", "Tambakboyo", "masih terbuka", "1 (dari 1 laporan)"):
        assert words in said
    shown = page + said + fkub.get(f"/peristiwa/{church}").body + fkub.get("/kerukunan/2026-11").body
    assert "spanduk" not in shown
    assert fkub.get("/kerukunan/2026-10").status == 200
    assert [fkub.get(f"/kerukunan/{month}").status for month in ("2026-13", "x")] == [404, 404]
    assert [person(who).get("/kerukunan").status for who in ("ratna", "joko", "ani")] == [200, 403, 403]


# -- the public ---------------------------------------------------------------------------------------------------------


def test_promises_are_what_is_configured(office: Desk) -> None:
    page = Caller(office.url).get("/standar-pelayanan").body
    clock = DISTRICT.clocks[3]
    assert (clock.ack, clock.first_sitrep) == (15, 60)
    assert re.search(r"Tinggi</td><td>15 menit, 24 jam</td><td>1 jam, 24 jam", page)
    assert "Masukan forum publik dijawab dalam 30 hari" in page
    for service in DISTRICT.office.services:
        assert service.name in page


def test_the_public_sees_no_count_below_five_and_no_secret(office: Desk) -> None:
    assert re.search(
        r"Jumlah peristiwa</dt><dd>0</dd>", Caller(office.url).get("/angka-umum").body
    )  # whole months only
    office.clock.forward(8 * 24 * 60)
    page = Caller(office.url).get("/angka-umum").body
    assert "kurang dari 5" in page
    assert "1 Desember 2026" in page
    assert not re.findall(r'<td class="right">[1-4]</td>', page)
    assert "Ideologi" not in page


def test_no_paper_above_biasa_is_shown_without_a_session(office: Desk, person) -> None:
    note = write_note(person("joko")).headers["location"]
    meeting = planned(person("ratna"))
    for path in (
        note,
        f"{note}/pdf",
        f"{meeting}/agenda",
        "/laporan-berkala/harian/2026-11-24/pdf",
        "/ormas",
        "/kantor",
    ):
        answer = Caller(office.url).get(path)
        assert (answer.status, answer.headers.get("location", "")[:6]) == (303, "/masuk"), path


def test_a_poster_leads_to_the_form_with_its_desa(office: Desk) -> None:
    anybody = Caller(office.url)
    assert "Mentoro" in anybody.get("/poster/35.23.11.2010").body
    assert anybody.get("/poster/35.23.11.2010/qr.svg").body.startswith("<svg")
    assert anybody.get("/poster/35.23.11").status == 404
    assert re.search(r'name="where"[^>]*value="[^"]*Mentoro', anybody.get("/lapor?desa=35.23.11.2010").body)
    assert 'name="where"' in anybody.get("/lapor?desa=nothing").body


def test_a_survey_is_asked_once_after_closing_and_tied_to_nobody(office: Desk) -> None:
    code = ticket(report_id("clash"), Receipts(SECRET)).code
    reporter = Caller(office.url)
    assert reporter.get(f"/survei/{code}").status == 409
    office.write(lambda tx: lifecycle.close(tx, office.ids["clash"], RATNA, "Damai."))
    assert f"/survei/{code}" in reporter.get(f"/status/{code}").body
    marks = {f"u{n}": "3" for n in range(1, 10)}
    assert reporter.form(f"/survei/{code}", {**marks, "u9": "5"}).status == 409
    lines = len(rows(office, Journal))
    assert reporter.form(f"/survei/{code}", {**marks, "remark": "Cepat."}).status == 303
    assert reporter.form(f"/survei/{code}", marks).status == 409
    [answer] = rows(office, SurveyAnswer)
    assert (answer.month, answer.marks, answer.remark) == ("2026-11", [3] * 9, "Cepat.")
    assert str(report_id("clash")) not in f"{answer.id}{answer.model_dump()}"
    assert len(rows(office, Journal)) == lines
    assert "Belum cukup jawaban" in reporter.get("/angka-umum").body
    assert reporter.get("/survei/nothing.x").status == 404


def test_every_page_of_the_office_has_its_reader(office: Desk, person) -> None:
    pages = ("/kantor", "/li", "/permintaan", "/rapat")
    for who in ("ratna", "joko", "satrio", "kejari", "fkub", "agus", "emma"):
        assert [person(who).get(path).status for path in pages] == [200] * len(pages), who
    assert [person("ani").get(path).status for path in pages] == [403] * len(pages)


def letter_to_the_minister(desk: Desk, ratna: Caller) -> str:
    register(desk)
    linked = {"incident": desk.ids["clash"], "party": "Tapak Angin Soko", "number": "123/2020", "letter": "c"}
    send(ratna, "/ormas", "/ormas", **linked)
    page, facts = "/ormas/satu?nomor=123%2F2020", {"number": "123/2020", "to": "Menteri Dalam Negeri", "letter": "c"}
    made = send(ratna, page, "/ormas/rujukan", **facts, institution="KESBANG", text="Peristiwa berulang di Soko.")
    return made.headers["location"]


# Every paper that is not the public's: how it comes about, and the kinds of file it is given as.
PAPERS: dict[str, tuple[Callable[[Desk, Caller], str], tuple[str, ...]]] = {
    "information note": (lambda _, ratna: write_note(ratna).headers["location"], ("", "/pdf")),
    "agenda": (lambda _, ratna: planned(ratna).partition("?")[0] + "/agenda", ("", "/pdf")),
    "minutes": (lambda _, ratna: planned(ratna).partition("?")[0] + "/berita-acara", ("", "/pdf")),
    "referral": (letter_to_the_minister, ("", "/pdf")),
    "note of harmony": (lambda *_: "/kerukunan/2026-11", ("", "/pdf", "/xlsx")),
    "daily report": (lambda *_: "/laporan-berkala/harian/2026-11-24", ("", "/pdf", "/xlsx")),
    "weekly report": (lambda *_: "/laporan-berkala/mingguan/2026-W48", ("", "/pdf", "/xlsx")),
    "B12": (lambda *_: "/laporan-berkala/catur/2026-B12", ("", "/pdf", "/xlsx")),
    "yearly report": (lambda *_: "/laporan-berkala/tahunan/2026", ("", "/pdf", "/xlsx")),
    "weekly brief": (lambda *_: "/peringatan/rekap.pdf", ("",)),
}


@pytest.mark.parametrize("name", PAPERS)
def test_each_paper_is_refused_to_who_is_cleared_for_less(office: Desk, person, name: str) -> None:
    make, kinds = PAPERS[name]
    ratna = person("ratna")
    address = make(office, ratna)
    assert {kind: fetched(ratna, address + kind)[0] for kind in kinds} == dict.fromkeys(kinds, 200)
    less = office.official(Role.COORDINATOR, "KESBANG", login="less", clearance=1)
    assert less.get("/").status == 200
    assert {fetched(less, address + kind)[0] for kind in kinds} <= {403, 404}


CLASSES = list(product(Classification, Classification))


@pytest.mark.parametrize(("paper", "clearance"), CLASSES)
async def test_the_one_door_gives_no_paper_above_a_clearance(office: Desk, paper: Any, clearance: Any) -> None:
    reader = Identity("x", "X", Role.AUDITOR, clearance=int(clearance))
    found = Paper("Naskah", paper, letterhead_of(DISTRICT, "KESBANG"), (Paragraph("isi"),))
    deps = Deps(office.store, SECRET, office.keys, Rules.fixed(DISTRICT), office.url)
    printing = Printing(deps, SignedInPages(deps, Pages(lambda: DISTRICT)))
    request = Request({"type": "http", "method": "GET", "path": "/x", "query_string": b"", "headers": []})
    for kind in ("", "pdf", "xlsx"):
        for visitor in (Visitor(reader, "", "id", ""), None):
            allowed = paper <= (clearance if visitor else Classification.BIASA)
            try:
                answer = await printing.give(request, visitor, found, "naskah", kind=kind)
            except (Sorry, Refused):
                assert not allowed
            else:
                assert allowed
                assert answer.status_code == 200
    kept = [line for line in rows(office, Journal) if line.kind == "document.read"]
    assert len(kept) == (3 if Classification.RAHASIA <= paper <= clearance else 0)


def test_reading_a_secret_meeting_is_kept_and_an_open_one_is_not(office: Desk, person) -> None:
    ratna = person("ratna")
    address = planned(ratna).partition("?")[0]
    assert ratna.get(address).status == 200
    assert [line for line in rows(office, Journal) if line.kind == "document.read"] == []
    office.write(lambda tx: tx.session.execute(update(Meeting).values(classification=int(Classification.RAHASIA))))
    assert ratna.get(address).status == 200
    [line] = [one for one in rows(office, Journal) if one.kind == "document.read"]
    assert (line.actor, line.subject_id) == ("ratna", f"rapat-{address.rpartition('/')[2][:12]}")


@pytest.mark.parametrize("sample", [True, False])
def test_every_page_of_a_paper_says_where_people_and_incidents_are_invented(new_database: Any, *, sample: bool) -> None:
    with running(new_database("sqlite"), sample=sample) as desk:
        ratna = desk.official(Role.COORDINATOR, "KESBANG", login="koor")
        for path in ("/laporan-berkala/catur/2026-B12", "/standar-pelayanan", "/angka-umum"):
            for page in pypdfium2.PdfDocument(raw(ratna, f"{path}/pdf")):
                assert ("DATA CONTOH" in page.get_textpage().get_text_range()) == sample, path
            book = openpyxl.load_workbook(io.BytesIO(raw(ratna, f"{path}/xlsx")))
            said = [str(cell) for row in book.worksheets[0].iter_rows(values_only=True) for cell in row]
            assert any("DATA CONTOH" in cell for cell in said) == sample, path
        for page in pypdfium2.PdfDocument(raw(ratna, "/peringatan/rekap.pdf")):
            assert ("DATA CONTOH" in page.get_textpage().get_text_range()) == sample
