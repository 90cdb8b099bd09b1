"""The first day of an admin: what is missing, people, addresses, invitations, keys, the proof; and who may not."""

import io
import re
import zipfile
from datetime import timedelta
from html import unescape
from urllib.parse import urlsplit

import pytest
from openpyxl import Workbook
from sqlmodel import select

from schemas.records.accounts import Invitation, Key, SignIn
from schemas.records.alerts import Delivery
from schemas.records.audit_log import Journal
from schemas.records.people import Address, Person
from schemas.records.running import RulesInForce
from services.console.settings.people_table import cells_of_text, read_table
from services.notify.replies.office_hand import OfficeHand
from services.policy import proof_words
from tests.console.caller import Caller
from tests.console.night import DISTRICT, HASH, NOW, PASSWORD, SECRET
from tests.console.test_two_at_once import at_once

OFFERED = ("desk", "email", "sms_gateway", "webpush", "whatsapp")
BAYU = {"id": "bayu", "login": "bayu", "name": "Bayu Setiawan", "role": "admin", "institution": "KESBANG"}


@pytest.fixture
def bayu(desk):
    """The admin, signed in."""
    row = {**BAYU, "password": HASH, "unit": "", "post": "", "clearance": 4, "language": "id", "active": True}
    desk.write(lambda tx: tx.add(Person, [row | {"named_for": []}]))
    return Caller(desk.url).sign_in("bayu", PASSWORD)


def rows(desk, kind, *where):
    return desk.store.read_now(lambda session: session.scalars(select(kind).where(*where)).all())


def kept(desk, login):
    (found,) = rows(desk, Person, Person.login == login)
    return found


def add(bayu, login="wulan", **more):
    page = bayu.get("/pengaturan/orang")
    given = {"csrf": page.csrf, "login": login, "name": "Wulan Kartika", "role": "member", "institution": "POLSEK"}
    return bayu.form("/pengaturan/orang", given | {"unit": "35.23.11", "post": "", "clearance": "BIASA"} | more)


def act(bayu, desk, login, what, /, **fields):
    path = f"/pengaturan/orang/{kept(desk, login).id}"
    return bayu.form(f"{path}/{what}", {"csrf": bayu.get(path).csrf, **fields})


def copied(body: str) -> list[str]:
    """Give what the buttons of a page take along: longer than a phone's field, it is not to be marked by finger."""
    return [
        re.search(rf'id="{name}" readonly value="([^"]+)"', body)[1]
        for name in re.findall(r'data-copy="([\w-]+)"', body)
    ]


@pytest.mark.parametrize("login", ["ratna", "joko", "agus", "ani", "emma"])
@pytest.mark.parametrize(
    "path",
    [
        "/pengaturan/orang",
        "/pengaturan/orang/joko",
        "/pengaturan/kunci",
        "/pengaturan/saluran",
        "/pengaturan/orang-tabel",
    ],
)
def test_people_keys_and_channels_are_the_admins(desk, person, login, path):
    assert person(login).get(path).status == 403


@pytest.mark.parametrize("login", ["joko", "agus", "ani", "emma"])
def test_only_who_looks_after_the_posts_reads_the_first_day(desk, person, login):
    assert person(login).get("/pengaturan").status == 403
    assert person("ratna").get("/pengaturan").status == 200


def test_nobody_else_changes_anything(desk, person):
    ratna = person("ratna")
    token = ratna.get("/").csrf
    for path in (
        "/pengaturan/orang",
        "/pengaturan/orang/joko/nonaktif",
        "/pengaturan/orang/joko/undang",
        "/pengaturan/kunci",
    ):
        assert ratna.form(path, {"csrf": token, "role": "admin"}).status == 403
    assert rows(desk, Invitation) == []
    assert rows(desk, Person, Person.login == "joko")[0].active


def test_a_form_of_another_session_changes_nothing(desk, bayu):
    answer = bayu.form("/pengaturan/orang/joko/nonaktif", {"csrf": "another"})
    assert answer.status == 403
    assert kept(desk, "joko").active


def test_the_first_day_names_what_is_missing_and_the_line_is_on_every_page(desk, bayu):
    body = bayu.get("/pengaturan").body
    assert "2 dari 3 pos penanggung jawab dapat dihubungi sekarang" in body
    assert "Polsek Soko" in body
    for path in ("/pengaturan/orang", "/piket", "/pengaturan/kunci", "/saya"):
        assert "2 dari 3 pos penanggung jawab" in bayu.get(path).body
    assert "1 pos akan kosong dalam empat belas hari" in body  # the post that is empty now is no full rota either
    add(bayu)
    act(bayu, desk, "wulan", "alamat", channel="email", address="wulan@tuban.example", vouched="1")
    assert "0 pos akan kosong" in bayu.get("/pengaturan").body
    assert "pos penanggung jawab dapat dihubungi sekarang" not in bayu.get("/pengaturan").body
    assert "3 dari 3 pos terisi" in bayu.get("/pengaturan").body


def test_the_first_day_is_not_done_while_addresses_wait_for_a_channel_that_is_not_set_up(desk, bayu):
    def step():
        body = bayu.get("/pengaturan").body
        before, _, after = body.partition("Siapkan saluran pesan")
        return "is-done" in before.rpartition("<li")[2], after.partition("</li>")[0]

    done, said = step()
    assert done
    assert "0 saluran dipakai alamat orang" in said
    act(bayu, desk, "joko", "alamat", channel="email", address="joko@tuban.example", vouched="1")
    done, said = step()
    assert not done
    assert "1 saluran dipakai alamat orang, tetapi belum disiapkan" in said
    assert '<p class="missing">Surel</p>' in said
    desk.write(lambda tx: setattr(tx.session.get(Person, "joko"), "active", False))
    assert step()[0]  # nobody is told there any more


@pytest.mark.parametrize("login", ["bayu", "ratna", "joko", "emma"])
def test_no_page_leads_where_its_reader_may_not_go(desk, bayu, person, login):
    who, refused, seen = bayu if login == "bayu" else person(login), [], set()
    for page in ("/", "/pengaturan", "/piket", "/kantor", "/angka", "/saya", "/redam", "/peringatan"):
        answer = who.get(page)
        if answer.status != 200:
            continue
        for href in re.findall(r'<a[^>]* href="(/[^"#]*)', answer.body):
            address = unescape(href)
            if address not in seen and "bahasa=" not in address:
                seen.add(address)
                if who.get(address).status in (403, 404):
                    refused.append((page, address))
    assert len(seen) > 5
    assert refused == []


def test_a_coordinator_is_told_on_every_page_when_nobody_at_all_can_be_reached(desk, person):
    ratna = person("ratna")
    assert "pos penanggung jawab dapat dihubungi" not in ratna.get("/piket").body

    def leave(tx):
        for one in tx.session.scalars(select(Person).where(Person.id != "ratna")):
            one.active = False
        tx.session.get(Person, "ratna").institution = "LH"

    desk.write(leave)
    desk.clock.forward(1)
    assert ratna.get("/piket").status == 303  # another office: the session of before has ended
    assert "0 dari 3 pos penanggung jawab dapat dihubungi sekarang" in person("ratna").get("/piket").body


def test_from_nobody_to_somebody_who_signs_in(desk, bayu):
    assert add(bayu).status == 303
    path = f"/pengaturan/orang/{kept(desk, 'wulan').id}"
    body = bayu.form(f"{path}/undang", {"csrf": bayu.get(path).csrf}).body
    link = re.search(r'value="(http[^"]+/undangan/[^"]+)"', body)[1]
    assert copied(body) == [link]
    assert "<svg" in body
    stranger, way = Caller(desk.url), urlsplit(link).path
    assert "Wulan Kartika" in stranger.get(way).body
    assert stranger.form(way, {"password": "pendek", "again": "pendek"}).status == 422
    assert stranger.form(way, {"password": "rahasia-panjang", "again": "lain"}).status == 422
    assert stranger.form(way, {"password": "xx-wulan-xx-2026", "again": "xx-wulan-xx-2026"}).status == 422
    assert stranger.form(way, {"password": "tiga kali lipat", "again": "tiga kali lipat"}).status == 303
    assert stranger.get(way).status == 410
    assert stranger.form(way, {"password": "orang lain 2026", "again": "orang lain 2026"}).status == 410
    wulan = Caller(desk.url).sign_in("wulan", "tiga kali lipat")
    assert wulan.get("/").status == 200
    token = way.rsplit("/", 1)[1]
    assert token not in [one.id for one in rows(desk, Invitation)]
    told = [line.kind for line in rows(desk, Journal) if "nvitation" in line.kind]
    assert told == ["invitation.made", "invitation.used"]
    assert all(token not in str(line.data) for line in rows(desk, Journal))


def test_a_newer_invitation_ends_the_older_and_time_ends_all(desk, bayu):
    add(bayu)
    path = f"/pengaturan/orang/{kept(desk, 'wulan').id}"
    ways = []
    for _ in range(2):
        body = bayu.form(f"{path}/undang", {"csrf": bayu.get(path).csrf}).body
        ways.append("/undangan/" + re.search(r"/undangan/([^\"]+)", body)[1])
    assert [Caller(desk.url).get(way).status for way in ways] == [410, 200]
    desk.clock.now = NOW + timedelta(days=3, minutes=1)
    assert Caller(desk.url).get(ways[1]).status == 410


def test_links_cannot_be_guessed_by_trying(desk):
    stranger = Caller(desk.url)
    answers = [stranger.get(f"/undangan/{number}").status for number in range(32)]
    assert answers[0] == 410
    assert answers[-1] == 429


def test_who_is_shut_out_is_out_now_and_may_come_back(desk, bayu, person):
    joko = person("joko")
    assert joko.get("/").status == 200
    assert act(bayu, desk, "joko", "nonaktif").status == 303
    assert joko.get("/").status == 303
    assert rows(desk, SignIn, SignIn.person_id == "joko") == []
    assert act(bayu, desk, "joko", "undang").status == 409
    act(bayu, desk, "joko", "aktif")
    assert person("joko").get("/").status == 200


def test_an_admin_never_locks_himself_out(desk, bayu):
    assert act(bayu, desk, "bayu", "nonaktif").status == 409
    given = {"name": "Bayu", "role": "member", "institution": "KESBANG", "unit": "", "post": "", "clearance": "RAHASIA"}
    assert act(bayu, desk, "bayu", "simpan", **given).status == 409
    assert kept(desk, "bayu").role == "admin"


def test_a_changed_role_counts_at_once(desk, bayu, person):
    joko = person("joko")
    given = {"name": "Joko Pambudi", "role": "coordinator", "institution": "KESBANG", "unit": "", "post": "Kabid"}
    assert act(bayu, desk, "joko", "simpan", clearance="RAHASIA", **given).status == 303
    assert joko.get("/").status == 303  # the session stood on the role of before
    assert 'id="antrean"' in person("joko").get("/").body
    (line,) = [one for one in rows(desk, Journal) if one.kind == "person.put"]
    assert (line.actor, sorted(line.data["changed"])) == ("bayu", ["institution", "post", "role"])


@pytest.mark.parametrize(
    "more",
    [{"role": "gateway"}, {"role": "root"}, {"institution": "NASA"}, {"unit": "99.99"}, {"clearance": "SANGAT"}],
)
def test_a_code_that_no_list_knows_is_refused(desk, bayu, more):
    assert add(bayu, **more).status == 400
    assert rows(desk, Person, Person.login == "wulan") == []


@pytest.mark.parametrize("login", ["Wu Lan", "w", "joko", "../x", "wulan<b>"])
def test_a_login_is_plain_and_new(desk, bayu, login):
    before = len(rows(desk, Person))
    assert add(bayu, login=login).status == 422
    assert len(rows(desk, Person)) == before


def test_of_two_admins_who_enter_one_login_at_once_the_second_is_told(desk, bayu):
    page = bayu.get("/pengaturan/orang")

    def press(name, institution):
        given = {"csrf": page.csrf, "login": "wulan", "name": name, "role": "member", "institution": institution}
        return lambda: bayu.form("/pengaturan/orang", given | {"unit": "", "post": "", "clearance": "BIASA"})

    answers = at_once([press(f"Wulan {code}", code) for code in ("POLRES", "KODIM", "POLRES", "KODIM")])
    assert sorted(answers) == [303, 422, 422, 422]
    (line,) = rows(desk, Journal, Journal.kind == "person.put")
    assert line.data["institution"] == kept(desk, "wulan").institution


NINES = "9" * 4400  # more digits than a number may have in Python
NUMBERED = ("page", "per_page", "hari", "jam", "since", "minggu", "bulan", "tahun", "nomor", "after")
LISTS = ("/pengaturan/orang", "/", "/angka", "/peta", "/serah-terima", "/kerukunan", "/utang", "/redam", "/piket")
LISTS += ("/peringatan/rekap", "/peringatan/tanda", "/rapat", "/li", "/permintaan", "/ormas", "/v1/incidents")


@pytest.mark.parametrize("path", LISTS)
def test_a_number_of_thousands_of_digits_is_refused_and_breaks_nothing(bayu, person, path):
    caller = bayu if path.startswith("/pengaturan") else person("ratna")
    for name in NUMBERED:
        assert caller.get(f"{path}?{name}={NINES}").status < 500, name


def test_a_key_lasts_a_number_of_days(bayu):
    given = {"csrf": bayu.get("/pengaturan/kunci").csrf, "name": "Gerbang", "role": "reporter", "reliability": "B"}
    for days in (NINES, "0", "-1", "\u0663", "12345", "x", ""):
        assert bayu.form("/pengaturan/kunci", given | {"days": days}).status == 400, days[:9]
    assert bayu.form("/pengaturan/kunci", given | {"days": "90"}).status == 200


def test_an_address_is_used_once_it_is_proved(desk, bayu):
    add(bayu)
    assert act(bayu, desk, "wulan", "alamat", channel="whatsapp", address="bukan nomor").status == 409
    assert act(bayu, desk, "wulan", "alamat", channel="whatsapp", address="0812-3456-7890").status == 303
    (address,) = rows(desk, Address)
    assert (address.address, address.verified_at) == ("+6281234567890", None)
    path = f"/pengaturan/orang/{address.person_id}"
    token = bayu.get(path).csrf
    assert bayu.form(f"/pengaturan/alamat/{address.id}/uji", {"csrf": token}).status == 409
    assert bayu.form(f"/pengaturan/alamat/{address.id}/kode", {"csrf": token}).status == 303
    (sent,) = [one for one in rows(desk, Delivery) if one.reason == "check"]
    code = re.search(r"\d{6}", sent.payload["body"])[0]
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    assert bayu.form(f"/pengaturan/alamat/{address.id}/verifikasi", {"csrf": token, "code": wrong}).status == 409
    assert bayu.form(f"/pengaturan/alamat/{address.id}/verifikasi", {"csrf": token, "code": code}).status == 303
    assert rows(desk, Address)[0].verified_at == NOW
    assert bayu.form(f"/pengaturan/alamat/{address.id}/uji", {"csrf": token}).status == 303
    (trial,) = [one for one in rows(desk, Delivery) if one.reason == "trial"]
    assert (trial.address, trial.state) == ("+6281234567890", "pending")
    assert bayu.form(f"/pengaturan/alamat/{address.id}/henti", {"csrf": token}).status == 303
    assert rows(desk, Address)[0].disabled_at == NOW
    assert act(bayu, desk, "wulan", "alamat", channel="whatsapp", address="081234567890", vouched="1").status == 409


@pytest.mark.parametrize(("language", "lacking"), [("id", "belum disiapkan"), ("en", "not set up")])
def test_an_address_is_offered_over_what_is_set_up_first(desk, bayu, monkeypatch, language, lacking):
    monkeypatch.setattr(OfficeHand, "channels", lambda _: [(name, name in ("desk", "sms_gateway")) for name in OFFERED])
    add(bayu)
    body = bayu.get(f"/pengaturan/orang/{kept(desk, 'wulan').id}?bahasa={language}").body
    (chooser,) = re.findall(r'<select name="channel">(.*?)</select>', body)
    options = re.findall(r'<option value="([^"]+)">([^<]+)</option>', chooser)
    assert [name for name, _ in options] == ["sms_gateway", "email", "whatsapp"]
    assert [f"({lacking})" in said for _, said in options] == [False, True, True]


TABLE = (
    "Nama\tLogin\tPeran\tInstansi\tKecamatan\tJabatan\tEmail\tHP\tCatatan\n"
    "Siti Aminah\tsiti\tanggota\tPolres Tuban\t\tKasat\tsiti@tuban.example\t\tx\n"
    "Budi Santoso\tbudi\t\tPOLSEK\tSoko\t\t\t081234567891\t\n"
    "Tanpa Login\t\t\t\t\t\t\t\t\n"
    "Joko Kedua\tjoko\t\t\t\t\t\t\t\n"
    "Siti Lain\tsiti\t\t\t\t\t\t\t\n"
    "Salah\tsalah\traja\tNASA\tMars\t\tbukan-surel\t\t\n"
)


HAND = OfficeHand(SECRET, "http://127.0.0.1")


def spelt(channel, address):
    return address if ("@" in address) == (channel == "email") else None


def test_a_table_says_row_by_row_what_is_wrong():
    table = read_table(cells_of_text(TABLE), DISTRICT, spelt, lambda logins: {"joko"} & set(logins), HAND.columns())
    assert [row.person["login"] for row in table.good] == ["siti", "budi"]
    assert table.unknown == ("catatan",)
    assert table.good[0].person["institution"] == "POLRES"
    assert table.good[1].person["unit"] == "35.23.11"
    assert [row.addresses for row in table.good] == [
        (("email", "siti@tuban.example"),),
        (("sms_gateway", "081234567891"),),
    ]
    faults = {row.number: [fault for fault, _ in row.faults] for row in table.rows if row.faults}
    assert faults == {4: ["login"], 5: ["taken"], 6: ["taken"], 7: ["role", "institution", "unit", "address"]}


def test_addresses_are_used_in_the_order_of_the_tables_columns():
    for ways in (("WA", "Email", "HP"), ("HP", "Surel", "WhatsApp")):
        text = "\t".join(("Nama", "Login", *ways)) + "\nSiti\tsiti\t1\ta@b.example\t2\n"
        (row,) = read_table(cells_of_text(text), DISTRICT, lambda _, one: one, lambda _: set(), HAND.columns()).good
        of = {"wa": "whatsapp", "whatsapp": "whatsapp", "email": "email", "surel": "email", "hp": "sms_gateway"}
        assert [channel for channel, _ in row.addresses] == [of[one.lower()] for one in ways]


@pytest.mark.parametrize("text", ["", "\n\n", "apa saja", "nama;alamat\nx;y", "\x00\x01", "," * 5000])
def test_what_is_no_table_adds_nobody(text):
    table = read_table(cells_of_text(text), DISTRICT, spelt, lambda _: set(), HAND.columns())
    assert table.good == ()
    assert table.missing


def multipart(fields, file=None):
    parts = [
        f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    if file:
        head = '--b\r\nContent-Disposition: form-data; name="file"; filename="a.xlsx"\r\nContent-Type: application/octet-stream\r\n\r\n'
        parts.append(head.encode() + file + b"\r\n")
    return b"".join(parts) + b"--b--\r\n", "multipart/form-data; boundary=b"


def workbook(**parts: bytes) -> bytes:
    """Make a workbook of one row, with some of its parts replaced or added."""
    book, out, made = Workbook(), io.BytesIO(), io.BytesIO()
    book.active.append(["Nama", "Login"])
    book.save(out)
    with zipfile.ZipFile(out) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            if part.filename.rpartition("/")[2] not in parts:
                new.writestr(part, old.read(part))
        for name, body in parts.items():
            new.writestr(f"xl/worksheets/{name}", body)
    return made.getvalue()


@pytest.mark.parametrize(
    "made",  # when it is sent: every process that shares the tests would make all of them
    [
        lambda: workbook(**{"big.bin": bytes(101 * 1024 * 1024)}),  # 100 KB that unpack to 101 MB
        lambda: workbook(**{"sheet1.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><worksheet/>'}),
        lambda: workbook(**{"sheet1.xml": b"<worksheet><sheetData><row r="}),
        lambda: workbook()[:400],
        lambda: b"PK",
    ],
    ids=["a bomb", "entities", "a torn sheet", "a torn file", "two letters"],
)
def test_a_file_that_is_no_workbook_lists_nobody_and_breaks_nothing(desk, bayu, made):
    page = bayu.get("/pengaturan/orang-tabel")
    body, kind = multipart({"csrf": page.csrf, "sure": "1"}, made())
    assert bayu.ask("POST", "/pengaturan/orang-tabel", body, {"Content-Type": kind}).status == 422
    assert person_count(desk) == 8


def test_five_hundred_people_of_a_spreadsheet_are_shown_first_and_then_listed(desk, bayu):
    book = Workbook()
    book.active.append(["Nama", "Login", "Instansi", "HP"])
    for number in range(500):
        book.active.append([f"Orang {number}", f"orang{number}", "KESBANG", 81234500000 + number])
    out = io.BytesIO()
    book.save(out)
    page = bayu.get("/pengaturan/orang-tabel")
    body, kind = multipart({"csrf": page.csrf}, out.getvalue())
    shown = bayu.ask("POST", "/pengaturan/orang-tabel", body, {"Content-Type": kind})
    assert "500 dari 500 baris" in shown.body
    assert person_count(desk) == 8
    text = re.search(r'name="text" hidden[^>]*>\n?(.*?)</textarea>', shown.body, re.DOTALL)[1]
    body, kind = multipart({"csrf": shown.csrf, "sure": "1", "text": text})
    assert bayu.ask("POST", "/pengaturan/orang-tabel", body, {"Content-Type": kind}).status == 303
    assert person_count(desk) == 508
    one = kept(desk, "orang7")
    assert one.password is None
    (address,) = rows(desk, Address, Address.person_id == one.id)
    assert (address.address, address.verified_at) == ("+6281234500007", None)
    again = bayu.ask("POST", "/pengaturan/orang-tabel", body, {"Content-Type": kind})
    assert again.status == 422
    assert person_count(desk) == 508


def person_count(desk):
    return len(rows(desk, Person))


def test_a_table_of_another_session_or_not_a_sheet_adds_nobody(desk, bayu):
    body, kind = multipart({"csrf": "x", "sure": "1", "text": TABLE})
    assert bayu.ask("POST", "/pengaturan/orang-tabel", body, {"Content-Type": kind}).status == 403
    page = bayu.get("/pengaturan/orang-tabel")
    body, kind = multipart({"csrf": page.csrf, "sure": "1"}, b"PK\x03\x04 not a sheet")
    assert bayu.ask("POST", "/pengaturan/orang-tabel", body, {"Content-Type": kind}).status == 422
    assert person_count(desk) == 8


def test_a_key_is_shown_once_and_ended_on_disk_too(desk, bayu):
    page = bayu.get("/pengaturan/kunci")
    given = {"csrf": page.csrf, "name": "Siladeni", "role": "reporter", "institution": "KESBANG", "reliability": "B"}
    made = bayu.form("/pengaturan/kunci", given | {"days": "30"})
    bearer = re.search(r'value="(kt_[^"]+)"', made.body)[1]
    assert copied(made.body) == [bearer]
    desk.store.read_now(desk.keys.refresh)
    assert desk.keys.identify(bearer).name == "Siladeni"
    assert bearer not in bayu.get("/pengaturan/kunci").body
    assert bayu.form("/pengaturan/kunci", given | {"days": "30"}).status == 422
    assert bayu.form("/pengaturan/kunci", given | {"days": "0"}).status == 400
    assert bayu.form("/pengaturan/kunci", given | {"name": "x", "role": "admin", "days": "1"}).status == 400
    (key,) = rows(desk, Key)
    assert bayu.form("/pengaturan/kunci/siladeni/cabut", {"csrf": page.csrf}).status == 303
    assert desk.ended == [key.kid]
    desk.store.read_now(desk.keys.refresh)
    assert desk.keys.identify(bearer) is None


def test_the_proof_is_that_of_the_command(desk, bayu):
    body = bayu.get("/pengaturan/periksa").body
    assert "Kebijakan belum dapat dipakai" in body
    assert "Penanggung jawab tanpa orang" in body
    english = bayu.get("/pengaturan/periksa?bahasa=en").body
    assert "tidak punya orang yang dapat dihubungi" in body
    assert "tidak punya orang yang dapat dihubungi" not in english
    assert "has nobody who can be reached" in english


def test_why_the_folders_rules_are_refused_is_told_in_the_readers_language(desk, bayu):
    against = [proof_words.Sentence(code, facts=(("code", "TAM"),)) for code in ("other_district", "code_in_use")]
    row = {"id": 1, "digest": "a", "ruleset": "uji", "files": {}, "since": NOW, "proved": True, "refused": "b"}
    row |= {"folders": {}, "objections": proof_words.kept(against)}
    desk.store.write_now(lambda tx: tx.add(RulesInForce, [row]))
    for language in ("id", "en"):
        body = unescape(bayu.get(f"/pengaturan/periksa?bahasa={language}").body)
        said = {spoken: [one.say(spoken) in body for one in against] for spoken in ("id", "en")}
        assert said == {spoken: [spoken == language] * len(against) for spoken in said}


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 7*7 }}", "%s%n", "نور"]
)
def test_names_are_text(desk, bayu, text):
    add(bayu, name=text)
    for path in ("/pengaturan/orang", f"/pengaturan/orang/{kept(desk, 'wulan').id}"):
        body = bayu.get(path).body
        assert "<script>alert" not in body
        assert "<img src=x" not in body
        assert "49" not in re.findall(r"<b>([^<]*)</b>", body)


@pytest.mark.parametrize(
    "path",
    [
        "/pengaturan/orang?page=0",
        "/pengaturan/orang?page=999999999999",
        "/pengaturan/orang?cari=%25_%00",
        "/pengaturan/orang?instansi=x",
        "/pengaturan/orang/none",
        "/pengaturan/alamat/none/uji",
    ],
)
def test_odd_addresses_are_answered_kindly(desk, bayu, path):
    assert bayu.get(path).status in (200, 404, 405)
