"""The page to report on without scripts: what is filed, asked, limited, followed; who sees a photograph."""

import ast
import inspect
import io
import re
from pathlib import Path
from uuid import UUID

import pytest
from PIL import Image

from schemas.records.people import Person
from schemas.records.reports import Report
from schemas.vocabulary import Role
from services.console.fact_checks import FIELDS as COUNTED
from services.console.place_choices import choices, matching
from services.console.report import fields, pages
from services.console.report.receipt import ticket, ticket_of
from services.console.texts.report import REPORTING
from services.security import auth
from services.security.secret import Secret
from tests.console.caller import Caller
from tests.console.desk import running_on
from tests.console.night import DISTRICT, HASH, NOW, SECRET, report_id

TEXT = "Dua kelompok pemuda saling lempar batu di depan balai desa."


def new_id(desk) -> str:
    return re.search(r'name="id" value="([^"]+)"', Caller(desk.url).get("/lapor").body)[1]


def send(desk, caller: Caller | None = None, **fields: str):
    caller = caller or Caller(desk.url)
    return caller.form("/lapor", {"text": TEXT, **fields}, Origin=desk.url)


def told(answer) -> str:
    return re.search(r'class="wrong".*?</div>', answer.body, re.DOTALL)[0]


def test_a_report_is_filed_and_its_receipt_leads_to_its_progress(desk):
    answer = send(desk, where="Mentoro, Soko", when="now", basis="saw", contact="0812", place="balai desa")
    assert answer.status == 303
    filed = desk.journal.only
    assert (filed.report.kecamatan, filed.report.desa) == ("35.23.11", "35.23.11.2010")
    assert (filed.report.observed_at, filed.report.basis, filed.report.contact) == (NOW, "saw", "0812")
    assert (filed.source.reporter, filed.source.channel) == ("anonymous", "form")
    page = Caller(desk.url).get(answer.headers["location"])
    assert "Laporan diterima" in page.body
    assert filed.report.id is None or str(filed.report.id)
    number = re.search(r"<dd>([0-9A-F]{4}-[0-9A-F]{4})</dd>", page.body)[1]
    assert number.replace("-", "").lower() == filed.id.hex[:8]
    drawn = Caller(desk.url).get(answer.headers["location"].split("?")[0] + "/qr.svg")
    assert drawn.headers["content-type"] == "image/svg+xml"
    assert "sandbox" in drawn.headers["content-security-policy"]


def test_sending_twice_has_one_effect(desk):
    id_ = new_id(desk)
    first, again = send(desk, id=id_), send(desk, id=id_)
    assert first.headers["location"] == again.headers["location"]
    assert list(desk.journal.kept) == [UUID(id_)]


def test_an_id_that_another_report_has_is_answered_with_a_new_one(desk):
    id_ = new_id(desk)
    send(desk, id=id_)
    answer = send(desk, id=id_, place="lain")
    assert answer.status == 409
    assert f'value="{id_}"' not in answer.body
    assert TEXT in answer.body


def test_an_ambiguous_name_is_asked_for_and_what_was_written_stays(desk):
    names = [choice.label.split(",")[0] for choice in choices(DISTRICT) if choice.desa]
    twice = next(name for name in names if names.count(name) > 1)
    answer = send(desk, where=twice, basis="hearsay")
    assert answer.status == 422
    assert "Ada beberapa tempat bernama itu" in told(answer)
    offered = re.findall(r'name="chosen" value="([^"]+)"', answer.body)
    assert len(offered) > 1
    assert TEXT in answer.body
    assert re.search(r'value="hearsay" checked', answer.body)
    assert send(desk, where=twice, chosen=offered[1]).status == 303
    assert offered[1] in (desk.journal.only.report.desa, desk.journal.only.report.kecamatan)


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("Mentoro, Soko", ["Mentoro, Soko"]),
        ("desa mentoro", ["Mentoro, Soko"]),
        ("Kec. Soko", ["Kec. Soko"]),
        ("Pulau Bawean", []),
        ("", []),
    ],
)
def test_places_are_found_as_people_write_them(written, found):
    assert [one.label for one in matching(written, choices(DISTRICT))] == found


def test_a_place_that_we_do_not_know_is_kept_as_it_was_written(desk):
    send(desk, where="Dusun Ngablak", place="dekat jembatan")
    assert desk.journal.only.report.place == "dekat jembatan, Dusun Ngablak"


def test_the_phones_place_gives_the_kecamatan_but_no_far_one(desk):
    soko = DISTRICT.places["35.23.11.2010"]
    send(desk, lat=str(soko.lat), lon=str(soko.lon), accuracy="20")
    report = desk.journal.only.report
    assert (report.kecamatan, report.desa) == ("35.23.11", None)
    assert report.position.accuracy_m == 20
    desk.journal.kept.clear()
    send(desk, lat="-8.65", lon="115.2")
    assert desk.journal.only.report.kecamatan is None


@pytest.mark.parametrize(
    ("fields", "observed"),
    [
        ({"when": "at", "time": "20:30"}, "2026-11-24T13:30:00+00:00"),  # 20.30 WIB; it is 21.00
        ({"when": "at", "time": "23.15"}, "2026-11-23T16:15:00+00:00"),  # not yet today: yesterday's
        ({"when": "earlier"}, None),
        ({"made": "2026-11-24T10:00:00Z"}, "2026-11-24T10:00:00+00:00"),  # waited four hours for a signal
        ({"made": "2030-01-01T00:00:00Z"}, None),  # the phone's clock is wrong: the report is not lost for it
        ({"when": "at", "time": "nanti"}, None),
    ],
)
def test_when_is_told_as_a_fact_only_where_it_is_known(desk, fields, observed):
    assert send(desk, **fields).status == 303
    seen = desk.journal.only.report.observed_at
    assert (seen.isoformat() if seen else None) == observed


def test_who_stays_unknown_leaves_no_number(desk, person):
    ani = person("ani")
    assert send(desk, ani, anonymous="1", contact="081234567890").status == 303
    assert desk.journal.only.report.contact is None
    assert desk.journal.only.source.reporter == "anonymous"


def test_who_has_signed_in_reports_in_his_name_unless_the_form_came_from_elsewhere(desk, person):
    ani = person("ani")
    assert send(desk, ani).status == 303
    assert desk.journal.only.source.reporter == "ani"
    desk.journal.kept.clear()
    assert ani.form("/lapor", {"text": TEXT}, Origin="https://evil.example").status == 403
    assert desk.journal.kept == {}
    assert ani.form("/lapor", {"text": TEXT}).status == 303  # no origin and no token: nobody's
    assert desk.journal.only.source.reporter == "anonymous"


def test_what_is_wrong_is_said_and_nothing_is_lost(desk):
    empty = send(desk, text="  ")
    assert (empty.status, "Tulis dulu apa yang terjadi" in told(empty)) == (422, True)
    long = send(desk, contact="9" * 400)
    assert (long.status, "Nomor yang bisa dihubungi" in told(long), TEXT in long.body) == (422, True, True)
    desk.journal.away = True
    away = send(desk)
    assert (away.status, "tidak akan tercatat dua kali" in told(away), TEXT in away.body) == (503, True, True)
    by_script = Caller(desk.url).form("/lapor", {"text": TEXT}, Origin=desk.url, Accept="application/json")
    assert (by_script.status, by_script.headers["content-type"]) == (503, "application/problem+json")


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("id", "Tulisan ini 8.003 huruf; satu laporan memuat paling banyak 8.000."),
        ("en", "This text has 8,003 characters; one report holds at most 8,000."),
    ],
)
def test_a_text_that_is_too_long_is_cut_for_who_says_so_and_for_nobody_else(desk, language, said):
    caller, text = Caller(desk.url), "Bentrok di Mentoro.\r\n".ljust(8_004, "x")
    page = caller.get(f"/lapor?bahasa={language}").body
    assert "maxlength" not in re.search(r"<textarea[^>]*>", page)[0]  # by that a browser cuts, and says nothing
    refused = send(desk, caller, text=text)
    assert (refused.status, said in refused.body, desk.journal.kept) == (422, True, {})
    assert text[-7_000:] in refused.body
    assert send(desk, caller, text=text, fits="1").status == 303
    assert desk.journal.only.report.text == text.replace("\r", "")[:8_000]


def test_ends_of_lines_are_counted_as_they_were_typed(desk):
    text = "ab\r\n" * 2_600 + "z" * 200  # 8,000 letters to who typed it, 10,600 as a form sends it
    assert send(desk, text=text).status == 303
    assert desk.journal.only.report.text == text.replace("\r", "")


@pytest.mark.parametrize(
    ("language", "contact", "broken"),
    [
        ("id", "paling panjang 300 huruf", "Foto harus JPEG, PNG, atau WebP"),
        ("en", "at most 300 characters", "A photograph must be JPEG, PNG or WebP"),
    ],
)
def test_why_a_report_is_refused_is_said_in_the_language_of_the_page(desk, language, contact, broken):
    caller = Caller(desk.url)
    caller.get(f"/lapor?bahasa={language}")
    assert contact in told(send(desk, caller, contact="9" * 400))
    by_script = caller.form("/lapor", {"text": TEXT, "contact": "9" * 400}, Origin=desk.url, Accept="application/json")
    assert (by_script.status, by_script.json["errors"]) == (422, [{"field": "contact", "why": contact}])
    body = (
        f'--x\r\nContent-Disposition: form-data; name="text"\r\n\r\n{TEXT}\r\n'
        '--x\r\nContent-Disposition: form-data; name="photo"; filename="a.jpg"\r\n\r\nno picture\r\n--x--\r\n'
    )
    headers = {"Content-Type": "multipart/form-data; boundary=x", "Origin": desk.url}
    assert broken in told(caller.ask("POST", "/lapor", body.encode(), headers))


def test_marks_in_a_text_stay_text(desk):
    evil = '"><script>alert(1)</script><img src=x onerror=alert(1)>'
    answer = send(desk, text=evil, contact="9" * 400)
    assert "<script>alert" not in answer.body
    assert "&lt;script&gt;alert" in answer.body


def test_a_village_behind_one_address_can_report_and_one_phone_cannot_flood(desk):
    phones = []
    for _ in range(40):
        phone = Caller(desk.url)
        phone.get("/lapor")
        phones.append(phone)
    assert {send(desk, phone).status for phone in phones} == {303}
    flood = [send(desk, phones[0]).status for _ in range(8)]
    assert flood == [303] * 5 + [429] * 3
    assert "telepon 110 atau 112" in told(send(desk, phones[0]))


def test_who_keeps_no_word_or_makes_one_up_is_counted_by_the_address(desk):
    nameless = [send(desk).status for _ in range(8)]
    assert nameless == [303] * 6 + [429] * 2
    forger = Caller(desk.url, cookies={"kentongan_hp": "A" * 22 + "." + "0" * 32})
    assert send(desk, forger).status == 429


def test_a_flood_of_new_words_ends_at_the_address(desk):
    statuses = []
    for _ in range(DISTRICT.intake.address_per_hour // 6 + 2):
        phone = Caller(desk.url)
        phone.get("/lapor")
        statuses += [send(desk, phone).status for _ in range(6)]
    assert statuses.count(303) == DISTRICT.intake.address_per_hour
    assert statuses[-1] == 429


def test_what_a_text_says_is_read_back_in_words_and_kept_nowhere(desk):
    text = "Ijin lapor bentrok dua perguruan silat di Ds. Mentoro Kec. Soko, massa 80 orang, 3 luka bacok pakai celurit"
    caller = Caller(desk.url)
    found = caller.form("/lapor/baca", {"text": text}).json
    assert found["places"] == ["Mentoro, Soko"]
    facts = dict(found["facts"])
    assert (facts["Massa"], facts["Luka"]) == ("80", "3")
    assert not re.search(r"\b[A-Z]{6,}\b", str(found))  # no code
    english = caller.form("/lapor/baca?bahasa=en", {"text": text}).json
    assert dict(english["facts"])["Crowd"] == "80"
    assert caller.form("/lapor/baca", {"text": "x" * 9000}).json == {}
    assert desk.journal.kept == {}


def test_the_map_has_every_kecamatan_and_desa_under_the_name_that_the_list_has(desk):
    page = Caller(desk.url).get("/lapor").body
    address = re.search(r'data-map="([^"]+)"', page)[1]
    answer = Caller(desk.url).get(address)
    assert "immutable" in answer.headers["cache-control"]
    assert Caller(desk.url).get("/lapor/peta").headers["cache-control"] == "no-store"
    offered = choices(DISTRICT)
    for kind, wanted in (("kecamatan", False), ("desa", True)):
        areas = answer.json[kind]
        assert sorted(area[0] for area in areas) == sorted(one.label for one in offered if bool(one.desa) is wanted)
        assert {area[1] for area in areas} == {one.kecamatan for one in offered}
    assert "position" not in str(answer.json)


def test_a_district_without_a_map_offers_none(tmp_path, blank_sqlite):
    bare = DISTRICT.model_copy(update={"shapes": (), "desa_shapes": ()})
    with running_on(tmp_path, blank_sqlite, district=bare) as desk:
        assert "peta-buka" not in Caller(desk.url).get("/lapor").body
        assert Caller(desk.url).get("/lapor/peta").status == 404


def test_number_and_key_lead_to_the_progress_and_guessing_ends(desk):
    known = ticket(report_id("clash"), auth.Receipts(SECRET))
    caller = Caller(desk.url)
    answer = caller.form("/status", {"number": known.number.lower(), "key": f" {known.key} "}, Origin=desk.url)
    assert (answer.status, answer.headers["location"]) == (303, f"/status/{known.code}")
    page = caller.get(answer.headers["location"]).body
    assert "Status sekarang: Diteruskan" in page
    assert "POLRES" not in page
    wrong = [caller.form("/status", {"number": known.number, "key": "AAAA-AAAA"}).status for _ in range(61)]
    assert wrong == [404] * 60 + [429]


def test_a_link_is_only_good_with_its_receipt(desk):
    known = ticket(report_id("clash"), auth.Receipts(SECRET))
    forged = known.code[:-1] + ("A" if known.code[-1] != "A" else "B")
    for code in (forged, known.code.partition(".")[0], "x", "AAAA.BBBB", "%ff.%00"):
        assert Caller(desk.url).get(f"/status/{code}", accept="text/html").status == 404
    assert ticket_of(known.code, auth.Receipts(Secret(b"another"))) is None


def test_nothing_happened_takes_two_taps_of_who_stands_for_a_place(desk, person):
    row = {"name": "Wahyu", "role": "member", "institution": "FKDM", "unit": "35.23.11", "clearance": 1, "post": ""}
    more = {"password": HASH, "language": "id", "active": True, "named_for": []}
    desk.write(lambda tx: tx.add(Person, [{"id": "wahyu", "login": "wahyu", **row, **more}]))
    wahyu = person("wahyu")
    page = wahyu.get("/lapor")
    assert "Kirim nihil untuk Kec. Soko" in page.body
    id_ = re.search(r'action="/lapor/nihil".*?name="id" value="([^"]+)"', page.body, re.DOTALL)[1]
    for _ in range(2):  # a double tap is one report
        assert wahyu.form("/lapor/nihil", {"csrf": page.csrf, "id": id_}).status == 303
    filed = desk.journal.only
    assert (filed.report.kecamatan, filed.source.institution, filed.source.reporter) == ("35.23.11", "FKDM", "wahyu")
    from tests.console.desk import reader

    assert reader().assess(filed.report, filed_at=NOW).form == "NIHIL"
    assert "Kirim nihil" not in person("joko").get("/lapor").body
    joko = person("joko")
    assert joko.form("/lapor/nihil", {"csrf": joko.get("/").csrf}).status == 403


def photo() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (320, 240), "red").save(out, "JPEG")
    return out.getvalue()


def test_a_photograph_comes_with_the_form_and_is_a_file_for_who_reads_the_incident(desk, person):
    body = (
        f'--x\r\nContent-Disposition: form-data; name="text"\r\n\r\n{TEXT}\r\n'
        '--x\r\nContent-Disposition: form-data; name="photo"; filename="../../evil.html"\r\nContent-Type: text/html\r\n\r\n'
    ).encode() + photo() + b"\r\n--x--\r\n"  # fmt: skip
    headers = {"Content-Type": "multipart/form-data; boundary=x", "Origin": desk.url}
    assert Caller(desk.url).ask("POST", "/lapor", body, headers).status == 303
    [name] = desk.journal.only.report.attachments
    clash = str(report_id("clash"))

    def named(tx) -> None:
        kept = tx.session.get(Report, clash)
        kept.told = {**kept.told, "attachments": [name]}
        tx.session.add(kept)

    desk.write(named)
    address = f"/peristiwa/{desk.ids['clash']}/foto/{name}"
    ratna = person("ratna")
    assert address in ratna.get(f"/peristiwa/{desk.ids['clash']}").body
    found = ratna.get(address)
    assert (found.status, found.headers["content-type"]) == (200, "image/jpeg")
    assert "sandbox" in found.headers["content-security-policy"]
    assert found.headers["content-disposition"].startswith("attachment")
    assert found.headers["x-content-type-options"] == "nosniff"
    assert ratna.get(f"/peristiwa/{desk.ids['protest']}/foto/{name}").status == 404
    assert person("dewi").get(address).status == 404  # not told of it
    assert Caller(desk.url).get(address).status == 303


def test_only_this_page_may_ask_for_place_and_camera(desk):
    assert "geolocation=(self)" in Caller(desk.url).get("/lapor").headers["permissions-policy"]
    assert "geolocation=()" in Caller(desk.url).get("/status").headers["permissions-policy"]


def test_erasing_takes_the_browsers_word_back(desk):
    phone = Caller(desk.url)
    phone.get("/lapor")
    word = phone.cookies["kentongan_hp"]
    assert phone.form("/lapor/hapus", {}, Origin=desk.url).headers["clear-site-data"] == '"cache"'
    assert phone.cookies["kentongan_hp"] == ""
    phone.get("/lapor")
    assert phone.cookies["kentongan_hp"] not in ("", word)


def test_an_auditor_reports_nothing(desk, person):
    assert send(desk, person("agus")).status == 403
    assert auth.Identity("x", "x", Role.AUDITOR).role == "auditor"


def test_signing_in_and_lost_pages_show_a_citizen_where_to_go(desk):
    for page in ("/masuk", "/tidak-ada"):
        body = Caller(desk.url).get(page, accept="text/html").body
        assert 'href="/lapor"' in body
        assert 'href="/status"' in body


# -- the fields of the form are named in one place -----------------------------------------------------------------------

FIELDS = {one.name: one for one in fields.FORM}
BESIDE = {"csrf", "photo"}  # of the session; files, which travel beside the fields
CONSOLE = Path(pages.__file__).parents[1]


def test_the_page_has_the_fields_of_the_form_and_its_script_is_told_which_it_keeps(desk, person):
    for caller in (Caller(desk.url), person("ratna")):
        body = caller.get("/lapor").body
        form = re.search(r'<form [^>]*id="lapor".*?</form>', body, re.DOTALL)[0]
        named = set(re.findall(r'name="([a-z_]+)"', form)) - BESIDE
        assert set(fields.KEPT) <= named <= set(FIELDS)
        assert re.search(r'data-draft="([^"]*)"', form)[1].split() == list(fields.KEPT)
        assert re.search(r'data-counted="([^"]*)"', form)[1].split() == list(COUNTED)


def test_no_field_is_read_and_no_list_of_them_is_kept_elsewhere():
    read = re.findall(r'form(?:\.get\(|\[)"(\w+)"', inspect.getsource(fields))
    assert {"text", "where", "made", "chosen"} <= set(read) <= set(FIELDS)
    lists = []
    for file in (CONSOLE / "report" / "pages.py", CONSOLE / "report" / "fields.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Tuple | ast.List | ast.Set):
                named = [one.value for one in node.elts if isinstance(one, ast.Constant) and one.value in FIELDS]
                lists += [(file.name, node.lineno, named)] if len(named) > 3 else []
    script = (CONSOLE / "static" / "lapor.js").read_text(encoding="utf-8")
    template = (CONSOLE / "templates" / "lapor.html").read_text(encoding="utf-8")
    for text in (script, template):
        listed = re.findall(r"[\[(](?:\"[\w.]+\"(?:, )?){2,}[\])]", text)
        lists += [one for one in listed if len(set(re.findall(r"\w+", one)) & set(FIELDS)) > 3]
    assert lists == []  # the three of a phone's position belong together


def test_every_field_that_a_report_may_be_refused_for_has_its_words_and_no_other_has():
    said = {key.removeprefix("lapor.field.") for key in REPORTING if key.startswith("lapor.field.")}
    assert said == set(fields.NAMED)
    assert [pages.called("basis", "id"), pages.called("text", "en")] == ["basis", "What is happening"]


@pytest.mark.parametrize("name", COUNTED)
@pytest.mark.parametrize("language", ["id", "en"])
def test_a_refused_field_is_named_in_the_readers_language(desk, name, language):
    caller = Caller(desk.url)
    caller.cookies["bahasa"] = language
    answer = send(desk, caller, **{name: "banyak"})
    assert answer.status == 422
    assert REPORTING[f"lapor.field.{name}"][language == "en"] in told(answer)
