"""What is another institution's, another person's or above one's clearance answers like what is not there at all.

Every route with a number in its address, and every form with one in a field, is asked twice: by the number of a thing
that is there and not the caller's, and by a number that nobody has. Status, headers and words must be the same, and
nothing may have changed.
"""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import SQLModel, select

from schemas.office.records import Ask, Document, Meeting, OrmasLink
from schemas.records.accounts import Invitation, Key, Passkey, SignIn
from schemas.records.alerts import Alert, Delivery
from schemas.records.answers import Sitrep
from schemas.records.by_hand import Proposal
from schemas.records.incidents import Incident, Suggestion
from schemas.records.people import Address, Person, Shift
from schemas.records.reports import Report
from schemas.records.warnings import DateEntry
from schemas.vocabulary import Role
from services.office import asks, documents
from services.store.transaction import Transaction
from tests.console.caller import Answer, Caller
from tests.console.desk import Desk, running_on
from tests.console.night import NOW, keep
from tests.doors.test_hidden_everywhere import NAMED, marked
from tests.doors.test_judging import SECRETIVE, AnyRoute, name_of, served, told

NOBODYS = "zz-absent-0123456789"  # a number that nothing has
ABSENT_UUID = "0b9cf2e5-0000-4000-8000-00000000dead"
KEPT: tuple[type[SQLModel], ...] = (
    Address, Alert, Ask, DateEntry, Delivery, Document, Incident, Invitation, Key, Meeting, OrmasLink, Passkey, Person,
    Proposal, Report, Shift, SignIn, Sitrep, Suggestion,
)  # fmt: skip


def furnish(tx: Transaction) -> dict[str, str]:
    """Keep things of KODIM, LH and of a member of theirs; gives their ids by name."""
    ids = {
        "accused": marked(tx, "zaccused", "WRG", "POLRES"),
        "named": marked(tx, "znamed", NAMED),
        "foreign": keep(tx, {"zforeign": told("WRG")}),
        "own": keep(tx, {"zown": told("WRG")}),
    }
    paper = {"institution": "KODIM", "classification": 2, "author": "joko", "at": NOW, "incident_id": None}
    note = paper | {"id": "n-plain", "kind": documents.NOTE, "number": "N-plain", "subject": "zz-perihal"}
    body = {"issue": "WRG", "facts": "x", "opinion": "", "source": "x", "relation": "", "how": "", "obtained": ""}
    tx.add(Document, [note | {"body": body | {"rating": "B2", "recipients": ["LH"]}}])
    letter = {"incidents": [], "ormas": "0-zaccused", "letter": "a", "name": "P", "to": "K", "text": "zz"}
    tx.add(
        Document,
        [
            note
            | {"id": "p-plain", "kind": documents.REFERRAL, "number": "R-plain", "body": letter, "classification": 3}
        ],
    )
    ask = {"kind": asks.CLARIFY, "institution": "LH", "text": "zz-minta", "asked_by": "joko", "asked_for": "KODIM"}
    ask |= {"at": NOW, "due": NOW + timedelta(hours=4), "id": "m-plain"}
    done = {"id": "d-plain", "answered_at": NOW, "answered_by": "joko", "answer": "sudah"}
    tx.add(Ask, [ask, ask | done, ask | {"id": "s-plain", "classification": 4}])
    meeting = {"id": "rapat-rahasia", "kind": "rapat", "title": "zz-rapat", "place": "zz", "starts_at": NOW}
    meeting |= {"classification": 3, "made_by": "joko", "agenda": [], "attendance": [], "minutes": "zz-risalah"}
    tx.add(Meeting, [meeting])
    pair = {"incident_id": ids["accused"], "other_id": ids["named"], "report_id": ids["named"]}
    tx.session.add(Suggestion(id="zz-usul", **pair, score=50, made_at=NOW))
    person = {"id": "zz-joni", "login": "zz-joni", "name": "Lain", "role": "member", "institution": "KODIM"}
    tx.session.add(Person(**person, clearance=4))
    tx.session.add(Address(id="alamat-lain", person_id="zz-joni", channel="email", address="lain@example.org"))
    shift = {"id": "jaga-lain", "person_id": "zz-joni", "institution": "KODIM", "start": NOW}
    tx.session.add(Shift(**shift, end=NOW + timedelta(hours=8)))
    entry = {"id": "jendela-lain", "name": "zz-jendela", "first": "2026-11-20", "last": "2026-11-30", "issue": NAMED}
    tx.session.add(DateEntry(**entry, source="zz", by="joko", at=NOW))
    tx.session.add(SignIn(id="sesi-lain", person_id="zz-joni", made_at=NOW, ends_at=NOW + timedelta(hours=8)))
    key = {"id": "kunci-lain", "person_id": "zz-joni", "handle": "x", "public_key": "x", "site": "x"}
    tx.session.add(Passkey(**key, made_at=NOW))
    return ids


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, blank_sqlite: bytes) -> Iterator[Desk]:
    with running_on(tmp_path_factory.mktemp("not_yours"), blank_sqlite, district=SECRETIVE) as found:
        found.ids.clear()
        found.ids |= found.write(furnish)
        yield found


# Who asks: an officer of another institution, and those of POLRES whose role oversees, about what accuses POLRES.
MEMBER, OVERSEERS = (Role.MEMBER, "POLRES"), ((Role.COORDINATOR, "POLRES"), (Role.VERIFIER, "POLRES"))
LOW = (Role.COORDINATOR, "KESBANG")  # keeps the meetings, and is cleared for the least
INCIDENTS: dict[tuple[Role, str], tuple[str, ...]] = {
    MEMBER: ("accused", "named", "foreign"),
    OVERSEERS[0]: ("accused", "named"),
    OVERSEERS[1]: ("accused", "named"),
}
# What stands in the address of a route, beside incidents: who asks, and the things that are there and not his.
THINGS: dict[str, tuple[tuple[tuple[Role, str], ...], tuple[str, ...]]] = {
    "/li/{id}": ((MEMBER, *OVERSEERS), ("n-plain", "n-zaccused", "n-znamed", "p-zaccused", "m-plain")),
    "/rujukan/{id}": ((MEMBER, *OVERSEERS), ("p-zaccused", "p-znamed", "n-plain", "p-plain")),
    "/permintaan/{id}/": ((MEMBER,), ("m-plain", "d-plain", "s-plain", "m-zaccused", "d-znamed")),
    "/permintaan/{id}": ((MEMBER, *OVERSEERS), ("m-zaccused", "m-znamed", "d-znamed", "x-zaccused")),
    "/rapat/{id}": ((MEMBER, LOW), ("rapat-rahasia",)),
    "/saya/{id}": ((MEMBER, LOW), ("alamat-lain",)),
    "/piket/{id}": ((MEMBER,), ("jaga-lain",)),
    "/v1/rota/{id}": ((MEMBER,), ("jaga-lain",)),
    "/peringatan/kalender/{id}": ((MEMBER,), ("jendela-lain",)),
}
OF_ALL = "what it gives is for everybody who may come here, or the role alone decides"
SECRET_WORD = "the number is a secret or a signed word, and opens for whoever has it"
EXEMPT = {
    "/angka-umum/{kind}": OF_ALL,
    "/kerukunan/{month}": OF_ALL,
    "/laporan-berkala/{kind}": OF_ALL,
    "/panduan/{role}": OF_ALL,
    "/poster/{code}": OF_ALL,
    "/standar-pelayanan/{kind}": OF_ALL,
    "/static/{name}": OF_ALL,
    "/pengaturan/": OF_ALL,
    "/redam/{id}": OF_ALL,
    "/v1/silences/{id}": OF_ALL,
    "/v1/inbound/{gateway}": OF_ALL,
    "/status/{code}": SECRET_WORD,
    "/survei/{code}": SECRET_WORD,
    "/terima/{token}": SECRET_WORD,
    "/undangan/{token}": SECRET_WORD,
}
OF_INCIDENTS = ("/peristiwa/{id}", "/p/{id}", "/v1/incidents/{id}", "/peringatan/{id}", "/v1/warnings/{id}")
REPORTS = ("/v1/reports/{id}",)
NUMBERED = [route for route in served() if "{" in route.path and not route.path.startswith(tuple(EXEMPT))]
WHATEVER = {
    "reason": "x",
    "text": "x",
    "note": "x",
    "level": "KRITIS",
    "outcome": "dismissed",
    "institution": "",
    "berguna": "ya",
    "menjadi": "nothing",
    "minutes": "ditulis",
    "of0": "KODIM",
    "name0": "x",
}
BODIES: dict[str, dict[str, Any]] = {
    "acknowledgements": {},
    "sitreps": {"text": "Massa bubar."},
    "verifications": {},
    "assessments": {"reason": "x", "level": "KRITIS"},
    "merges": {"reason": "x", "into": "{own}"},
    "recipients": {"reason": "x", "institution": "BPBD"},
    "decisions": {"agrees": False, "reason": "x", "proposal": "zz-zaccused"},
    "unmaskings": {"reason": "x", "report": NOBODYS},
    "outcomes": {"useful": True, "became": "nothing"},
}
WORDS = {"kind": ("pdf",), "which": ("agenda", "berita-acara"), "photo": ("0" * 32,), "report": (NOBODYS,)}
ACTS = {"/rapat": ("hadir", "risalah", "putusan", "masukan", "tutup"), "/saya": ("uji", "dulu", "mati"), "/p": ("terima", "lapjut", "batal", "bukan", "bantuan", "tempat")}  # fmt: skip


def things_of(desk: Desk, route: AnyRoute) -> Iterator[tuple[tuple[Role, str], str, str]]:
    """Give who asks a route for which number, and the number that nothing has."""
    for start, (who, ids) in THINGS.items():
        if route.path.startswith(start):
            yield from ((one, id_, NOBODYS) for one in who for id_ in ids)
            return
    assert route.path.startswith((*OF_INCIDENTS, *REPORTS)), route.path  # a new number: say here whose it is
    for one, names in INCIDENTS.items():
        yield from ((one, desk.ids[name], ABSENT_UUID) for name in names)


def addresses(route: AnyRoute, id_: str) -> Iterator[str]:
    first = "/" + route.path.split("/")[1]
    found = [route.path.replace("{id}", id_)]
    for name, words in (*WORDS.items(), ("act", ACTS.get(first, ("x",)))):
        found = [each.replace(f"{{{name}}}", word) for each in found for word in words]
    yield from found


def asked(caller: Caller, method: str, path: str, desk: Desk) -> Answer:
    last = path.rpartition("/")[2]
    if method == "DELETE":
        return caller.ask(method, path)
    if method == "POST" and path.startswith("/v1/"):
        body = {name: desk.ids["own"] if value == "{own}" else value for name, value in BODIES.get(last, {"reason": "x"}).items()}  # fmt: skip
        return caller.post(path, body)
    if method == "POST":
        return caller.form(path, WHATEVER | {"csrf": caller.csrf})
    return caller.get(path, Accept="text/html")


def plain(answer: Answer, *numbers: str) -> tuple[int, dict[str, str], str]:
    """Give an answer without what differs each time: the number that was asked for, the token of a form, the hour."""
    body = re.sub(r'name="csrf" value="[^"]+"', "", answer.body)
    headers = {name: value for name, value in answer.headers.items() if name not in ("date", "content-length")}
    for number in numbers:
        body = body.replace(number, "")
        headers = {name: value.replace(number, "") for name, value in headers.items()}
    return answer.status, headers, body


def everything(desk: Desk) -> list[Any]:
    def rows(session: Any) -> list[Any]:
        return [sorted(str(one.model_dump()) for one in session.exec(select(table))) for table in KEPT]

    return desk.store.read_now(rows)


@pytest.fixture(scope="module")
def caller_of(desk: Desk) -> Callable[[tuple[Role, str]], Caller]:
    known: dict[tuple[Role, str], Caller] = {}

    def make(who: tuple[Role, str]) -> Caller:
        if who not in known:
            known[who] = desk.official(*who, login=f"asing-{who[1]}-{who[0]}".lower(), clearance=2)
        return known[who]

    for each in (*INCIDENTS, LOW):
        make(each)
    return make


def test_every_route_with_a_number_says_whose_it_is() -> None:
    of_somebody = (*THINGS, *OF_INCIDENTS, *REPORTS)
    assert [route.path for route in NUMBERED if not route.path.startswith(of_somebody)] == []
    assert len(NUMBERED) > 50
    unused = [start for start in (*EXEMPT, *of_somebody) if not any(r.path.startswith(start) for r in served())]
    assert unused == []


@pytest.mark.parametrize("route", NUMBERED, ids=name_of)
def test_what_is_not_yours_answers_like_what_is_not_there(
    desk: Desk, caller_of: Callable[[tuple[Role, str]], Caller], route: AnyRoute
) -> None:
    (method,), wrong = route.methods, []
    before = everything(desk)
    for who, id_, absent in things_of(desk, route):
        for there, nowhere in zip(addresses(route, id_), addresses(route, absent), strict=True):
            one, other = (asked(caller_of(who), method, path, desk) for path in (there, nowhere))
            assert one.status < 500, (there, one)
            if plain(one, id_) != plain(other, absent):
                wrong.append((who, there, one.status, other.status, one.body))
    assert wrong == []
    assert everything(desk) == before


# Numbers in fields of forms and bodies: who sends them, where, what else the form says, and the things not his.
FIELDS: dict[str, tuple[tuple[Role, str], str, str, dict[str, str], tuple[str, ...]]] = {
    "a session of another person": (MEMBER, "/akun/sesi", "id", {}, ("sesi-lain",)),
    "a passkey of another person": (MEMBER, "/akun/kunci/hapus", "id", {}, ("kunci-lain",)),
    "the name of another's passkey": (MEMBER, "/akun/kunci/nama", "id", {"name": "saya"}, ("kunci-lain",)),
    "an ask about an incident": (
        OVERSEERS[0],
        "/permintaan",
        "incident",
        {"kind": "clarify", "institution": "LH", "text": "x"},
        ("{accused}", "{named}"),
    ),
    "an ask of a member": (
        MEMBER,
        "/permintaan",
        "incident",
        {"kind": "clarify", "institution": "LH", "text": "x"},
        ("{accused}", "{foreign}"),
    ),
    "a note about an incident": (
        MEMBER,
        "/li",
        "incident",
        {"subject": "x", "facts": "x", "source": "x", "issue": "WRG", "classification": "2", "reliability": "B", "credibility": "2", "to_LH": "ya"},
        ("{accused}", "{foreign}", "{named}"),
    ),
    "a party of an incident": (
        OVERSEERS[0],
        "/ormas",
        "incident",
        {"party": "zzpihak-zaccused", "number": "0-zaccused"},
        ("{accused}", "{named}"),
    ),
    "a merge into an incident": (
        OVERSEERS[0],
        "/peristiwa/{own}/gabung",
        "into",
        {"reason": "x"},
        ("{accused}", "{named}"),
    ),
    "a proposal of another incident": (
        OVERSEERS[0],
        "/peristiwa/{own}/tolak",
        "proposal",
        {"reason": "x"},
        ("zz-zaccused", "zz-znamed"),
    ),
    "agreeing to one": (OVERSEERS[0], "/peristiwa/{own}/setuju", "proposal", {}, ("zz-zaccused",)),
    "words of another incident's report": (
        OVERSEERS[0],
        "/peristiwa/{own}/singkap",
        "report",
        {"reason": "x"},
        ("{accused}", "{named}"),
    ),
    "a shift of somebody elsewhere": (MEMBER, "/piket", "login", {"kind": "duty", "from": "2026-12-26"}, ("zz-joni",)),
    "an absence of somebody elsewhere": (
        MEMBER,
        "/piket",
        "login",
        {"kind": "absence", "from": "2026-12-26"},
        ("zz-joni",),
    ),
    "a swap of somebody elsewhere": (
        MEMBER,
        "/piket/tukar",
        "login",
        {"other": "joko", "from": "2026-12-26"},
        ("zz-joni",),
    ),
    "a swap with somebody elsewhere": (
        MEMBER,
        "/piket/tukar",
        "other",
        {"login": "joko", "from": "2026-12-26"},
        ("zz-joni",),
    ),
    "a suggestion of another": (OVERSEERS[0], "/peristiwa/{own}/beda", "suggestion", {}, ("zz-usul",)),
}  # fmt: skip


@pytest.mark.parametrize("name", FIELDS)
def test_what_a_field_names_and_is_not_yours_is_not_there(
    desk: Desk, caller_of: Callable[[tuple[Role, str]], Caller], name: str
) -> None:
    who, path, field, form, ids = FIELDS[name]
    caller, before = caller_of(who), everything(desk)
    for given in ids:
        id_ = desk.ids.get(given.strip("{}"), given)
        sent = {**form, "csrf": caller.csrf}
        absent = ABSENT_UUID if given.startswith("{") else NOBODYS
        path = path.replace("{own}", desk.ids["own"])
        one, other = (caller.form(path, sent | {field: number}) for number in (id_, absent))
        assert plain(one, id_) == plain(other, absent)
        assert one.status < 500
    assert everything(desk) == before


def test_whose_it_is_finds_it(desk: Desk, caller_of: Callable[[tuple[Role, str]], Caller]) -> None:
    """Else all of the above holds because nothing is there at all."""
    kodim = desk.official(Role.MEMBER, "KODIM", login="pemilik", clearance=4, named_for=[NAMED])
    for path in ("/li/n-plain", "/permintaan", "/piket", "/rapat/rapat-rahasia", "/rapat/rapat-rahasia/agenda"):
        assert kodim.get(path).status == 200, path
    assert "zz-minta" in kodim.get("/permintaan").body
    assert "zz-jendela" in kodim.get("/peringatan/kalender").body
    assert "zz-jendela" not in caller_of(MEMBER).get("/peringatan/kalender").body
    assert desk.official(Role.COORDINATOR, "KESBANG", login="ketua").get("/rujukan/p-plain").status == 200
    assert kodim.ask("DELETE", "/v1/rota/jaga-lain").status == 204
    window = {"name": "zz", "first": "2026-11-25", "issue": NAMED, "source": "zz"}
    member = caller_of(MEMBER)
    assert member.form("/peringatan/kalender", window | {"csrf": member.csrf}).status == 409
    assert kodim.form("/peringatan/kalender", window | {"csrf": kodim.csrf}).status == 303
