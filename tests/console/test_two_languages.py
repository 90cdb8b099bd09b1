"""No page says a word of the other language: generated from the words themselves, over every template."""

import ast
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from schemas.records.incidents import Suggestion
from schemas.records.people import Person
from schemas.vocabulary import Role
from services.console.texts import LANGUAGES, WORDS
from services.console.web.rendering import FOLDER
from services.security.accounts.invitations import invite
from services.security.auth import Identity
from services.security.refusal import REFUSALS
from tests.console.caller import Caller
from tests.console.night import DISTRICT, HASH, NOW, PASSWORD, PEOPLE
from tests.console.test_hand_over import on_shift
from tests.console.test_rota_pages import HOUR, put

# Every template that is a page, with who opens it where; a part of pages begins with "_".
PAGES: dict[str, tuple[tuple[str, str], ...]] = {
    "asks.html": (("ratna", "/permintaan"),),
    "harmony.html": (("ratna", "/kerukunan"),),
    "meeting.html": (),  # needs a meeting, a paper, a survey, a warning, a report: see the tests of their rooms
    "meetings.html": (("ratna", "/rapat"),),
    "notes.html": (("ratna", "/li"),),
    "office.html": (("ratna", "/kantor"),),
    "ormas.html": (("ratna", "/ormas/satu"),),
    "paper.html": (),
    "poster.html": (),
    "posters.html": (),
    "register.html": (("ratna", "/ormas"),),
    "reports.html": (("ratna", "/laporan-berkala"),),
    "source.html": (),
    "survey.html": (),
    "warning.html": (),
    "warning_brief.html": (("ratna", "/peringatan/rekap"),),
    "warning_dates.html": (("ratna", "/peringatan/kalender"),),
    "warning_places.html": (("ratna", "/peringatan/tempat"),),
    "warning_signs.html": (("ratna", "/peringatan/tanda"),),
    "warning_year.html": (("ratna", "/peringatan/setahun"),),
    "warnings.html": (("ratna", "/peringatan"),),
    "account.html": (("ratna", "/akun"),),
    "bulk.html": (("ratna", "/borongan/dilihat?p.{clash}=1&p.{church}=1"), ("ratna", "/borongan/beda?p.{clash}=1")),
    "changed.html": (),  # needs two people: see test_together.py
    "answer.html": (("", "/terima/{joko}"),),
    "figures.html": (("ratna", "/angka"), ("agus", "/angka?hari=7")),
    "glossary.html": (("", "/istilah"),),
    "guide.html": tuple(
        ("", f"/panduan/{role}")
        for role in ("reporter", "member", "coordinator", "verifier", "leader", "auditor", "admin")
    ),
    "handover.html": (("ratna", "/serah-terima"), ("agus", "/serah-terima?jam=24")),
    "incident.html": (
        ("ratna", "/peristiwa/{clash}"),
        ("ratna", "/peristiwa/{bomb}"),
        ("joko", "/peristiwa/{accused}"),
    ),
    "incidents.html": (("joko", "/"), ("ratna", "/?state=all"), ("dewi", "/")),
    "invitation.html": (("", "/undangan/{invitation}"),),
    "lapor.html": (("", "/lapor"), ("joko", "/lapor")),
    "map.html": (
        ("ratna", "/peta?warna=jumlah&lama=4"),
        ("agus", "/peta?warna=jawab&minggu=-1"),
        ("ratna", "/peta"),
        ("ratna", "/peta?kecamatan=35.23.05"),
        ("agus", "/peta?kecamatan=35.23.06"),
    ),
    "officer.html": (("joko", "/p/{clash}"),),
    "owed.html": (("ratna", "/utang"), ("agus", "/utang?instansi=POLRES"), ("ratna", "/utang?instansi=KESBANG")),
    "own.html": (("joko", "/saya"), ("agus", "/saya")),
    "queue.html": (("ratna", "/"), ("ratna", "/?antrean=due"), ("ratna", "/?pilih=1")),
    "rota.html": (("joko", "/piket"), ("ratna", "/piket?instansi=POLRES")),
    "settings.html": (("bayu", "/pengaturan"), ("ratna", "/pengaturan")),
    "settings_channels.html": (("bayu", "/pengaturan/saluran"),),
    "settings_drill.html": (
        ("bayu", "/pengaturan/latihan"),
        ("ratna", "/pengaturan/latihan?issue=SLT&form=BENTROK&level=TINGGI&kecamatan=35.23.11"),
    ),
    "settings_drill_sheet.html": (),  # needs one that was begun: see test_drill_pages.py
    "settings_import.html": (("bayu", "/pengaturan/orang-tabel"),),
    "settings_keys.html": (("bayu", "/pengaturan/kunci"),),
    "settings_people.html": (("bayu", "/pengaturan/orang"),),
    "settings_letters.html": (("bayu", "/pengaturan/pesan"), ("ratna", "/pengaturan/pesan")),
    "settings_person.html": (("bayu", "/pengaturan/orang/joko"),),
    "settings_proof.html": (("bayu", "/pengaturan/periksa"),),
    "sign_in.html": (("", "/masuk"),),
    "silence_check.html": (),  # after a form: see the test of silences
    "silences.html": (("ratna", "/redam"),),
    "sorry.html": (("", "/tidak-ada"), ("ani", "/piket"), ("joko", "/pengaturan")),
    "status.html": (),  # needs a report of one's own: see the test of reporting
    "status_ask.html": (("", "/status"),),
    "wall.html": (("ratna", "/?dinding=1"),),
}
# What these pages take from the district's data and other tables and say in Indonesian in both languages: no more than this.
FROM_DATA = {
    "/kantor": {"anggota", "dalam"},
    "/laporan-berkala": {"minggu", "senin"},
    "/ormas": {
        "atau",
        "dengan",
        "menjadi",
        "sesuai",
        "sosial",
        "terhadap",
        "tindakan",
        "tugas",
        "umum",
        "undangan",
        "wewenang",
        "indonesia",
    },
    "/peringatan/kalender": {"acara", "berita", "dari", "hari", "kalender", "menurut", "tiap", "ulang"},
}
WORD = re.compile(r"[a-z]{4,}")
UNTRANSLATED = {"blockquote", "script", "style", "textarea", "mark", "code", "q"}
ATTRIBUTES = ("aria-label", "placeholder", "alt", "title")


class Words(HTMLParser):
    """Everything that a reader of the page sees or hears, without what is quoted or marked as another language."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self.language = language
        self.said: list[str] = []
        self._left_out: list[str] = []

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if self._left_out:
            if tag not in ("input", "img", "br", "meta", "link", "hr"):
                self._left_out.append(tag)
            return
        if tag in UNTRANSLATED or given.get("lang", self.language) != self.language:
            self._left_out.append(tag)
            return
        self.said += [given[name] for name in ATTRIBUTES if given.get(name)]

    def handle_endtag(self, tag):
        if self._left_out and tag == self._left_out[-1]:
            self._left_out.pop()

    def handle_data(self, data):
        if not self._left_out:
            self.said.append(data)


def words_of(text: str) -> set[str]:
    return set(WORD.findall(text.lower()))


def only(language: int) -> set[str]:
    """Give the words that the house says in one language and never in the other, without names of the district."""
    here = words_of(" ".join(both[language] for both in WORDS.values()))
    there = words_of(" ".join(both[1 - language] for both in WORDS.values()))
    names = [one.name for one in (*DISTRICT.institutions.values(), *DISTRICT.places.values())]
    names += [one.short for one in DISTRICT.institutions.values()] + [DISTRICT.name, DISTRICT.forum]
    names += [
        label for one in (*DISTRICT.issues.values(), *DISTRICT.forms.values()) for label in (one.label_id, one.label_en)
    ]
    names += [str(one["name"]) for one in PEOPLE.values()] + ["bayu setiawan kentongan"]
    return here - there - words_of(" ".join(names))


ONLY = {"id": only(0), "en": only(1)}


@pytest.fixture
def world(desk):
    """An admin, a pair that may be one, and an invitation."""
    row = {"id": "bayu", "login": "bayu", "name": "Bayu Setiawan", "role": "admin", "institution": "KESBANG"}
    row |= {"password": HASH, "unit": "", "post": "", "clearance": 4, "language": "id", "active": True}
    pair = {"id": "s1", "incident_id": desk.ids["clash"], "other_id": desk.ids["church"], "report_id": "r"}
    pair |= {"score": 0.8, "reasons": ["tempat sama"], "state": "open", "made_at": NOW}

    def make(tx):
        tx.add(Person, [row | {"named_for": []}])
        tx.add(Suggestion, [pair])

    desk.write(make)
    bayu = Identity("bayu", "Bayu Setiawan", Role.ADMIN, "KESBANG")
    return {**desk.ids, **desk.tokens, "invitation": desk.write(lambda tx: invite(tx, bayu, "joko"))}


def test_every_page_is_looked_at():
    pages = {file.name for file in (FOLDER / "templates").glob("*.html") if file.name[0] != "_"} - {"base.html"}
    assert set(PAGES) == pages


def test_there_are_words_to_be_found():
    assert len(ONLY["id"]) > 600
    assert len(ONLY["en"]) > 500
    assert {"belum", "peristiwa", "dengan"} <= ONLY["id"]
    assert {"incident", "with", "your"} <= ONLY["en"]


@pytest.mark.parametrize("language", ["id", "en"])
def test_no_page_says_a_word_of_the_other_language(desk, world, language):
    other = "en" if language == "id" else "id"
    callers: dict[str, Caller] = {"": Caller(desk.url)}
    found = []
    for template, visits in PAGES.items():
        for login, path in visits:
            if login not in callers:
                callers[login] = Caller(desk.url).sign_in(login, PASSWORD)
            address = path.format(**world)
            body = (
                callers[login]
                .get(f"{address}{'&' if '?' in address else '?'}bahasa={language}", Accept="text/html")
                .body
            )
            assert f'lang="{language}"' in body[:200], (template, address)
            page = Words(language)
            page.feed(body)
            foreign = (words_of(" ".join(page.said)) & ONLY[other]) - FROM_DATA.get(path, set())
            if foreign:
                found.append((address, login, sorted(foreign)))
    assert not found, "\n".join(map(str, found))


SCRIPTS = ("data-words", "data-kept", "data-on", "data-off")  # words that a script says later


@pytest.mark.parametrize("language", ["id", "en"])
def test_what_a_page_says_only_in_some_state_or_by_its_script_is_in_its_language(desk, language, monkeypatch):
    """The officer's page before and after handing over, taking back, answering; map, debts and the page to report on."""
    monkeypatch.setitem(globals(), "ATTRIBUTES", (*ATTRIBUTES, *SCRIPTS))
    other = "en" if language == "id" else "id"
    on_shift(desk, "sari")
    who = {login: Caller(desk.url).sign_in(login, PASSWORD) for login in ("joko", "ratna")} | {"": Caller(desk.url)}
    page, found = f"/p/{desk.ids['clash']}", []

    def look(login: str, path: str) -> None:
        body = who[login].get(f"{path}{'&' if '?' in path else '?'}bahasa={language}", Accept="text/html").body
        told = Words(language)
        told.feed(re.sub(r"&#34;[\w.]+&#34;: ?", "", body))  # what a script calls its words is nobody's to read
        if foreign := words_of(" ".join(told.said)) & ONLY[other] - {"petugas"}:  # begins the names of people
            found.append((path, sorted(foreign)))

    def act(name: str, **fields: str) -> None:
        joko = who["joko"]
        answer = joko.form(f"{page}/{name}", {"csrf": joko.get("/saya").csrf, **fields})
        assert answer.status == 303
        look("joko", answer.headers["location"].replace(desk.url, ""))

    act("serah", to="sari")
    act("ambil")
    act("serah", to="sari")
    put(desk, "joko", NOW - HOUR, NOW + 8 * HOUR)
    put(desk, "sari", NOW - HOUR, NOW + HOUR, "absence")
    look("joko", page)
    act("bukan", reason="-")
    act("terima")
    act("batal")
    act("terima")
    act("bantuan", text="-")
    act("lapjut", text="-")
    desk.clock.now += 6 * HOUR
    look("joko", page)
    for path in ("/peta?minggu=-1", "/peta?minggu=-3&lama=4", "/peta?warna=jumlah&minggu=-25", "/utang", "/"):
        look("ratna", path)
    look("ratna", "/utang?instansi=POLRES")
    look("", "/lapor")
    assert not found, "\n".join(map(str, found))


REFUSED = {
    "reporter": ("/kantor", "/peringatan", "/redam", "/laporan-berkala", "/ormas", "/li", "/rapat", "/kerukunan"),
    "member": ("/laporan-berkala", "/ormas", "/redam", "/serah-terima", "/kerukunan"),
    "verifier": ("/peringatan/rekap.pdf", "/laporan-berkala/tahunan/2026"),
}


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("role", REFUSED)
def test_who_is_refused_reads_why_in_the_own_language(desk, role, language):
    other = "en" if language == "id" else "id"
    institution = {"member": "POLRES", "verifier": "KESBANG"}.get(role)
    caller = desk.official(Role(role), institution, login=f"wulan{language}", language=language, clearance=1)
    for path in REFUSED[role]:
        answer = caller.get(path, Accept="text/html")
        page = Words(language)
        page.feed(answer.body)
        assert answer.status == 403, path
        assert words_of(" ".join(page.said)) & ONLY[other] == set(), path
        (said,) = re.findall(r"data-said>(.*?)</p>", answer.body, re.DOTALL)
        twins = [texts[1:] for texts in REFUSALS.values() if said in texts[1:]]
        assert all(pair[LANGUAGES.index(language)] == said for pair in twins), path


def test_forms_and_taps_are_refused_in_the_own_language(desk):
    emma = desk.official(Role.COORDINATOR, "KESBANG", login="english", language="en")
    page = emma.form("/redam/periksa", {"csrf": emma.get("/redam").csrf, "issue": "SLT", "hours": "4", "reason": ""})
    (said,) = re.findall(r'role="alert"[^>]*>(.*?)<', page.body)
    assert said in {texts[2] for texts in REFUSALS.values()}
    member = desk.official(Role.MEMBER, "POLRES", login="anglo", language="en")
    tap = f"/p/{desk.ids['clash']}/bantuan"
    answer = member.form(tap, {"csrf": member.get("/saya").csrf, "text": ""}, Accept="application/json")
    assert answer.json["detail"] in {texts[2] for texts in REFUSALS.values()}


def test_no_page_refuses_in_words_of_one_language():
    """Whoever raises `Sorry` with a sentence has one language: a refusal with words is a row of services/security/refusals."""
    for file in sorted(Path("services/console").rglob("*.py")):
        if file.name == "errors.py":
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Sorry":
                assert len(node.args) + len(node.keywords) == 2, (file, node.lineno)
            if isinstance(node, ast.Attribute) and node.attr == "detail":
                assert getattr(node.value, "id", "") in ("sorry", "problem"), (file, node.lineno)
