"""The rota on the desk: who is on duty now and this week, holes in red, and what an office may change of it."""

import re
from datetime import datetime, timedelta

from schemas.records.people import Person
from schemas.vocabulary import Role
from services.oncall import schedule as book
from services.security.auth import Identity
from tests.console.caller import Answer, Caller
from tests.console.night import HASH, NOW

OFFICE = Identity("office", "office", Role.ADMIN)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
EVENING = NOW - 2 * HOUR  # 19.00 WIB


def hired(desk, login: str, institution: str = "POLRES", unit: str = "", role: Role = Role.MEMBER) -> None:
    row = {"id": login, "login": login, "name": f"Petugas {login}", "password": HASH, "role": role.value, "unit": unit}
    row |= {"institution": institution, "post": "Piket", "clearance": 1, "language": "id", "active": True}
    desk.write(lambda tx: tx.add(Person, [row | {"named_for": []}]))


def put(desk, login: str, start: datetime, end: datetime, kind: book.Kind = "duty") -> str:
    return desk.write(lambda tx: book.put(tx, OFFICE, login, kind, [(start, end)]))[0]


def handed_in(who: Caller, path: str, **fields: str) -> Answer:
    return who.form(path, {"csrf": who.get("/piket").csrf, **fields})


def entries(desk, institution: str = "POLRES") -> list[tuple[str, str, str, str]]:
    found = desk.store.read_now(
        lambda session: book.listed(session, NOW - 30 * DAY, NOW + 90 * DAY, institution=institution)
    )
    return [(one.login, shift.kind, f"{shift.start:%d %H}", f"{shift.end:%d %H}") for shift, one in found]


def card(body: str, name: str) -> str:
    return next(part for part in body.split('<section class="card post">')[1:] if name in part.split("</h2>")[0])


def test_who_is_on_duty_now_and_until_when_and_the_week_by_days(desk, person):
    hired(desk, "sari")
    put(desk, "joko", EVENING, EVENING + 12 * HOUR)
    put(desk, "sari", EVENING + DAY, EVENING + DAY + 12 * HOUR)
    polres = card(person("ratna").get("/piket").body, "Polres Tuban")
    assert "<b>Joko Pambudi</b>" in polres
    assert "sampai Rab 25 Nov 2026, 07.00 WIB" in polres
    days = dict(re.findall(r'<span class="day">(.*?)</span><div>(.*?)</div>', polres, re.DOTALL))
    assert list(days)[:2] == ["Sel 24 Nov", "Rab 25 Nov"]
    assert len(days) == 7
    assert re.search(r"<time>19.00-24.00</time> Joko Pambudi", days["Sel 24 Nov"])
    assert "00.00-19.00" not in days["Sel 24 Nov"]  # it is 21.00: that is over
    assert re.search(r"<time>00.00-07.00</time> Joko Pambudi", days["Rab 25 Nov"])
    assert re.search(r"<time>07.00-19.00</time> semua \(2\)", days["Rab 25 Nov"])
    assert re.search(r"<time>19.00-24.00</time> Petugas sari", days["Rab 25 Nov"])


def test_of_a_post_of_one_the_name_is_said(desk, person):
    put(desk, "joko", NOW + DAY, NOW + 2 * DAY, "absence")
    polres = card(person("ratna").get("/piket").body, "Polres Tuban")
    assert re.search(r"<time>00.00-21.00</time> Joko Pambudi", polres)
    assert re.search(r"<time>21.00-24.00</time> tidak ada orang", polres)
    assert "semua (1)" not in polres


def test_an_override_stands_above_the_shift_and_says_so(desk, person):
    hired(desk, "sari")
    put(desk, "joko", EVENING, EVENING + 12 * HOUR)
    put(desk, "sari", EVENING, EVENING + 6 * HOUR, "override")
    polres = card(person("ratna").get("/piket").body, "Polres Tuban")
    assert "<b>Petugas sari</b>" in polres
    assert "Petugas sari <small>pengganti</small>" in polres


def test_a_post_that_leads_and_has_nobody_is_red_and_leads_to_where_it_is_filled(desk, person):
    put(desk, "joko", NOW + DAY, NOW + 2 * DAY, "absence")
    body = person("ratna").get("/piket").body
    holes = body[body.index('class="card holes"') :].split("</section>")[0]
    assert "2 kali pos kosong dalam 14 hari" in holes
    assert "Polres Tuban" in holes
    assert "Rab 25 Nov 2026, 21.00 WIB - Kam 26 Nov 2026, 21.00 WIB" in holes
    assert "Polsek Soko" in holes
    assert "Tunjuk pengganti, cabut absennya, atau minta admin" in holes
    assert 'href="/piket?instansi=POLRES&amp;mulai=2026-11-25#isi"' in holes


def test_where_everybody_is_there_the_page_says_so(desk, person):
    hired(desk, "polseksoko", "POLSEK", "35.23.11")
    body = person("ratna").get("/piket").body
    assert "Semua pos penanggung jawab terisi sampai 14 hari ke depan." in body
    assert "card holes" not in body


def test_a_rota_with_a_night_nobody_has_warns_that_everybody_is_told(desk, person):
    put(desk, "joko", EVENING, EVENING + 12 * HOUR)
    body = person("ratna").get("/piket").body
    assert "1 kali jadwal tanpa orang" in body


def test_an_office_fills_its_own_rota_with_nights_of_chosen_days(desk, person):
    answer = handed_in(
        person("joko"),
        "/piket",
        **{"login": "joko", "kind": "duty", "from": "2026-11-25", "to": "2026-12-06", "hari3": "1", "hari6": "1"},
        hour_from="19:00",
        hour_to="07:00",
    )
    assert (answer.status, answer.headers["location"]) == (303, "/piket?instansi=POLRES&mulai=2026-11-24&pesan=piket")
    nights = [("joko", "duty", f"{day} 12", f"{after} 00") for day, after in (("25", "26"), ("28", "29"))]
    nights += [("joko", "duty", "02 12", "03 00"), ("joko", "duty", "05 12", "06 00")]
    assert entries(desk) == nights
    assert "Jadwal tersimpan." in person("joko").get(answer.headers["location"]).body


def test_an_absence_of_some_days_is_one_entry_and_can_be_taken_back(desk, person):
    joko = person("joko")
    answer = handed_in(joko, "/piket", **{"login": "joko", "kind": "absence", "from": "2026-11-26", "to": "2026-11-28"})
    assert answer.status == 303
    assert entries(desk) == [("joko", "absence", "25 17", "28 17")]
    body = joko.get("/piket").body
    [path] = re.findall(r'action="(/piket/\w+/hapus)"', body)
    assert handed_in(joko, path).status == 303
    assert entries(desk) == []


def test_two_officers_of_a_post_swap_their_nights(desk, person):
    hired(desk, "sari")
    put(desk, "joko", EVENING + DAY, EVENING + DAY + 12 * HOUR)
    put(desk, "sari", EVENING + 2 * DAY, EVENING + 2 * DAY + 12 * HOUR)
    answer = handed_in(
        person("joko"), "/piket/tukar", **{"login": "joko", "other": "sari", "from": "2026-11-25", "to": "2026-11-26"}
    )
    assert answer.status == 303
    assert [(login, start) for login, _, start, _ in entries(desk)] == [("sari", "25 12"), ("joko", "26 12")]


def test_what_makes_no_rota_comes_back_filled_in_with_a_sentence(desk, person):
    joko = person("joko")
    put(desk, "joko", NOW + DAY, NOW + 2 * DAY)
    for fields, sentence in (
        ({"from": "kapan"}, "Tanggal atau jam tidak terbaca."),
        ({"from": "2026-11-26", "hour_from": "19:00"}, "Tanggal atau jam tidak terbaca."),
        ({"from": "2026-11-26", "to": "2036-11-26"}, "Tanggal atau jam tidak terbaca."),
        ({"from": "9999-12-31", "to": "9999-12-31"}, "Tanggal atau jam tidak terbaca."),
        ({"from": "2026-11-26", "to": "2026-11-25"}, "Tidak ada hari yang cocok."),
        ({"from": "2026-11-25", "note": "ganti ban"}, "joko sudah tercatat pada waktu itu."),
    ):
        page = handed_in(joko, "/piket", login="joko", kind="duty", **fields)
        assert (page.status, sentence in page.body) == (409, True), fields
    assert 'value="ganti ban"' in page.body
    swap = {"login": "joko", "other": "sari", "from": "9999-12-31"}
    assert handed_in(joko, "/piket/tukar", **swap).status == 409
    assert len(entries(desk)) == 1


def test_a_member_sees_and_changes_his_own_office_only(desk, person):
    hired(desk, "kodim2", "KODIM")
    shift = put(desk, "satrio", NOW + DAY, NOW + 2 * DAY)
    joko = person("joko")
    body = joko.get("/piket?instansi=KODIM").body
    assert "Satrio Nugroho" not in body
    assert "Kodim" not in body
    assert handed_in(joko, "/piket", **{"login": "satrio", "kind": "absence", "from": "2026-11-26"}).status == 404
    assert handed_in(joko, f"/piket/{shift}/hapus").status == 404
    assert len(entries(desk, "KODIM")) == 1


def test_an_officer_of_one_kecamatan_does_not_touch_anothers_rota(desk, person):
    for login, unit in (("soko", "35.23.11"), ("semanding", "35.23.15")):
        hired(desk, login, "POLSEK", unit)
    put(desk, "semanding", NOW + DAY, NOW + 2 * DAY)
    soko = person("soko")
    assert "Petugas semanding" not in soko.get("/piket").body
    assert handed_in(soko, "/piket", **{"login": "semanding", "kind": "absence", "from": "2026-11-26"}).status == 404
    assert handed_in(soko, "/piket", **{"login": "soko", "kind": "absence", "from": "2026-11-26"}).status == 303


def test_a_leader_says_that_he_is_away_and_changes_nobody_elses(desk, person):
    hired(desk, "kapolres", "POLRES", role=Role.LEADER)
    leader = person("kapolres")
    body = leader.get("/piket").body
    assert "Saya tidak di tempat" in body
    assert "Tukar piket" not in body
    assert handed_in(leader, "/piket", **{"login": "kapolres", "kind": "absence", "from": "2026-11-26"}).status == 303
    assert handed_in(leader, "/piket", **{"login": "kapolres", "kind": "duty", "from": "2026-12-26"}).status == 403
    assert handed_in(leader, "/piket", **{"login": "joko", "kind": "absence", "from": "2026-11-26"}).status == 403


def test_an_auditor_reads_everything_and_changes_nothing_and_a_reporter_has_no_rota(desk, person):
    put(desk, "joko", EVENING, EVENING + 12 * HOUR)
    agus = person("agus")
    body = agus.get("/piket?instansi=POLRES").body
    assert "Joko Pambudi" in body
    assert "Ubah jadwal" not in body
    assert "/hapus" not in body
    assert handed_in(agus, "/piket", **{"login": "joko", "kind": "absence", "from": "2026-11-26"}).status == 403
    ani = person("ani")
    assert ani.get("/piket").status == 403
    assert 'href="/piket"' not in ani.get("/").body


def test_a_strange_week_or_institution_shows_this_week_of_everybody(desk, person):
    body = person("ratna").get("/piket?mulai=9999-12-31&instansi=TIADA").body
    assert "Sel 24 Nov" in body or "Tanpa jadwal minggu ini" in body
    assert person("ratna").get("/piket?mulai=kemarin").status == 200
