"""The pages and the API of early warning: what they show, to whom, and what people enter on them."""

import asyncio
import html
import re
import time
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlmodel import col, select

from schemas.records.alerts import Alert
from schemas.records.incidents import Incident
from schemas.records.warnings import DateEntry, Indicator, Outcome
from schemas.vocabulary import Level, Role
from services.console.warnings import pages
from services.store.ids import derived
from services.store.transaction import Transaction
from services.warnings.watcher import Watcher
from tests.console.caller import Caller
from tests.console.desk import Desk
from tests.console.night import DISTRICT
from tests.console.test_reads import lines
from tests.servers import GENEROUS
from tests.warnings.histories import SEMANDING, SOKO, Happened, burst, keep, noon, usual

TODAY = date(2026, 11, 24)
Sign = Callable[[str], Caller]


@pytest.fixture
def warned(desk: Desk) -> str:
    """A desk with a history, a rise in Semanding, and the members of the forum told of it; gives the warning."""
    desk.write(lambda tx: keep(tx, usual(DISTRICT, TODAY, 30), state="settled"))
    desk.write(lambda tx: keep(tx, burst(TODAY - timedelta(days=1), 7), state="settled"))
    raised = asyncio.run(Watcher(desk.store, lambda: DISTRICT).look())
    found = {one.kecamatan: id_ for id_ in raised if (one := desk.store.read_now(lambda s, i=id_: s.get(Incident, i)))}
    tell(desk, found[SEMANDING], "POLRES", "KESBANG", "KODIM")
    return found[SEMANDING]


def tell(desk: Desk, warning: str, *institutions: str) -> None:
    def act(tx: Transaction) -> None:
        rows = [
            {
                "id": f"a-{warning}-{code}",
                "incident_id": warning,
                "institution": code,
                "unit": "",
                "duty": "lead" if not n else "support",
                "needed": bool(n),
                "why": [],
                "state": "delivered",
                "level": 2,
                "owed_at": tx.now,
            }
            for n, code in enumerate(institutions)
        ]
        tx.add(Alert, rows)

    desk.write(act)


def test_the_list_and_the_page_say_it_in_words_numbers_and_a_picture(warned: str, person: Sign) -> None:
    ratna = person("ratna")
    listed = ratna.get("/peringatan")
    assert listed.status == 200
    assert f'href="/peringatan/{warned}"' in listed.body
    page = ratna.get(f"/peringatan/{warned}").body
    for said in ("Kenaikan tak biasa", "Semanding", "Bukan ramalan.", "Peluang kebetulan", "7 kejadian dalam 7 hari"):
        assert said in page
    bars = re.findall(r'<rect class="told"[^>]*><title>([^<]+)</title>', page)
    assert bars[0] == "23 Nov 2026: 7"
    assert page.count('href="/peristiwa/') >= 7
    assert "0 dari 3 sudah menjawab" in listed.body
    assert (
        f'data-incident="{warned}" data-unseen=' in person("joko").get(f"/peringatan/{warned}").body
    )  # told, not seen
    assert ratna.get(f"/peristiwa/{warned}").headers["location"] == f"/peringatan/{warned}"
    english = person("emma").get(f"/peringatan/{warned}").body
    assert "Not a forecast." in english
    assert "ramalan" not in re.sub(r"<script.*?</script>", "", english)


@pytest.mark.parametrize(
    ("path", "what"),
    [
        ("/peringatan", "warning"),
        ("/peringatan/{id}", "incidents behind it"),
        ("/peringatan/rekap?minggu={week}", "warning"),
        ("/peringatan/rekap.pdf?minggu={week}", "warning, exported"),
        ("/peringatan/tempat", "incidents behind it"),
        ("/v1/warnings", "warning"),
        ("/v1/warnings/{id}", "incidents behind it"),
        ("/v1/warnings/places", "incidents behind it"),
    ],
)
def test_a_read_of_a_warning_about_what_is_secret_leaves_a_line(
    warned: str, desk: Desk, person: Sign, path: str, what: str
) -> None:
    """Warnings were held for counts alone: who read those of an issue for named persons was written nowhere."""
    secret = next(code for code, one in DISTRICT.issues.items() if one.named_persons_only)

    def hide(tx: Transaction) -> list[str]:
        rows = list(tx.session.scalars(select(Incident).where(col(Incident.kecamatan) == SEMANDING)))
        for row in rows:
            row.issue_secondary, row.level = secret, Level.TINGGI
        return [row.id for row in rows if row.id != warned]

    counted = desk.write(hide)
    week = TODAY.isocalendar()
    answer = person("ratna").get(path.replace("{id}", warned).replace("{week}", f"{week.year}-W{week.week:02}"))
    assert answer.status == 200
    kind = "incidents.exported" if "exported" in what else "incidents.read"
    wanted = set(counted) if "behind" in what else {warned}
    until = time.monotonic() + GENEROUS
    while not wanted & {one for line in lines(desk) if line.kind == kind for one in line.data["ids"]}:
        assert time.monotonic() < until, "no line was written"
        time.sleep(0.02)


def test_who_was_not_told_knows_of_no_warning_and_a_reporter_has_no_page(
    warned: str, person: Sign, program: Callable[..., Caller]
) -> None:
    dewi = person("dewi")  # Dinas Lingkungan Hidup, not told
    assert warned not in dewi.get("/peringatan").body
    assert dewi.get(f"/peringatan/{warned}").status == 404
    assert program(Role.MEMBER, "LH").get(f"/v1/warnings/{warned}").status == 404
    assert person("ani").get("/peringatan").status == 403
    assert program(Role.REPORTER).get("/v1/warnings").status == 403
    satrio = person("satrio")  # Kodim was told of the warning, and of none of the incidents behind it
    page = satrio.get(f"/peringatan/{warned}")
    assert page.status == 200
    assert "isi terbatas" in page.body
    assert re.findall(r'href="/peristiwa/([^"]+)"', page.body) == []


def test_what_is_kept_from_a_reader_is_no_part_of_the_counts_shown(desk: Desk, person: Sign) -> None:
    desk.write(lambda tx: keep(tx, burst(TODAY - timedelta(days=1), 5, "35.23.01", issue="RAD"), state="settled"))

    def shown(login: str) -> str:
        page = person(login).get("/peringatan/tempat").body
        return re.findall(r"<tr><td>Kenduruan</td>.*?</tr>", page)[0] if "<td>Kenduruan</td>" in page else ""

    assert "6 sedang" in shown("ratna")  # named for it; one is of the night that the desk holds
    assert "1 sedang" in shown("joko")


def test_what_people_say_of_a_warning_becomes_a_figure(warned: str, desk: Desk, person: Sign) -> None:
    joko, ratna = person("joko"), person("ratna")

    def say(who: Caller, **fields: str) -> int:
        csrf = who.get(f"/peringatan/{warned}").csrf
        return who.form(f"/peringatan/{warned}/hasil", {"csrf": csrf, **fields}).status

    assert say(joko, berguna="tidak", menjadi="nothing") == 303
    assert say(joko, berguna="ya", menjadi="calmed", note="Sudah dimediasi.") == 303  # a later word replaces it
    assert say(ratna, berguna="ya", menjadi="banana") == 409
    assert say(ratna, menjadi="calmed") == 409
    rows = desk.store.read_now(lambda session: [(o.useful, o.became) for o in session.exec(select(Outcome))])
    assert rows == [(True, "calmed")]
    assert "100 %" in ratna.get("/peringatan").body
    assert say(ratna, berguna="ya", menjadi="calmed", tutup="ya") == 303
    closed = desk.store.read_now(lambda session: session.get_one(Incident, warned))
    assert (closed.state, closed.close_reason) == ("settled", "Mereda setelah ditangani.")


def test_a_grave_warning_is_closed_or_lowered_by_two_persons_of_two_institutions(
    warned: str, desk: Desk, person: Sign
) -> None:
    def grave(tx: Transaction) -> None:
        tx.session.get_one(Incident, warned).level = int(Level.TINGGI)

    def close(caller: Caller, useful: str) -> str:
        form = {"berguna": useful, "menjadi": "calmed", "tutup": "ya", "csrf": caller.get(f"/peringatan/{warned}").csrf}
        return caller.form(f"/peringatan/{warned}/hasil", form).headers["location"].rpartition("=")[2]

    def state() -> tuple[str, int]:
        row = desk.store.read_now(lambda session: session.get_one(Incident, warned))
        return row.state, row.level

    desk.write(grave)
    koor = desk.official(Role.COORDINATOR, "KESBANG", login="koor")
    assert close(koor, "tidak") == "usul"  # dismissed by one
    lead = desk.official(Role.MEMBER, "POLRES", login="pimpin")
    assert close(lead, "ya") == "usul"  # settled by the lead's own
    lowered = koor.post(f"/v1/incidents/{warned}/assessments", {"level": "RENDAH", "reason": "mereda"}).json
    assert lowered["proposal"]
    assert state() == ("open", 3)
    page = lead.get(f"/peringatan/{warned}").body
    assert "Diusulkan menolak laporan ini" in page
    assert page.count("Setuju, berlakukan") == 2  # the coordinator's two; his own he may take back
    proposal = re.search(r'id="usul-([^"]+)"[^>]*><p><strong>Diusulkan menolak', page)
    assert proposal
    sent = {"csrf": lead.get(f"/peringatan/{warned}").csrf, "proposal": proposal[1]}
    assert koor.form(f"/peristiwa/{warned}/setuju", sent | {"csrf": koor.get("/akun").csrf}).status == 403
    assert lead.form(f"/peristiwa/{warned}/setuju", sent).status == 303
    assert state() == ("dismissed", 3)


def test_who_may_not_close_closes_no_warning_by_its_form(warned: str, desk: Desk) -> None:
    told = desk.official(Role.MEMBER, "KODIM", login="kodim-uji")  # told to support: it leads nothing
    form = {"berguna": "ya", "menjadi": "calmed", "tutup": "ya", "csrf": told.get(f"/peringatan/{warned}").csrf}
    assert told.form(f"/peringatan/{warned}/hasil", form).status == 403
    assert desk.store.read_now(lambda session: session.get_one(Incident, warned)).state == "open"
    assert desk.store.read_now(lambda session: session.exec(select(Outcome)).all()) == []  # all or nothing


def test_the_record_counts_what_came_before_and_what_followed(
    warned: str, desk: Desk, program: Callable[..., Caller]
) -> None:
    api = program(Role.COORDINATOR, "KESBANG")
    before = api.get("/v1/warnings?state=all").json["record"]
    assert (before["raised"], before["true"], before["serious"]) == (1, 0, 0)
    desk.clock.forward(3 * 24 * 60)
    grave = [
        Happened(noon(TODAY + timedelta(days=2)), SEMANDING, level=Level.TINGGI),
        Happened(noon(TODAY + timedelta(days=2)), SOKO, level=Level.TINGGI),
        Happened(noon(TODAY + timedelta(days=2)), SEMANDING, issue="POL", level=Level.TINGGI),  # of another group
        Happened(noon(TODAY + timedelta(days=2)), SEMANDING, level=Level.TINGGI, exercise=True),
    ]
    desk.write(lambda tx: keep(tx, grave, state="settled"))
    after = api.get("/v1/warnings?state=all").json["record"]
    assert (after["settled"], after["true"], after["serious"], after["preceded"]) == (1, 1, 3, 1)
    assert (after["false_share"], round(after["detection"], 2)) == (0.0, 0.33)


def test_the_api_gives_words_counts_and_what_stands_behind(
    warned: str, program: Callable[..., Caller], official: Callable[..., Caller]
) -> None:
    api = program(Role.COORDINATOR, "KESBANG")
    listed = api.get("/v1/warnings").json
    assert [one["id"] for one in listed["items"]] == [warned]
    assert listed["false_per_month"] == 1.0
    one = api.get(f"/v1/warnings/{warned}").json
    assert (one["kind"], one["area"], one["count"], one["days"]) == ("rise", SEMANDING, 7, 7)
    assert one["words"]["en"].endswith("Not a forecast.")
    assert len(one["behind"]) == 7
    assert sum(bar["count"] for bar in one["by_day"] if bar["told"]) == 7
    assert api.get("/v1/warnings/none").status == 404
    worth = {"useful": True, "became": "nothing"}
    assert api.post(f"/v1/warnings/{warned}/outcomes", worth).json["code"] == "program_decides_nothing"
    sent = official(Role.COORDINATOR, "KESBANG")
    assert sent.post(f"/v1/warnings/{warned}/outcomes", worth).status == 201
    assert sent.post(f"/v1/warnings/{warned}/outcomes", {**worth, "became": "x"}).status == 422
    places = api.get("/v1/warnings/places").json["items"]
    assert places[0]["rate"] >= places[-1]["rate"]
    assert len(places) == 20


def test_a_window_is_entered_with_its_source_and_lowered_only_by_who_may(desk: Desk, person: Sign) -> None:
    joko, ratna = person("joko"), person("ratna")
    fields = {"name": "Unjuk rasa buruh", "first": "2026-12-01", "last": "2026-12-02", "issue": "IND"}

    def enter(who: Caller, **more: str) -> int:
        csrf = who.get("/peringatan/kalender").csrf
        return who.form("/peringatan/kalender", {"csrf": csrf, **fields, **more}).status

    assert enter(joko) == 422  # no source
    assert enter(joko, source="surat izin", first="besok") == 409
    assert enter(joko, source="surat izin", last="2026-11-30") == 409
    assert enter(joko, source="surat izin", lowered="ya", reason="ramai") == 403
    assert enter(ratna, source="surat izin", lowered="ya") == 422  # no reason
    assert enter(joko, source="surat izin") == 303
    page = ratna.get("/peringatan/kalender")
    assert "Unjuk rasa buruh" in page.body
    entry = desk.store.read_now(lambda session: session.exec(select(DateEntry)).one())
    assert ratna.form(f"/peringatan/kalender/{entry.id}/cabut", {"csrf": page.csrf}).status == 303
    assert "Unjuk rasa buruh" not in ratna.get("/peringatan/kalender").body


def sign_id(code: str, kecamatan: str = SOKO) -> str:
    return derived("sign", "2026-11-23", kecamatan, code)


def test_signs_that_one_person_saw_stay_when_another_enters_more(desk: Desk, person: Sign) -> None:
    ratna, emma = person("ratna"), person("emma")

    def enter(who: Caller, note: str, *codes: str) -> int:
        given = {"week": "2026-11-23", "kecamatan": SOKO, "note": note} | {f"tanda-{code}": "ya" for code in codes}
        return who.form("/peringatan/tanda", {"csrf": who.get("/peringatan/tanda").csrf, **given}).status

    def kept() -> dict[str, str]:
        return desk.store.read_now(lambda session: {one.code: one.note for one in session.exec(select(Indicator))})

    assert enter(ratna, "spanduk di pasar", "ujaran") == 303
    assert enter(emma, "camat memanggil", "mediasi") == 303
    assert kept() == {"ujaran": "spanduk di pasar", "mediasi": "camat memanggil"}
    assert enter(emma, "juga di sekolah", "ujaran") == 303
    assert enter(emma, "juga di sekolah", "ujaran") == 303  # sent twice
    assert kept()["ujaran"] == "spanduk di pasar · juga di sekolah"
    before = kept()
    assert enter(emma, "catatan saja") == 409
    assert enter(emma, "x" * 500, "ujaran") == 409
    assert kept() == before


def test_what_officers_write_about_warnings_is_shown_as_a_report_is(
    warned: str, desk: Desk, person: Sign, program: Callable[..., Caller]
) -> None:
    ratna, joko = person("ratna"), person("joko")
    note = "Pelaku a.n. Joko Susilo, anak Budi (15 th), HP 081234567890"
    names = ("Susilo", "Budi", "1234567890")

    def send(path: str, **fields: str) -> None:
        csrf = ratna.get("/peringatan/tanda").csrf
        assert ratna.form(path, {"csrf": csrf, **fields}).status == 303, path

    send("/peringatan/tanda", week="2026-11-23", kecamatan=SOKO, note=note, **{"tanda-ujaran": "ya"})
    window = {"first": "2026-12-01", "last": "2026-12-02", "issue": "IND", "lowered": "ya"}
    send("/peringatan/kalender", name=f"Aksi {note}", source=note, reason=note, **window)
    send(f"/peringatan/{warned}/hasil", berguna="tidak", menjadi="nothing", note=note, tutup="ya")
    api = program(Role.MEMBER, "POLRES")
    for path in ("/peringatan", f"/peringatan/{warned}", "/peringatan/tanda", "/peringatan/kalender"):
        body = joko.get(path).body
        assert [name for name in names if name in body] == [], path
    assert "•••" in joko.get(f"/peringatan/{warned}").body
    assert "•••" in joko.get("/peringatan/tanda").body
    assert "•••" in joko.get("/peringatan/kalender").body
    for path in ("/v1/warnings?state=all", f"/v1/warnings/{warned}", "/peringatan/rekap?minggu=2026-W48"):
        body = (api if path.startswith("/v1") else joko).get(path).body
        assert [name for name in names if name in body] == [], path
    assert note in html.unescape(ratna.get(f"/peringatan/{warned}").body)  # the form in which she changes her words


def test_signs_of_a_week_take_a_minute_and_stand_in_the_brief(desk: Desk, person: Sign) -> None:
    ratna = person("ratna")
    page = ratna.get("/peringatan/tanda")
    given = {"csrf": page.csrf, "week": "2026-11-23", "kecamatan": SOKO, "tanda-ujaran": "ya", "tanda-mediasi": "ya"}
    assert ratna.form("/peringatan/tanda", given).status == 303
    page = ratna.get("/peringatan/tanda")
    ujaran = next(one for one in re.findall(r'name="cabut" value="([^"]+)"', page.body) if one == sign_id("ujaran"))
    back = {"csrf": page.csrf, "kecamatan": SOKO, "cabut": ujaran}
    assert ratna.form("/peringatan/tanda", back).status == 303
    assert ratna.form("/peringatan/tanda", back).status == 409  # it is not there any more
    kept = desk.store.read_now(lambda session: [(one.week, one.code) for one in session.exec(select(Indicator))])
    assert kept == [("2026-11-23", "mediasi")]
    brief = ratna.get("/peringatan/rekap?minggu=2026-W48").body
    assert "Soko: Mediasi berjalan" in brief
    assert ratna.form("/peringatan/tanda", given | {"kecamatan": "35.22.01"}).status == 409


def test_the_brief_writes_itself_from_the_same_figures(warned: str, person: Sign) -> None:
    ratna = person("ratna")
    body = ratna.get("/peringatan/rekap?minggu=2026-W48").body
    for said in ("Apa yang naik", "Di mana panas", "Apa yang datang", "Siapa yang diam", "Kenaikan tak biasa"):
        assert said in body
    assert f'href="/peringatan/{warned}"' in body
    assert ratna.get("/peringatan/rekap?minggu=x").status == 200
    rows = re.findall(r'<tr><td>Konflik antarkelompok</td><td class="n">(\d+)</td>', body)
    assert int(rows[0]) >= 7


def test_the_last_year_is_replayed_from_what_the_reader_may_count(
    desk: Desk, person: Sign, monkeypatch: pytest.MonkeyPatch
) -> None:
    ratna = person("ratna")
    assert 'class="nothing"' in ratna.get("/peringatan/setahun").body
    rose, old = TODAY - timedelta(days=40), TODAY - timedelta(days=500)
    after = Happened(noon(rose + timedelta(days=5)), SEMANDING, level=Level.TINGGI)
    history = [*usual(DISTRICT, TODAY, 100), *burst(rose, 7), *burst(old, 9), after]
    serious = desk.write(lambda tx: keep(tx, history, state="settled"))[-1]
    looks: list[int] = []
    replayed = pages.replayed
    monkeypatch.setattr(pages, "replayed", lambda *given: looks.append(1) or replayed(*given))

    def listed() -> list[str]:
        return ratna.get("/peringatan/setahun").body.split('<li class="entry">')[1:]

    entries = listed()
    (found,) = [one for one in entries if "15 Okt 2026" in one and "Semanding" in one]
    assert "Kenaikan tak biasa" in found
    assert "Bukan ramalan." in found
    assert f'href="/peristiwa/{serious}"' in found
    assert not [one for one in entries if "Jul 2025" in one]
    assert [one.split("</li>")[0] for one in entries] == [one.split("</li>")[0] for one in listed()]
    assert len(looks) == 1  # it is replayed once until something changes
    desk.write(lambda tx: keep(tx, [Happened(noon(TODAY - timedelta(days=3)), SOKO)], state="settled"))
    ratna.get("/peringatan/setahun")
    assert len(looks) == 2


def test_two_who_have_a_warning_open_are_told_of_each_other(warned: str, desk: Desk, person: Sign) -> None:
    ratna, emma = person("ratna"), person("emma")
    assert "Sedang dibuka oleh" not in ratna.get(f"/peringatan/{warned}").body
    page = emma.get(f"/peringatan/{warned}?bahasa=id")
    assert "Sedang dibuka oleh Ratna" in page.body
    sign = emma.form(f"/peristiwa/{warned}/dibuka", {"csrf": page.csrf})  # what the page sends each minute
    assert (sign.status, "Ratna" in sign.body) == (200, True)
    assert "Sedang dibuka oleh Emma" in ratna.get(f"/peringatan/{warned}").body


def test_the_brief_is_terbatas_as_page_and_as_pdf_and_offered_to_who_may_read_it(person: Sign) -> None:
    for login, status in (("satrio", 200), ("dewi", 403)):  # cleared for Terbatas, and for Biasa alone
        reader = person(login)
        for path in ("/peringatan/rekap", "/peringatan/rekap.pdf"):
            assert reader.get(path).status == status, (login, path)
        for path in ("", "/tempat", "/setahun", "/kalender", "/tanda"):
            page = reader.get(f"/peringatan{path}")
            assert page.status == 200
            assert ('href="/peringatan/rekap"' in page.body) is (status == 200), (login, path)
