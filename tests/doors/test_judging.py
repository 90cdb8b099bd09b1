"""Every route declares its act, and every act is for whom the table of roles and acts says: tried at the doors.

One desk with an incident of each kind as an officer of POLRES with a low clearance meets them: his institution's, a
foreign one, one that accuses his agency, one above his clearance. Every role that there is tries every route, as a
person and as a program's key.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from fastapi.routing import APIRoute
from sqlalchemy import delete
from sqlmodel import select

from schemas.assessment import Facts
from schemas.records.alerts import Alert, Delivery
from schemas.records.answers import Sitrep
from schemas.records.audit_log import Journal
from schemas.records.by_hand import Proposal, Referral
from schemas.records.incidents import Incident, Judgement
from schemas.records.people import Person
from schemas.records.reports import Report, ReportSource
from schemas.records.running import Outbox
from schemas.vocabulary import Classification, Level, Role, Scope
from services.bus import Bus
from services.cli.serve_web import create_web
from services.console.web.page_base import PageRoute
from services.policy.versions import Rules
from services.runtime.settings import Settings
from services.security.auth import Identity
from services.security.keys import Keys, Listed, bearer_of
from services.security.permissions import TABLE, Act, Need, acts_of, may
from services.security.refusal import REFUSALS
from services.store.database import Store
from tests.console.caller import Answer, Caller
from tests.console.desk import Desk, running
from tests.console.night import DISTRICT, NOW, SECRET, Told, keep, owe

AnyRoute = APIRoute | PageRoute
PEOPLE = tuple(role for role in Role if role is not Role.GATEWAY)
WHO = (*((role, False) for role in PEOPLE), *((role, True) for role in Role), (None, False))
KINDS = {"own": Need.TEXTS, "foreign": Need.TEXTS, "accused": Need.NOTHING, "masked": Need.HEADLINE}
OFFICE = "POLRES"
_AGM = DISTRICT.issues["AGM"].model_copy(update={"classification": Classification.RAHASIA})
SECRETIVE = DISTRICT.model_copy(update={"issues": {**DISTRICT.issues, "AGM": _AGM}})


# -- the routes -------------------------------------------------------------------------------------------------------


@cache
def served() -> tuple[AnyRoute, ...]:
    """Give every route that the front door and the desk serve together, as `kentongan up` composes them."""
    store = Store("sqlite://")
    bus = Bus("nats://127.0.0.1:1", name="nobody", kabupaten=DISTRICT.code)
    app = create_web(
        ("ingest", "console"), Settings(), Rules.fixed(DISTRICT), SECRET, bus, store, Keys(SECRET, known={})
    )
    store.close()
    return tuple(leaves(app.router))


def leaves(router: Any) -> Iterator[AnyRoute]:
    """Give the routes of a router and of those that it includes."""
    for one in router.routes:
        if isinstance(one, AnyRoute):
            yield one
        elif included := getattr(one, "original_router", None):
            yield from leaves(included)


def act_of(route: AnyRoute) -> Act:
    (act,) = acts_of(route.dependencies)
    return act


def test_every_route_declares_its_act() -> None:
    undeclared = [f"{sorted(one.methods)} {one.path}" for one in served() if len(acts_of(one.dependencies)) != 1]
    assert undeclared == []
    assert len(served()) > 60


def test_a_route_without_an_act_is_found() -> None:
    async def bare() -> None:
        """Serve nothing."""

    assert acts_of(APIRoute("/bare", bare).dependencies) == ()


def of_an_incident(route: AnyRoute) -> bool:
    """Say whether a route is about one incident that exists; photographs and sources have tests of their own."""
    about = route.path.startswith(("/v1/incidents/{id}", "/peristiwa/{id}", "/p/{id}"))
    return about and not re.search("{photo}|{report}", route.path)


ON_INCIDENTS = [route for route in served() if of_an_incident(route)]
# Streams, forms with files and what others prove in their own way are tried elsewhere.
ELSEWHERE = ("/v1/attachments", "/v1/asyncapi.json", "/metrics", "/keluar")
OTHERS = [route for route in served() if not of_an_incident(route) and route.path not in ELSEWHERE]


FRONT_DOOR = ("/v1/reports:batch", "/v1/inbound", "/v1/attachments")


def name_of(route: AnyRoute) -> str:
    return f"{min(route.methods)} {route.path}"


# -- the desk ---------------------------------------------------------------------------------------------------------


def told(issue: str, *accused: str) -> Told:
    facts = Facts(accused_agencies=accused)
    return Told("Kejadian.", issue, "BENTROK", Level.TINGGI, 50, (), facts=facts)


def lay_out(tx: Any) -> dict[str, str]:
    """Keep one TINGGI incident of each kind, each with a proposal of KODIM's."""
    ids = {
        "own": keep(tx, {"own": told("WRG")}),
        "foreign": keep(tx, {"foreign": told("WRG")}),
        "accused": keep(tx, {"accused-tinggi": told("WRG", "POLRES")}),
        "masked": keep(tx, {"masked": told("AGM")}),
        "desk": keep(tx, {"desk": told("WRG", "KESBANG")}),
        "spare": keep(tx, {"spare": told("WRG")}),
    }
    for kind in KINDS:
        owe(tx, ids[kind], "LH" if kind == "foreign" else OFFICE, "lead", owed=1)
        propose(tx, kind, ids[kind])
    owe(tx, ids["desk"], "SEKDA", "lead", owed=1)
    owe(tx, ids["desk"], "POLRES", "support", owed=1)
    owe(tx, ids["spare"], "POLRES", "support", owed=1)
    return ids


def propose(tx: Any, name: str, incident: str) -> None:
    row = {"id": f"usul-{name}", "incident_id": incident, "kind": "settle", "changes": {}, "level": 3, "reason": "reda"}
    tx.add(Proposal, [row | {"by": "orang-lain", "institution": "KODIM", "made_at": NOW}])


def anew(desk: Desk) -> None:
    """Put the incidents back as they were."""

    def act(tx: Any) -> dict[str, str]:
        for table in (Alert, Delivery, Incident, Judgement, Report, ReportSource, Sitrep, Proposal, Referral):
            column = table.report_id if table is ReportSource else getattr(table, "incident_id", None) or table.id
            tx.session.execute(delete(table).where(column.in_(list(desk.ids.values()))))
        tx.session.execute(delete(Outbox))
        return lay_out(tx)

    desk.ids.update(desk.write(act))


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    database = f"sqlite:///{tmp_path_factory.mktemp('judging')}/desk.db"
    made = Store(database)
    made.upgrade()
    made.close()
    with running(database, district=SECRETIVE) as found:
        found.ids.clear()
        found.ids.update(found.write(lay_out))
        yield found


class Crowd:
    """Everybody who tries, at one desk."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._known: dict[Any, Caller] = {}

    def caller(self, role: Role | None, *, program: bool) -> Caller:
        key = (role, program)
        if key not in self._known:
            if role is None:
                self._known[key] = Caller(self.desk.url)
            elif program:
                self._known[key] = Caller(self.desk.url, program_key(self.desk, role))
            else:
                self._known[key] = self.desk.official(role, OFFICE, clearance=2)
        return self._known[key]


def program_key(desk: Desk, role: Role) -> str:
    """Give a key of a role with every scope: the table alone says what it may."""
    name = f"mesin-{role}"
    identity = Identity(name, name, role, OFFICE, scopes=frozenset(Scope), channel="sms")
    desk.keys.known = {**(desk.keys.known or {}), name: Listed(identity, name, None, revoked=False)}
    return bearer_of(SECRET, name)


@pytest.fixture(scope="module")
def crowd(desk: Desk) -> Crowd:
    return Crowd(desk)


# -- what is tried ----------------------------------------------------------------------------------------------------

BODIES: dict[str, dict[str, Any]] = {
    "acknowledgements": {},
    "sitreps": {"text": "Massa bubar."},
    "verifications": {},
    "assessments": {"reason": "x", "level": "KRITIS"},
    "merges": {"reason": "x"},
    "recipients": {"reason": "x", "institution": "BPBD"},
    "decisions": {"agrees": False, "reason": "x"},
}


def request(crowd: Crowd, route: AnyRoute, caller: Caller, kind: str, name: str = "") -> Answer:
    """Make the call that a route is for, about the incident of this kind."""
    method, id_ = min(route.methods), crowd.desk.ids[kind]
    path = route.path.replace("{id}", id_).replace("{act}", "terima").replace("{token}", "x").replace("{name}", "x")
    path = re.sub(r"{\w+}", "sms", path)
    last = path.rpartition("/")[2]
    if method == "GET":
        return caller.ask("HEAD" if path == "/v1/events" else "GET", path, headers={"Accept": "text/html"})
    if path.startswith("/v1/"):
        body = dict(BODIES.get(last, {"reason": "x"}))
        body |= {"into": crowd.desk.ids["spare"]} if last == "merges" else {}
        body |= {"proposal": f"usul-{kind}"} if last == "decisions" else {}
        body |= {"report": id_} if last == "unmaskings" else {}  # an incident has the id of its first report
        if method == "DELETE":
            return caller.ask("DELETE", path)
        return caller.post(path, body)
    form = {"csrf": caller.csrf, "reason": "x", "text": "x", "level": "KRITIS", "outcome": "dismissed"}
    return caller.form(
        path, form | {"proposal": f"usul-{kind}", "into": crowd.desk.ids["spare"], "institution": OFFICE, "report": id_}
    )


def outcome(answer: Answer) -> str:
    """Say in a word what the desk said of who asked and of what he asked about."""
    body, location = answer.body, answer.headers.get("location", "")
    if answer.status == 401 or (answer.status == 303 and location.startswith("/masuk")):
        return "stranger"
    if answer.status == 403:
        if REFUSALS["above_clearance"][1] in body:
            return "unread"
        codes = ("role_cannot", "program_decides_nothing", "reporter_follows")
        role = (*(REFUSALS[code][1] for code in codes), "Kunci ini tidak dibuat untuk itu")
        bare = not body or (
            answer.headers["content-type"] == "application/problem+json" and "detail" not in answer.json
        )
        return "refused" if bare or any(word in body for word in role) else "done"
    assert answer.status < 500, answer
    about_another = (
        "Instansi ini tidak menerima",
        "Usulan tidak ditemukan",
        "Usulan itu tidak ada",
    )  # the incident itself was found
    return "hidden" if answer.status == 404 and not any(word in body for word in about_another) else "done"


def expected(act: Act, role: Role | None, kind: str, *, program: bool) -> str:
    """Read in the table what must come of it; the accusation first, then the role, then what may be read."""
    if not may(role, act, program=program):
        return "refused" if role else "stranger"
    if role is None:
        return "done"
    told_of = role in (Role.COORDINATOR, Role.VERIFIER, Role.AUDITOR, Role.LEADER)
    if kind == "accused" or (kind == "foreign" and not told_of):
        return "hidden"
    return "unread" if KINDS[kind] < TABLE[act].need else "done"


@pytest.mark.parametrize("route", ON_INCIDENTS, ids=name_of)
def test_an_incident_is_for_whom_the_table_says(crowd: Crowd, route: AnyRoute) -> None:
    act, tried = act_of(route), 0
    page = not route.path.startswith("/v1/")
    for role, program in WHO:
        if page and program:
            continue  # a key opens no page: whoever shows one there is a stranger
        for kind in KINDS:
            wanted = expected(act, role, kind, program=program)
            answer = request(crowd, route, crowd.caller(role, program=program), kind)
            assert outcome(answer) == wanted, (name_of(route), role, program, kind, answer)
            tried += 1
            if wanted == "done" and act is not Act.READ:
                anew(crowd.desk)
    assert tried == (8 if page else 16) * 4


@pytest.mark.parametrize("route", OTHERS, ids=name_of)
def test_every_other_route_is_for_the_roles_that_the_table_names(crowd: Crowd, route: AnyRoute) -> None:
    act = act_of(route)
    page = not route.path.startswith("/v1/")
    for role, program in WHO:
        if (page and program) or (route.path.startswith(FRONT_DOOR) and role and not program):
            continue  # the front door knows keys alone: whoever shows none is a stranger there
        answer = request(crowd, route, crowd.caller(role, program=program), "own")
        said = outcome(answer)
        if TABLE[act].strangers:
            assert said != "refused" or program, (name_of(route), role, answer)
        elif may(role, act, program=program):
            assert said not in ("refused", "stranger"), (name_of(route), role, program, answer)
        else:
            assert said == ("refused" if role else "stranger"), (name_of(route), role, program, answer)


# -- the attacks ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.VERIFIER, Role.COORDINATOR, Role.LEADER, Role.MEMBER, Role.AUDITOR])
def test_people_of_an_accused_agency_neither_read_lower_dismiss_nor_close(desk: Desk, role: Role) -> None:
    anew(desk)
    insider = desk.official(role, "POLRES", login=f"dalam-{role}")
    unit = desk.official(role, "POLSEK", login=f"polsek-{role}")  # a unit of the agency is the agency
    path = f"/v1/incidents/{desk.ids['accused']}"
    for caller in (insider, unit):
        assert caller.get(path).status == 404
        assert desk.ids["accused"] not in caller.get("/v1/incidents?per_page=200").body
        assert desk.ids["accused"] not in caller.get("/v1/incidents.csv").body
        for word, body in (
            ("assessments", {"level": "RENDAH", "reason": "x"}),
            ("closures", {"reason": "x", "outcome": "dismissed"}),
            ("closures", {"reason": "x"}),
            ("decisions", {"proposal": "usul-accused", "agrees": True}),
        ):
            assert caller.post(f"{path}/{word}", body).status in (403, 404)
    assert (desk.incident("accused").state, desk.incident("accused").level) == ("open", 3)


def test_an_accused_desk_does_not_judge_itself_and_the_overseer_does(desk: Desk) -> None:
    anew(desk)
    path = f"/v1/incidents/{desk.ids['desk']}"
    for role in (Role.COORDINATOR, Role.VERIFIER):
        assert desk.official(role, "KESBANG", login=f"meja-{role}").get(path).status == 404
    overseer = desk.official(Role.LEADER, "SEKDA", login="sekda-uji")
    assert overseer.get(path).json["decides"] is True
    assert overseer.post(f"{path}/verifications", {}).json["state"] == "verified"
    asked = overseer.post(f"{path}/closures", {"reason": "tidak benar", "outcome": "dismissed"}).json
    assert (asked["state"], bool(asked["proposal"])) == ("verified", True)  # and he does not do it alone either
    second = desk.official(Role.MEMBER, "POLRES", login="kedua")
    assert (
        second.post(f"{path}/decisions", {"proposal": asked["proposal"], "agrees": True}).json["state"] == "dismissed"
    )
    elsewhere = f"/v1/incidents/{desk.ids['own']}"
    assert overseer.post(f"{elsewhere}/assessments", {"level": "KRITIS", "reason": "x"}).status == 403  # only there


def test_a_masked_reader_dismisses_nothing_unread(desk: Desk) -> None:
    anew(desk)
    reader = desk.official(Role.COORDINATOR, "KESBANG", login="rendah", clearance=1)
    answer = reader.post(
        f"/v1/incidents/{desk.ids['masked']}/closures", {"reason": "tidak benar", "outcome": "dismissed"}
    )
    assert (answer.status, desk.incident("masked").state) == (403, "open")


def test_the_lead_does_not_close_alone_what_is_grave(desk: Desk) -> None:
    anew(desk)
    lead, path = desk.official(Role.MEMBER, "POLRES", login="pimpin"), f"/v1/incidents/{desk.ids['own']}"
    proposed = lead.post(f"{path}/closures", {"reason": "reda"}).json
    assert (proposed["state"], desk.incident("own").state) == ("open", "open")
    own_head = desk.official(Role.LEADER, "KAPOLRES", login="kepala")  # a head of the same agency is no second one
    for same in (lead, desk.official(Role.VERIFIER, "POLRES", login="rekan"), own_head):
        refused = same.post(f"{path}/decisions", {"proposal": proposed["proposal"], "agrees": True})
        assert (refused.status, desk.incident("own").state) == (403, "open"), refused
    key = Caller(desk.url, program_key(desk, Role.COORDINATOR))
    assert key.post(f"{path}/decisions", {"proposal": proposed["proposal"], "agrees": True}).status == 403
    page = desk.official(Role.COORDINATOR, "KESBANG", login="koor").get(f"/peristiwa/{desk.ids['own']}").body
    assert "Diusulkan menutup sebagai selesai" in page
    assert "Setuju, berlakukan" in page
    other = desk.official(Role.COORDINATOR, "KESBANG", login="koor")
    assert (
        other.post(f"{path}/decisions", {"proposal": proposed["proposal"], "agrees": True}).json["state"] == "settled"
    )
    lines = desk.store.read_now(
        lambda session: [
            (one.kind, one.actor) for one in session.exec(select(Journal).where(Journal.incident_id == desk.ids["own"]))
        ]
    )
    assert ("proposal.made", "pimpin") in lines
    assert ("proposal.confirmed", "koor") in lines


@pytest.mark.parametrize(
    "changes", [{"level": "SEDANG"}, {"form": "NIHIL"}, {"level": "KRITIS", "form": "NIHIL"}], ids=str
)
def test_lowering_what_is_grave_takes_a_second_person_and_a_rise_outdates_it(desk: Desk, changes: Any) -> None:
    anew(desk)
    one = desk.official(Role.COORDINATOR, "KESBANG", login="koor")
    path = f"/v1/incidents/{desk.ids['own']}"
    proposed = one.post(f"{path}/assessments", {**changes, "reason": "hanya cekcok"}).json
    before = desk.incident("own")
    assert (before.level, before.form, before.conflict, bool(proposed["proposal"])) == (3, "BENTROK", True, True)
    assert one.post(f"{path}/assessments", {"level": "KRITIS", "reason": "ada korban"}).json["level"] == "KRITIS"
    other = desk.official(Role.VERIFIER, "POLRES", login="rekan")
    assert other.post(f"{path}/decisions", {"proposal": proposed["proposal"], "agrees": True}).status == 200
    assert (desk.incident("own").level, desk.incident("own").form) == (4, "BENTROK")  # outdated: nothing was lowered
    again = one.post(f"{path}/assessments", {**changes, "reason": "hanya cekcok"}).json
    if "NIHIL" in changes.values() or changes["level"] != "KRITIS":
        assert other.post(f"{path}/decisions", {"proposal": again["proposal"], "agrees": True}).status == 200
        assert (desk.incident("own").form == "NIHIL") == ("form" in changes)


def test_a_person_who_was_shut_out_is_no_first_of_two(desk: Desk) -> None:
    anew(desk)
    lead, path = desk.official(Role.MEMBER, "POLRES", login="pergi"), f"/v1/incidents/{desk.ids['own']}"
    proposed = lead.post(f"{path}/closures", {"reason": "reda"}).json["proposal"]

    def leave(tx: Any) -> None:
        tx.session.get_one(Person, "pergi").active = False

    desk.write(leave)
    other = desk.official(Role.COORDINATOR, "KESBANG", login="koor")
    assert other.post(f"{path}/decisions", {"proposal": proposed, "agrees": True}).status == 409
    assert desk.incident("own").state == "open"


def test_what_waits_for_a_second_person_stands_in_the_queue_until_it_is_decided(desk: Desk) -> None:
    def listed(caller: Caller) -> set[str]:
        return set(re.findall(r'data-incident="([^"]+)"', caller.get("/?antrean=proposals").body))

    def count(caller: Caller) -> int:
        found = re.search(r'href="/\?antrean=proposals"[^>]*>Orang kedua <b>(\d+)</b></a>', caller.get("/").body)
        return int(found[1]) if found else 0

    anew(desk)
    koor = desk.official(Role.COORDINATOR, "KESBANG", login="koor")
    insider = desk.official(Role.LEADER, "POLRES", login="pimpinan-lain")
    before = count(koor)
    assert desk.ids["accused"] in listed(koor)
    assert desk.ids["accused"] not in listed(insider)  # it accuses their own agency
    assert desk.ids["desk"] not in listed(koor)  # nor a desk's own
    assert count(koor) == len(listed(koor)) > count(insider) > 0
    lead, path = desk.official(Role.MEMBER, "POLRES", login="pimpin"), f"/v1/incidents/{desk.ids['own']}"
    proposed = lead.post(f"{path}/closures", {"reason": "sudah tenang kembali"}).json["proposal"]
    assert count(koor) == before + 1
    page = koor.get("/?antrean=proposals").body
    assert "Usulan menunggu keputusan" in page
    assert f'href="/peristiwa/{desk.ids["own"]}"' in page
    assert "sudah tenang kembali" not in page + koor.get("/?dinding=1").body  # its reason is the incident's page's
    assert koor.post(f"{path}/decisions", {"proposal": proposed, "agrees": True}).json["state"] == "settled"
    assert desk.ids["own"] not in listed(koor)


def test_a_proposal_names_what_it_asks_for_and_shows_no_code(desk: Desk) -> None:
    anew(desk)
    one = desk.official(Role.COORDINATOR, "KESBANG", login="koor")
    other = desk.official(Role.VERIFIER, "POLRES", login="rekan")
    asked = {"level": "SEDANG", "form": "NIHIL", "issue": "AGM", "kecamatan": "35.23.02", "desa": "35.23.02.2001"}
    place = {key: DISTRICT.places[asked[key]].name for key in ("kecamatan", "desa")}
    path = f"incidents/{desk.ids['own']}"
    assert one.post(f"/v1/{path}/assessments", {**asked, "reason": "hanya cekcok"}).json["proposal"]
    for language in ("id", "en"):
        page = other.get(f"/peristiwa/{desk.ids['own']}?bahasa={language}").body
        told = re.search(r'<aside class="notice suggestion" id="usul-.*?</aside>', page, re.DOTALL)
        assert told, language
        said = re.sub(r"<[^>]+>", " ", told[0])
        form, issue = DISTRICT.forms["NIHIL"], DISTRICT.issues["AGM"]
        named = (form.label_id, issue.label_id, "Sedang") if language == "id" else (form.label_en, issue.label_en)
        assert all(one in said for one in (*named, *place.values())), said
        assert not re.search(r"\bAGM\b|\bNIHIL\b|\bSEDANG\b|35\.23", said), said


def test_a_key_of_any_role_judges_nothing(desk: Desk) -> None:
    anew(desk)
    judging = (Act.ANSWER_FOR, Act.VERIFY, Act.ASSESS, Act.CLOSE, Act.REOPEN, Act.MERGE, Act.REFER, Act.CONFIRM)
    assert all(not may(role, act, program=True) for role in Role for act in (*judging, Act.UNMASK, Act.SILENCE))
    for role in Role:
        key = Caller(desk.url, program_key(desk, role))
        for_another = {"institution": "LH", "reason": "lewat telepon"}
        assert key.post(f"/v1/incidents/{desk.ids['foreign']}/acknowledgements", for_another).status in (403, 404)
    assert desk.incident("foreign").state == "open"


def test_who_looks_after_the_machines_has_no_case_data(desk: Desk) -> None:
    admin = desk.official(Role.ADMIN, "KESBANG", login="admin-uji")
    for path in ("/v1/incidents", "/v1/incidents.csv", "/v1/incidents.geojson", "/v1/events", "/v1/silences"):
        assert admin.ask("HEAD", path).status == 403
    for path in ("/", "/potongan/peristiwa", f"/peristiwa/{desk.ids['own']}", f"/p/{desk.ids['own']}"):
        assert "Kejadian." not in admin.get(path).body
        assert desk.ids["own"] not in admin.get("/").body
