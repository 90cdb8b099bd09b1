"""The handover, the wall screen and the line for WhatsApp: what they say, to whom, and what they never say."""

import re
from datetime import timedelta

import pytest
from sqlmodel import select

from schemas.records.audit_log import Journal
from schemas.records.incidents import Incident, Suggestion
from services.incidents.urgency import ARCHIVE
from tests.console.night import DISTRICT, NOW, owe


def copied(body, name="serah"):
    return re.search(rf'<textarea id="{name}[^>]*>(.*?)</textarea>', body, re.DOTALL)[1]


def test_the_next_shift_reads_what_happened_and_what_waits(desk, person):
    body = person("ratna").get("/serah-terima").body
    assert re.findall(r"<dd>(\d+)</dd><dt>([^<]+)</dt>", body)[:3] == [
        ("6", "Dibuka"),
        ("0", "Ditutup"),
        ("6", "Masih terbuka"),
    ]
    assert "Polres Tuban belum menjawab" in body
    person("ratna").act(desk.ids["drill"], "tutup", outcome="settled", reason="latihan selesai")
    desk.clock.now = NOW + timedelta(hours=6)
    body = person("ratna").get("/serah-terima?jam=8").body
    counts = {word: number for number, word in re.findall(r"<dd>(\d+)</dd><dt>([^<]+)</dt>", body)}
    assert counts["Ditutup"] == "1"
    assert counts["Masih terbuka"] == "5"


def test_what_is_copied_says_nothing_of_what_is_secret(desk, person):
    body = person("ratna").get("/serah-terima").body
    text = copied(body)
    assert "Polres Tuban belum menjawab" in text
    for word in ("Ideologi", "radikalisme", "Plumpang", "KRITIS", "celurit", "Joko", "Ratna"):
        assert word not in text, word
    assert "4 dibuka" in text  # the one that accuses the police is not counted either
    assert "Ideologi, radikalisme" in body  # she herself is told


def test_the_wall_shows_nothing_that_a_visitor_must_not_see(desk, person):
    body = person("ratna").get("/?dinding=1").body
    assert desk.ids["clash"] in body
    assert desk.ids["bomb"] not in body
    assert "l-kritis" not in body
    assert '<div class="some"><dd>1</dd><dt>Diam' in body.replace("\n", "")


def test_who_takes_over_is_on_record(desk, person):
    ratna = person("ratna")
    page = ratna.get("/serah-terima")
    answer = ratna.form("/serah-terima", {"csrf": page.csrf, "note": "Polres janji balik <b>22.00</b>"})
    assert answer.status == 303
    (line,) = desk.store.read_now(
        lambda session: session.scalars(select(Journal).where(Journal.kind == "shift.handed_over")).all()
    )
    assert (line.actor, line.data["open"], line.data["waiting"]) == ("ratna", 6, 3)
    body = ratna.get("/serah-terima").body
    assert "Ratna Wijayanti" in body
    assert "&lt;b&gt;22.00" in body


@pytest.mark.parametrize(("login", "reads", "takes"), [("agus", 200, 403), ("joko", 403, 403), ("ani", 403, 403)])
def test_who_may(desk, person, login, reads, takes):
    caller = person(login)
    assert caller.get("/serah-terima").status == reads
    token = caller.get("/saya").csrf if login != "ani" else "x"
    assert caller.form("/serah-terima", {"csrf": token, "note": ""}).status == takes


@pytest.mark.parametrize("hours", ["0", "9", "x", "-8", "8 or 1=1"])
def test_a_stretch_that_is_not_offered_is_refused(desk, person, hours):
    assert person("ratna").get(f"/serah-terima?jam={hours}").status == 400


def test_the_line_for_whatsapp_holds_no_words_of_a_report(desk, person):
    body = person("joko").get(f"/peristiwa/{desk.ids['clash']}").body
    line = copied(body, "baris-")
    assert line.startswith("*TINGGI* Perguruan silat")
    assert "Kec. Soko" in line
    assert "Polres Tuban, belum menjawab (lewat 3 mnt)" in line
    assert line.endswith(f"/p/{desk.ids['clash']}")
    for word in ("Mentoro", "80 orang", "batu", "Polsek", "Saksi", "081"):
        assert word not in line, word


@pytest.mark.parametrize(("login", "name"), [("ratna", "bomb"), ("dewi", "protest"), ("satrio", "bomb")])
def test_no_line_where_it_may_not_leave_the_desk(desk, person, login, name):
    assert "Baris untuk WhatsApp" not in person(login).get(f"/peristiwa/{desk.ids[name]}").body


def test_an_exercise_says_so_first(desk, person):
    assert copied(person("ratna").get(f"/peristiwa/{desk.ids['drill']}").body, "baris-").startswith("LATIHAN")


COPIED = re.compile(r"<textarea id=[^>]* readonly[^>]*>(.*?)</textarea>", re.DOTALL)
SAYS_WHERE = ("/serah-terima", "/utang?instansi=SATPOLPP", "/utang?instansi=POLRES", "/?dinding=1", "/", "/?state=open")


def press(desk, name: str) -> str:
    """Make an incident one that needs a person in every way that a text tells of; gives its id."""
    id_ = desk.ids[name]

    def more(tx) -> None:
        one = tx.session.get(Incident, id_)
        one.handling, one.state, one.level = "verify_first", "open", 4
        owe(tx, id_, "SATPOLPP", "support")

    desk.write(more)
    return id_


def test_every_text_and_list_says_that_an_exercise_is_one(desk, person):
    id_ = press(desk, "drill")
    ratna, told = person("ratna"), 0
    for path in (*SAYS_WHERE, f"/peristiwa/{id_}"):
        body = ratna.get(path).body
        for line in re.findall(r"<li(?: [^>]*)?>(?:(?!</li>).)*", body, re.DOTALL):
            if f'href="/peristiwa/{id_}"' in line:
                assert 'class="tag exercise"' in line, path
                told += 1
        for text in COPIED.findall(body):
            if path.startswith("/serah-terima"):  # one line each: the line begins with it
                (line,) = [one for one in text.splitlines() if "KRITIS" in one]
                assert line.startswith("- LATIHAN LATIHAN LATIHAN KRITIS")
                told += 1
            elif id_ in text or "SATPOLPP" in path:
                assert "LATIHAN LATIHAN LATIHAN" in text
                told += 1
    assert told >= 6


def test_nothing_that_others_see_or_are_sent_tells_of_what_accuses_an_agency(desk, person):
    ratna = person("ratna")

    id_ = press(desk, "accused")
    where = DISTRICT.places[desk.incident("accused").kecamatan].name
    for path in SAYS_WHERE:
        body = ratna.get(path).body
        if path in ("/", "/serah-terima", "/utang?instansi=SATPOLPP"):
            assert id_ in body, path  # she herself is told
        for text in [body] if "dinding" in path else COPIED.findall(body):
            for word in (id_, where, *([] if "dinding" in path else ["KRITIS"]), "l-kritis"):
                assert word not in text, (path, word)
    (text,) = COPIED.findall(ratna.get("/serah-terima").body)
    assert "4 dibuka, 0 ditutup, 4 masih terbuka" in text
    (text,) = COPIED.findall(ratna.get("/utang?instansi=SATPOLPP").body)
    assert text.startswith("Satpol PP dan Damkar: 1 belum menjawab")
    assert "<dt>masih terbuka" not in ratna.get("/?dinding=1").body
    assert COPIED.findall(ratna.get(f"/peristiwa/{id_}").body) == []


def test_what_is_copied_names_the_kecamatan_and_no_village(desk, person):
    body = person("ratna").get("/serah-terima").body
    assert "Mentoro" in body
    for text in COPIED.findall(body):
        assert "Kec. Soko" in text
        assert "Mentoro" not in text


def test_both_texts_stand_side_by_side_where_somebody_decides(desk, person):
    ids = desk.ids
    row = {"id": "s1", "incident_id": ids["clash"], "report_id": "r", "score": 0.8, "reasons": [], "made_at": NOW}
    pairs = [
        row | {"other_id": ids["church"], "state": "open"},
        row | {"id": "s2", "other_id": ids["bomb"], "state": "open"},
    ]
    desk.write(lambda tx: tx.add(Suggestion, pairs))
    body = person("ratna").get(f"/peristiwa/{ids['clash']}").body
    both = re.search(r'<div class="both">(.*?)</form>', body, re.DOTALL)[1]
    assert "lemparan batu" in both
    assert "spanduk dipasang" in both
    assert "081234567890" not in both
    emma = person("emma").get(f"/peristiwa/{ids['clash']}").body
    assert "kontrakan" not in emma
    assert desk.store.read_now(lambda session: session.get(Incident, ids["bomb"])).state == "open"


def test_what_came_as_history_is_no_part_of_a_shift(desk, person):
    said = re.compile(r"<dd>([0-9.]+)</dd><dt>(dibuka|ditutup)</dt>")
    before = said.findall(person("ratna").get("/serah-terima").body)
    row = desk.incident("clash").model_dump() | {"id": "9" * 32, "state": "settled"}
    desk.write(lambda tx: tx.add(Incident, [row | {"closed_at": row["opened_at"], "close_reason": ARCHIVE}]))
    assert said.findall(person("ratna").get("/serah-terima").body) == before
    desk.write(lambda tx: tx.add(Incident, [row | {"id": "8" * 32, "closed_at": NOW, "close_reason": "reda"}]))
    after = said.findall(person("ratna").get("/serah-terima").body)
    assert [int(n) for n, _ in after] == [int(n) + 1 for n, _ in before]
