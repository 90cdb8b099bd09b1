"""Who reported is opened by a verifier or coordinator, with a reason that is written down, and shown once."""

from typing import Any

import pytest
from sqlmodel import select

from schemas.records.audit_log import Journal
from schemas.records.incidents import Incident
from schemas.records.people import Person
from schemas.records.reports import Report, ReportSource
from services.sources import subject
from services.sources.plain import seal_some
from tests.console.desk import VAULT, Desk

NAME, NUMBER, NIK = "Sukirno Wibawa", "081290016611", "3523110101900001"
REASON = "memastikan jumlah korban kepada pelapor"


@pytest.fixture
def address(desk: Desk) -> str:
    return sealed(desk, "clash")


def sealed(desk: Desk, name: str) -> str:
    """Let somebody stand behind the first report of an incident, sealed as triage seals; gives the page's address."""

    def act(tx: Any) -> str:
        report = tx.session.exec(select(Report).where(Report.incident_id == desk.ids[name])).first()
        source = tx.session.get(ReportSource, report.id)
        source.contact, report.notes = f"{NAME}, {NUMBER}", {"NIK Pelapor": NIK}
        tx.session.flush()
        while seal_some(tx, VAULT):
            tx.session.expire_all()
        return f"/peristiwa/{desk.ids[name]}/sumber/{report.id}"

    found: str = desk.write(act)
    return found


def lines(desk: Desk) -> list[Journal]:
    asked = select(Journal).where(Journal.kind == "source.opened")
    return list(desk.store.read_now(lambda session: session.exec(asked).all()))


@pytest.mark.parametrize("login", ["ratna", "emma"])
def test_a_source_is_opened_with_a_reason_and_shown_once(desk: Desk, person: Any, address: str, login: str) -> None:
    who = person(login)
    incident = address.split("/sumber/", maxsplit=1)[0]
    assert f'href="{address}"' in who.get(incident).body
    asked = who.get(address)
    assert asked.status == 200
    assert all(one not in asked.body for one in (NAME, NUMBER, NIK))
    shown = who.form(address, {"csrf": asked.csrf, "reason": REASON})
    assert shown.status == 200
    assert all(one in shown.body for one in (NAME, NUMBER, NIK))
    assert shown.headers["cache-control"] == "no-store"
    (line,) = lines(desk)
    assert line.data == {"reason": REASON}
    assert (line.actor != "", line.incident_id) == (True, incident.rsplit("/", 1)[1])
    assert NAME not in who.get(address).body  # once: the page asks again
    assert len(lines(desk)) == 1
    timeline = who.get(incident).body
    assert REASON in timeline
    assert NAME not in timeline


@pytest.mark.parametrize("reason", ["", "  ", "lihat", " a " * 2])
def test_without_a_clear_reason_nothing_is_shown(desk: Desk, person: Any, address: str, reason: str) -> None:
    who = person("ratna")
    refused = who.form(address, {"csrf": who.get(address).csrf, "reason": reason})
    assert refused.status == 422
    assert NAME not in refused.body
    assert lines(desk) == []


@pytest.mark.parametrize("login", ["joko", "satrio", "dewi", "agus", "ani"])
def test_whoever_may_not_open_a_source_finds_no_such_page(desk: Desk, person: Any, address: str, login: str) -> None:
    who = person(login)
    assert who.get(address).status == 403  # by the table of roles and acts, before the page is asked
    assert "/sumber/" not in who.get(address.split("/sumber/", maxsplit=1)[0]).body
    token = who.get("/akun").body.partition('name="csrf" value="')[2].partition('"')[0]
    assert who.form(address, {"csrf": token, "reason": REASON}).status in (403, 404)
    assert lines(desk) == []


def test_a_form_from_elsewhere_opens_nothing(desk: Desk, person: Any, address: str) -> None:
    who = person("ratna")
    assert who.form(address, {"csrf": "x", "reason": REASON}).status == 403
    csrf = who.get(address).csrf
    assert who.form(address, {"csrf": csrf, "reason": REASON}, Origin="https://lain.example").status == 403
    assert lines(desk) == []


def test_an_accused_office_opens_no_source_whatever_its_role(desk: Desk, person: Any) -> None:
    address = sealed(desk, "accused")
    assert person("ratna").get(address).status == 200

    def accused(tx: Any) -> None:
        incident = tx.session.get(Incident, desk.ids["accused"])
        incident.facts = {**incident.facts, "accused_agencies": ["KESBANG"]}

    desk.write(accused)
    for login in ("ratna", "emma"):
        assert person(login).get(address).status == 404


def test_low_clearance_opens_no_source(desk: Desk, person: Any) -> None:
    address = sealed(desk, "bomb")
    assert person("ratna").get(address).status == 200

    def lower(tx: Any) -> None:
        coordinator = tx.session.exec(select(Person).where(Person.login == "ratna")).one()
        coordinator.clearance, coordinator.named_for = 1, []

    desk.write(lower)
    assert person("ratna").get(address).status == 404


def test_a_report_of_another_incident_is_not_opened_through_this_one(desk: Desk, person: Any, address: str) -> None:
    other = address.replace(desk.ids["clash"], desk.ids["church"], 1)
    assert person("ratna").get(other).status == 404


def test_what_was_erased_says_so(desk: Desk, person: Any, address: str) -> None:
    def erase(tx: Any) -> None:
        subject.erase(tx, VAULT, subject.find(tx.session, VAULT, NUMBER), "office", "diminta")

    desk.write(erase)
    who = person("emma")
    shown = who.form(address, {"csrf": who.get(address).csrf, "reason": REASON})
    assert "This identity was erased" in shown.body
    assert NAME not in shown.body


def test_the_reporter_follows_a_sealed_report_by_its_receipt_and_its_key(desk: Desk, program: Any) -> None:
    address = sealed(desk, "clash")
    report = address.rsplit("/", 1)[1]
    from schemas.vocabulary import Role
    from tests.console.caller import Caller

    kept = desk.store.read_now(lambda session: session.get(ReportSource, report))
    assert kept is not None
    assert kept.reporter == VAULT.reporter("key-clash")
    own = Caller(desk.url, desk.issue("key-clash", Role.REPORTER))
    assert own.get(f"/v1/reports/{report}").status == 200
    assert program(Role.REPORTER).get(f"/v1/reports/{report}").status == 404
