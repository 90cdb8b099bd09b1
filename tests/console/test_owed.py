"""What an institution still owes: every open duty, who is counted, who was told, what is copied, for whom it is there."""

import html
import re
from datetime import timedelta

import pytest

from schemas.records.alerts import Delivery
from schemas.records.incidents import Incident
from schemas.vocabulary import Classification, Role
from tests.console.desk import running
from tests.console.night import DISTRICT, NOW, owe


def counted(body: str) -> dict[str, dict[str, int]]:
    """Give what each institution owes, by word."""
    rows = re.findall(r'<b>([^<]+)</b><small class="sub">(.*?)</small></span>(?:<b class="late">(.*?)</b>)?', body)
    found = {}
    for name, kinds, late in rows:
        told = [part.strip().split(" ", 1) for part in [*kinds.split("·"), late] if part.strip()]
        found[name] = {word: int(count) for count, word in told}
    return found


def owed(body: str) -> list[tuple[str, str]]:
    """Give the duties of one institution: the incident, and what is owed."""
    found = re.findall(r'id="u-([0-9a-f-]{36})".*?<b>(.*?)</b>', body, re.DOTALL)
    return [(id_, what.strip()) for id_, what in found]


def copied(body: str) -> str:
    return html.unescape(re.search(r'<textarea id="baris-utang"[^>]*>(.*?)</textarea>', body, re.DOTALL)[1])


def test_every_institution_is_counted_by_what_it_owes(desk, person):
    found = counted(person("ratna").get("/utang").body)
    assert found["Polres Tuban"] == {"belum menjawab": 2, "lewat tenggat": 1}  # the bomb is not due yet
    assert found["Bakesbangpol"] == {"belum menjawab": 2, "lapjut ditunggu": 1}
    assert "Kodim 0811 Tuban" not in found  # told for information: nothing is owed
    desk.clock.now = NOW + timedelta(minutes=21)
    later = counted(person("ratna").get("/utang").body)
    assert later["Polres Tuban"]["lewat tenggat"] == 2
    assert later["Bakesbangpol"]["lewat tenggat"] == 1  # its situation report


def test_each_duty_says_since_when_how_late_the_next_step_and_who_was_told(desk, person):
    def tell(tx) -> None:
        one = tx.session.get(Delivery, f"d-a-{desk.ids['clash']}-POLRES")
        one.person_id, one.channel = "joko", "whatsapp"

    desk.write(tell)
    body = person("ratna").get("/utang?instansi=POLRES").body
    assert owed(body) == [(desk.ids["bomb"], "Belum menjawab"), (desk.ids["clash"], "Belum menjawab")]
    clash = body[body.index(f'id="u-{desk.ids["clash"]}"') :]
    assert "lewat 3 mnt" in clash
    assert "Langkah 1 tangga eskalasi: 2 mnt lagi" in clash
    assert "sejak Sel 24 Nov 2026, 20.42 WIB" in clash
    assert re.search(r"Joko Pambudi, WhatsApp</span><span>sampai Sel 24 Nov 2026, 20.42 WIB", clash)
    assert "piket@tuban.example" not in body
    assert "Alamat instansi, Surel" in person("ratna").get("/utang?instansi=SATPOLPP").body


def test_who_was_asked_to_verify_owes_that_too_until_it_is_verified(desk, person):
    def more(tx) -> None:
        one = tx.session.get(Incident, desk.ids["clash"])
        one.handling = "send_and_verify"

    desk.write(more)
    ratna = person("ratna")
    assert (desk.ids["clash"], "Belum menjawab · Diminta memastikan") in owed(ratna.get("/utang?instansi=POLRES").body)
    assert counted(ratna.get("/utang").body)["Polres Tuban"]["diminta memastikan"] == 1
    assert owed(ratna.get("/utang?instansi=KODIM").body) == []  # told for information
    ratna.act(desk.ids["clash"], "verifikasi", note="dicek")
    assert (desk.ids["clash"], "Belum menjawab") in owed(ratna.get("/utang?instansi=POLRES").body)


def test_an_answer_turns_into_a_situation_report_owed_and_the_report_ends_it(desk, person):
    joko, ratna, clash = person("joko"), person("ratna"), desk.ids["clash"]
    joko.act(clash, "terima")
    assert (clash, "Lapjut ditunggu") in owed(ratna.get("/utang?instansi=POLRES").body)
    desk.write(lambda tx: setattr(tx.session.get(Incident, clash), "state", "settled"))
    assert clash not in ratna.get("/utang?instansi=POLRES").body


def test_a_local_unit_is_an_institution_of_its_own(desk, person):
    def more(tx) -> None:
        for unit in ("35.23.11", "35.23.17"):
            owe(tx, desk.ids["clash" if unit.endswith("11") else "church"], "POLSEK", "lead", unit=unit)

    desk.write(more)
    found = counted(person("ratna").get("/utang").body)
    assert {"Polsek Soko", "Polsek Plumpang"} <= set(found)
    body = person("ratna").get("/utang?instansi=POLSEK&unit=35.23.11").body
    assert "Yang masih utang Polsek Soko" in body
    assert [id_ for id_, _ in owed(body)] == [desk.ids["clash"]]


def test_nobody_learns_here_who_was_told_of_what_he_may_not_read(desk, person):
    emma = person("emma")  # not named for the issue of the bomb
    assert counted(emma.get("/utang?bahasa=id").body)["Polres Tuban"]["belum menjawab"] == 1
    assert desk.ids["bomb"] not in emma.get("/utang?instansi=POLRES").body


def test_what_is_above_the_clearance_is_neither_counted_nor_listed(new_database):
    secret = DISTRICT.issues["TAM"].model_copy(update={"classification": Classification.RAHASIA})
    district = DISTRICT.model_copy(update={"issues": {**DISTRICT.issues, "TAM": secret}})
    with running(new_database("sqlite"), district=district) as desk:
        seen = {}
        for clearance in (2, 3):
            caller = desk.official(Role.VERIFIER, "KESBANG", login=f"kw{clearance}", clearance=clearance)
            one = caller.get("/utang?instansi=LH").body
            seen[clearance] = (len(counted(caller.get("/utang").body)), desk.ids["protest"] in one)
            assert "baris-utang" not in one  # what is Rahasia is never copied
    assert seen[3][0] == seen[2][0] + 1
    assert (seen[2][1], seen[3][1]) == (False, True)


def test_the_text_to_copy_counts_and_says_nothing_that_is_secret(desk, person):
    text = copied(person("ratna").get("/utang?instansi=POLRES").body)
    assert text.splitlines()[0] == ("Polres Tuban: 1 belum menjawab, 1 lewat tenggat")
    assert "- TINGGI" in text
    assert "Kec. Soko: belum menjawab (lewat 3 mnt)" in text
    assert text.splitlines()[-1] == "http://127.0.0.1/utang?instansi=POLRES"
    for word in ("KRITIS", "Plumpang", "Mentoro", "celurit", "Joko"):
        assert word not in text, word


@pytest.mark.parametrize(
    ("login", "status"), [("ratna", 200), ("emma", 200), ("agus", 200), ("joko", 403), ("ani", 403)]
)
def test_who_oversees_may_look(person, login, status):
    assert person(login).get("/utang").status == status
    assert person(login).get("/utang?instansi=KODIM").status == status


@pytest.mark.parametrize(
    "asked", ["instansi=X", "instansi=POLSEK&unit=35.23.99", "instansi=<b>", "instansi=KODIM&unit='"]
)
def test_an_institution_that_there_is_not_is_not_found(person, asked):
    assert person("ratna").get(f"/utang?{asked}").status == 404


def test_queue_and_incident_lead_there(desk, person):
    ratna = person("ratna")
    queue = ratna.get("/").body
    assert '<a href="/utang?instansi=POLRES">Polres Tuban</a>' in queue
    assert 'href="/utang"' in queue
    assert 'href="/utang?instansi=KODIM"' in ratna.get(f"/peristiwa/{desk.ids['clash']}").body
    assert "/utang" not in person("joko").get(f"/peristiwa/{desk.ids['clash']}").body


def test_an_institution_that_owes_a_lot_is_cut_and_says_so(desk, person, monkeypatch):
    monkeypatch.setattr("services.console.queue.owed.MOST", 1)
    monkeypatch.setattr("services.console.queue.owed.COPIED", 1)
    body = person("ratna").get("/utang?instansi=POLRES").body
    assert len(owed(body)) == 1
    assert "dan 1 lagi" in body
    desk.write(lambda tx: setattr(tx.session.get(Incident, desk.ids["bomb"]), "issue", "SLT"))
    text = copied(person("ratna").get("/utang?instansi=POLRES").body)
    assert text.startswith("Polres Tuban: 2 belum menjawab, 1 lewat tenggat\n")  # all are counted, one is named
    assert text.count("\n- ") == 1
    assert "dan 1 lagi" in text


def test_counts_and_lines_are_the_same_on_both_databases(either_desk):
    ratna = either_desk.official(Role.COORDINATOR, "KESBANG", login="lain", named_for=["RAD"])
    found = counted(ratna.get("/utang").body)
    assert found["Polres Tuban"] == {"belum menjawab": 2, "lewat tenggat": 1}
    assert len(owed(ratna.get("/utang?instansi=POLRES").body)) == 2
