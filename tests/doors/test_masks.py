"""What the desk prints: no minor, no reporter who named himself, no mail address; the source only roughly."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from schemas.assessment import Facts
from schemas.records.alerts import Delivery
from schemas.records.answers import Sitrep
from schemas.records.audit_log import Journal
from schemas.records.by_hand import Silence
from schemas.records.incidents import Incident, Suggestion
from schemas.vocabulary import Classification, Level, Role
from services.console.incidents.filters import about
from services.console.incidents.presenter.composer import Composer
from services.console.incidents.queries import Wanted, alerts_of, page_of
from services.console.queue.queries import Stretch, placed_in
from services.console.web.source_access import may_open_source
from services.incidents.access import permit
from services.security.auth import Identity, Receipts
from services.security.permissions import Act
from services.security.refusal import Refused
from services.store.transaction import Session
from tests.console.caller import Caller
from tests.console.conftest import *  # noqa: F403 - its desk and people
from tests.console.desk import Desk
from tests.console.night import DISTRICT, NOW, SECRET, Told, keep, owe, report_id

SECRETS = (
    "Sugeng Raharjo",  # named himself
    "Rizal Adi",  # a pupil
    "budi.s@contoh.example",
    "081234567890",
    "3523110101900001",
    "Joko Susilo",
)
TEXT = (
    "Nama saya Sugeng Raharjo, surel budi.s@contoh.example, HP 081234567890, NIK 3523110101900001. "
    "Korban Rizal Adi, siswa kelas 8 SMP, dipukul. Pelaku a.n. Joko Susilo."
)


@pytest.fixture
def told(desk: Desk) -> str:
    """Keep an incident in every written corner of which the same identities stand."""

    def act(tx: Any) -> str:
        one = Told(TEXT, "WRG", "PENGEROYOKAN", Level.TINGGI, 40, (("bentuk", 7, "dipukul", "x"),), opinion=TEXT)
        one.facts, one.minutes_ago = Facts(minors=True), 47
        id_ = keep(tx, {"samaran": one})
        owe(tx, id_, "POLRES", "lead", acknowledged_reason=TEXT, acknowledged_at=NOW, state="acknowledged")
        owe(tx, id_, "LH", "support", redacted=True)
        incident = tx.session.get_one(Incident, id_)
        incident.parties, incident.place = [f"kelompok a.n. Joko Susilo {SECRETS[2]}"], {"told": TEXT}
        incident.kecamatan = incident.desa = None
        tx.add(
            Sitrep, [{"id": "l", "incident_id": id_, "institution": "POLRES", "by": "joko", "at": NOW, "text": TEXT}]
        )
        row = {"id": "s", "incident_id": id_, "other_id": desk.ids["clash"], "report_id": "x", "score": 0.5}
        tx.add(Suggestion, [row | {"reasons": [TEXT], "state": "open", "made_at": NOW}])
        sent = tx.session.get_one(Delivery, f"d-a-{id_}-POLRES")
        sent.error = f"550 unknown user {SECRETS[2]}"
        tx.audit("incident.verified", "ratna", incident=id_, note=TEXT)
        silence = {"id": "r", "author": "ratna", "reason": TEXT, "issue": "WRG", "starts_at": NOW, "made_at": NOW}
        tx.add(Silence, [silence | {"ends_at": NOW.replace(hour=20), "left_out": 0}])
        return id_

    return str(desk.write(act))


def printed(caller: Caller, paths: tuple[str, ...]) -> str:
    answers = [caller.get(path, accept_encoding="identity") for path in paths]
    assert [one.status for one in answers] == [200] * len(paths)
    return "\n".join(one.body for one in answers)


@pytest.mark.parametrize(
    ("role", "institution"),
    [(Role.COORDINATOR, "KESBANG"), (Role.VERIFIER, "KODIM"), (Role.MEMBER, "POLRES"), (Role.AUDITOR, None)],
)
def test_the_desk_prints_nobody_who_is_to_be_hidden(desk: Desk, told: str, role: Role, institution: str | None) -> None:
    paths = (f"/peristiwa/{told}", f"/p/{told}", f"/v1/incidents/{told}", "/v1/incidents", "/", "/v1/incidents.csv")
    paths += () if role is Role.MEMBER else ("/redam", "/v1/silences")
    page = printed(desk.official(role, institution, login="pembaca"), paths)
    assert [secret for secret in SECRETS if secret in page] == []
    assert "dipukul" in page  # the words that nobody needs to hide are there


def test_the_reporter_of_a_dismissed_report_reads_no_names_in_its_reason(desk: Desk, told: str) -> None:
    def act(tx: Any) -> None:
        incident = tx.session.get_one(Incident, told)
        incident.state, incident.close_reason, incident.closed_at = "dismissed", TEXT, tx.now

    desk.write(act)
    receipt = Receipts(SECRET).issue(report_id("samaran"))
    answer = Caller(desk.url).get(f"/v1/reports/{told}", X_Receipt=receipt).json
    assert (answer["status"], [one for one in SECRETS if one in answer["reason"]]) == ("Ditolak", [])


def test_told_agencies_learn_no_office_channel_or_minute_of_a_report(desk: Desk, told: str) -> None:
    agency, desk_of = desk.official(Role.MEMBER, "POLRES"), desk.official(Role.COORDINATOR, "KESBANG")
    (coarse,) = agency.get(f"/v1/incidents/{told}").json["told"]
    (whole,) = desk_of.get(f"/v1/incidents/{told}").json["told"]
    assert (coarse["channel"], coarse["institution"], coarse["source"]) == ("", None, "office")
    assert coarse["filed_at"] == "2026-11-24T13:00:00Z"
    assert (whole["channel"], whole["institution"]) == ("api", "POLSEK")
    assert whole["filed_at"] == "2026-11-24T13:13:00Z"
    head = agency.get(f"/peristiwa/{told}").body.partition('id="laporan"')[2].partition("<blockquote>")[0]
    assert "Petugas" in head
    assert "Polsek" not in head
    anonymous = agency.get(f"/v1/incidents/{desk.ids['clash']}").json["told"]
    assert [(one["source"], one["anonymous"]) for one in anonymous] == [("office", False), ("public", False)]
    assert {one["filed_at"][14:] for one in anonymous} == {"00:00Z"}


def test_unmasking_is_an_act_with_a_reason_that_the_audit_log_keeps(desk: Desk, told: str) -> None:
    verifier, path = desk.official(Role.VERIFIER, "KODIM"), f"/v1/incidents/{told}/unmaskings"
    report = str(report_id("samaran"))
    assert verifier.post(path, {"report": report}).status == 422
    assert verifier.post(path, {"report": report, "reason": " "}).status == 422
    assert verifier.post(path, {"report": str(report_id("clash")), "reason": "x"}).status == 404  # of another incident
    for role in (Role.MEMBER, Role.LEADER, Role.AUDITOR, Role.ADMIN):
        other = desk.official(role, "POLRES", login=f"uji-{role}")
        assert other.post(path, {"report": report, "reason": "ingin tahu"}).status == 403
        page = f"/peristiwa/{told}/singkap"
        assert other.form(page, {"csrf": other.csrf, "report": report, "reason": "x"}).status == 403
    assert Caller(desk.url, desk.key(Role.VERIFIER)).post(path, {"report": report, "reason": "x"}).status == 403
    assert lines(desk) == []
    assert verifier.post(path, {"report": report, "reason": "menghubungi saksi"}).json["text"] == TEXT
    csrf = verifier.get(f"/peristiwa/{told}").csrf
    shown = verifier.form(f"/peristiwa/{told}/singkap", {"csrf": csrf, "report": report, "reason": "menjemput anak"})
    assert (shown.status, "Rizal Adi" in shown.body, shown.headers["cache-control"]) == (200, True, "no-store")
    assert "Rizal Adi" not in verifier.get(f"/peristiwa/{told}").body  # once, not from now on
    assert lines(desk) == [
        ("verifier.kodim", report, "menghubungi saksi"),
        ("verifier.kodim", report, "menjemput anak"),
    ]
    assert "Yang disamarkan dibuka: menjemput anak" in verifier.get(f"/peristiwa/{told}").body


def lines(desk: Desk) -> list[tuple[str, str | None, str]]:
    query = select(Journal).where(Journal.kind == "report.unmasked").order_by(Journal.seq)
    return desk.store.read_now(
        lambda session: [(one.actor, one.subject_id, one.data["reason"]) for one in session.exec(query)]
    )


def test_a_second_issue_above_the_clearance_masks_as_the_first_does(desk: Desk) -> None:
    """Messages looked at the graver of two issues; pages, search and acts at the first alone."""
    graver = DISTRICT.issues["WRG"].model_copy(update={"classification": Classification.RAHASIA})
    district = DISTRICT.model_copy(update={"issues": {**DISTRICT.issues, "WRG": graver}})
    id_, asked = desk.ids["protest"], about("debu", district)
    cleared = Identity("p", "P", Role.VERIFIER, "KODIM", clearance=int(Classification.RAHASIA))
    not_cleared = replace(cleared, clearance=int(Classification.TERBATAS))

    def seen(reader: Identity) -> tuple[str, list[str], list[str], bool]:
        def ask(session: Session) -> tuple[str, list[str], list[str], bool]:
            incident = session.get_one(Incident, id_)
            row = Composer(district, reader, NOW, "id").row(incident, alerts_of(session, [id_])[id_])
            _, found = page_of(session, reader, district, Wanted(about=asked))
            stretch = Stretch(NOW - timedelta(days=1), NOW, kecamatan=incident.kecamatan or "")
            desa = [one.desa for one in placed_in(session, reader, district, stretch) if one.id == id_]
            opens = may_open_source(reader, district, incident.issue, incident.issue_secondary, ())
            return row.reach, [one.id for one in found], desa, opens

        return desk.store.read_now(ask)

    def second(tx: Any) -> None:
        one = tx.session.get_one(Incident, id_)
        one.issue_secondary, one.desa = "WRG", "35.23.01.2001"

    desk.write(second)
    assert seen(cleared) == ("full", [id_], ["35.23.01.2001"], True)
    assert seen(not_cleared) == ("masked", [], [""], False)
    with pytest.raises(Refused) as refused:
        desk.write(lambda tx: permit(not_cleared, tx.session.get_one(Incident, id_), (), Act.VERIFY, district))
    assert refused.value.code == "above_clearance"
