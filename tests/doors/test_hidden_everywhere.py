"""What is kept from a reader stands on no page, list, paper, export or search of his: every address is asked.

One incident of each kind carries words that stand nowhere else: of its report, its parties, a situation report, its
ending, a proposal. Readers from whom it is kept ask every address that can be read.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest
from sqlmodel import select

from schemas.office.records import Ask, Document, Ormas, OrmasLink
from schemas.records.answers import Sitrep
from schemas.records.by_hand import Proposal
from schemas.records.incidents import Incident
from schemas.records.reports import Report
from schemas.vocabulary import Role
from services.console.office.meetings import openly_spoken
from services.office import asks, documents, queries
from tests.console.caller import Answer
from tests.console.desk import Desk, running_on
from tests.console.night import DISTRICT, NOW, keep
from tests.doors.test_judging import SECRETIVE, served, told
from tests.doors.test_strange_addresses import read_by

WORDS = ("zzkata", "zzpihak", "zzlapjut", "zzusul", "zzsurat", "zzcatatan", "zzminta", "zzkait")
ENDLESS = ("/v1/events",)
ASKED = (  # with the words that are read of the address: a route that reads none of them answers the same
    ("?state=all&per_page=200", {"state", "per_page"}),
    ("?cari=zzkata", {"cari"}),
    ("?state=all&cari=zzpihak", {"state", "cari"}),
    ("?antrean=proposals", {"antrean"}),
    ("?antrean=unverified", {"antrean"}),
)


def marked(tx: Any, name: str, issue: str, *accused: str) -> str:
    """Keep an incident whose words name it: `zzkata-accused` and so on."""
    id_ = keep(tx, {name: told(issue, *accused)})
    row = tx.session.get_one(Incident, id_)
    row.parties = [f"zzpihak-{name}"]
    for report in tx.session.exec(select(Report).where(Report.incident_id == id_)):
        report.text = f"Warga bentrok, zzkata-{name}."
    tx.add(
        Sitrep,
        [
            {
                "id": f"zz-{name}",
                "incident_id": id_,
                "institution": "KODIM",
                "by": "joko",
                "at": NOW,
                "text": f"zzlapjut-{name}",
            }
        ],
    )
    proposal = {"id": f"zz-{name}", "incident_id": id_, "kind": "settle", "changes": {}, "level": 3, "by": "joko"}
    proposal |= {"institution": "KODIM", "made_at": NOW, "state": "open", "reason": f"zzusul-{name}"}
    tx.add(Proposal, [proposal])
    tx.add(Ormas, [{"number": f"0-{name}", "name": f"Perguruan {name}", "imported_at": NOW}])
    link = {
        "id": f"zz-{name}",
        "incident_id": id_,
        "party": f"zzpihak-{name}",
        "number": f"0-{name}",
        "by": "joko",
        "at": NOW,
    }
    tx.add(OrmasLink, [link])
    referral = {
        "id": f"p-{name}",
        "kind": documents.REFERRAL,
        "number": f"R-{name}",
        "year": 2026,
        "institution": "KODIM",
    }
    referral |= {"classification": 2, "subject": f"zzsurat-{name}", "incident_id": id_, "author": "joko", "at": NOW}
    tx.add(
        Document,
        [
            referral
            | {
                "body": {
                    "incidents": [id_],
                    "ormas": f"0-{name}",
                    "letter": "a",
                    "name": "Perguruan",
                    "to": "Kanwil",
                    "text": f"zzsurat-{name}",
                }
            }
        ],
    )
    note = referral | {"id": f"n-{name}", "kind": documents.NOTE, "subject": f"zzcatatan-{name}", "number": f"N-{name}"}
    body = {"issue": issue, "facts": f"zzcatatan-{name}", "opinion": "", "source": "x", "relation": "", "how": ""}
    tx.add(Document, [note | {"body": body | {"obtained": "", "rating": "B2", "recipients": ["LH"]}}])
    ask = {"id": f"m-{name}", "kind": asks.CLARIFY, "institution": "LH", "text": f"zzminta-{name}", "incident_id": id_}
    ask |= {"asked_by": "joko", "asked_for": "KODIM", "at": NOW, "due": NOW}
    done = {"id": f"d-{name}", "answered_at": NOW, "answered_by": "joko", "answer": "sudah"}
    tx.add(Ask, [ask, ask | done, ask | {"id": f"x-{name}", "document_id": f"n-{name}", "text": f"zzkait-{name}"}])
    return id_


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, blank_sqlite: bytes) -> Iterator[Desk]:
    """A desk with an incident of each kind that is kept from somebody."""
    with running_on(tmp_path_factory.mktemp("hidden"), blank_sqlite, district=SECRETIVE) as found:
        kinds = {
            "police": ("WRG", "POLRES"),
            "head": ("WRG", "KAPOLRES"),
            "desk": ("WRG", "KESBANG"),
            "secret": ("AGM",),
        }
        kinds["named"] = (NAMED,)
        found.ids |= found.write(lambda tx: {name: marked(tx, name, *rest) for name, rest in kinds.items()})
        yield found


NAMED = next(code for code, one in DISTRICT.issues.items() if one.named_persons_only)
POLICE, DESK = ("police", "head", "named"), ("desk", "named")  # what is not there at all for their people
MASKED = ("secret",)  # of what only the head is
READERS = [
    *(("POLRES", role, POLICE) for role in (Role.MEMBER, Role.VERIFIER, Role.COORDINATOR, Role.LEADER, Role.AUDITOR)),
    ("POLSEK", Role.VERIFIER, POLICE),
    ("KESBANG", Role.COORDINATOR, DESK),
    ("KESBANG", Role.VERIFIER, DESK),
]


def addresses(desk: Desk, names: Sequence[str]) -> Iterator[str]:
    """Give every address that can be read, with each incident and paper of these names in its place."""
    papers = {"/rujukan": "p", "/li": "n", "/permintaan": "m"}
    for route in served():
        if "GET" not in route.methods or route.path in ENDLESS or route.path.startswith(("/static", "/poster")):
            continue
        if "{" not in route.path:
            read = read_by(route)
            yield from (route.path, *(route.path + asked for asked, words in ASKED if words & read))
            continue
        first = "/" + route.path.split("/")[1]
        for name in names:
            one = f"{papers[first]}-{name}" if first in papers else desk.ids[name]
            for kind in ("pdf", "xlsx") if "{kind}" in route.path else ("",):
                yield re.sub(r"\{\w+\}", one, route.path.replace("{kind}", kind))
    yield from (f"/ormas/satu?nomor=0-{name}" for name in names)


def said(answer: Answer, address: str, ids: Mapping[str, str], names: Sequence[str]) -> set[str]:
    """Give what an answer says of these incidents: their ids, but those that it was asked for, and their words."""
    found = {f"{word}-{name}" for word in WORDS for name in names if f"{word}-{name}" in answer.body}
    return found | {name for name, id_ in ids.items() if id_ in answer.body and id_ not in address}


@pytest.mark.parametrize(("institution", "role", "absent"), READERS)
def test_no_address_gives_a_reader_what_is_kept_from_him(
    desk: Desk, institution: str, role: Role, absent: tuple[str, ...]
) -> None:
    reader = desk.official(role, institution, login=f"{institution}-{role}".lower(), clearance=1)
    ids, names = {name: desk.ids[name] for name in absent}, (*absent, *MASKED)
    wrong = set()
    for address in addresses(desk, names):
        answer = reader.get(address)
        wrong |= {(address, found) for found in said(answer, address, ids, names)}
        wrong |= {(address, str(answer.status))} if answer.status >= 500 else set()
    assert wrong == set()


def test_whoever_it_is_not_kept_from_finds_each_of_these_words(desk: Desk) -> None:
    found: set[str] = set()
    for institution, role in (("KODIM", Role.COORDINATOR), ("KODIM", Role.AUDITOR)):
        reader = desk.official(role, institution, login=f"boleh-{role}")
        for address in addresses(desk, ("police",)):
            found |= said(reader.get(address), address, {"police": desk.ids["police"]}, ("police",))
    assert found == {"police", *(f"{word}-police" for word in WORDS)}


def test_the_agenda_of_a_meeting_leaves_out_what_accuses_whoever_sits_there(desk: Desk) -> None:
    spoken = openly_spoken(SECRETIVE)
    listed = desk.store.read_now(lambda session: queries.open_incidents(session, spoken, NOW))
    plain = desk.store.read_now(lambda session: session.exec(select(Incident).where(Incident.issue == "WRG")).all())
    accusing = [row for row in plain if row.facts.get("accused_agencies")]
    assert len(accusing) >= 3
    assert sum(one.issue == "WRG" for one in listed) <= len(plain) - len(accusing)


def test_a_chair_ties_no_party_and_writes_no_paper_of_what_accuses_his_own(desk: Desk) -> None:
    koor = desk.official(Role.COORDINATOR, "KESBANG", login="ketua-uji")
    form = {"incident": desk.ids["desk"], "party": "zzpihak-desk", "number": "0-desk", "letter": ""}
    assert koor.form("/ormas", form | {"csrf": koor.get("/akun").csrf}).status == 404
    asked = {"kind": asks.CLARIFY, "institution": "POLRES", "text": "Mohon dijelaskan", "incident": desk.ids["desk"]}
    assert koor.form("/permintaan", asked | {"csrf": koor.get("/akun").csrf}).status == 404
    assert koor.form("/permintaan/m-desk/jawab", {"text": "sudah", "csrf": koor.get("/akun").csrf}).status == 404
