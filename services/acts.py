"""Do what people do to incidents: acknowledge, report, escalate, verify, override, merge, split, close.

Each act is one function on an open transaction (`Unit`). It decides by the row's present state, writes its
journal line and owes the bus an event through the outbox. Pages, API, reply codes and message buttons all
call these; docs/lifecycle.md draws the states.
"""

from dataclasses import dataclass
from hashlib import blake2b
from typing import Any
from uuid import UUID

from sqlalchemy import select

from schemas.messages import IncidentEvent
from schemas.records import Alert, Incident, Journal, Judgement, Ladder, Outbox, Report, Sitrep, Suggestion
from schemas.vocabulary import AlertReason, AlertState, Duty, IncidentState, Level, Role
from services.accusations import accuse, accused_in, without
from services.auth import Identity
from services.store import Unit
from services.urgency import wants_answer

REOPENED, VERIFIED = "incident.reopened", "incident.verified"
MERGED = "incident.merged"  # journal kind that a split looks back to
CLOSED = "closed"  # why a ladder stands still whose incident was settled or dismissed
OPEN_STATES = (IncidentState.OPEN, IncidentState.VERIFIED, IncidentState.HANDLED)
CLOSED_STATES = (IncidentState.SETTLED, IncidentState.DISMISSED)
ANSWERED = (AlertState.ACKNOWLEDGED, AlertState.REPORTED)


def chased(duty: str, *, needed: bool) -> bool:
    """Say whether the ladder waits for an answer: the lead's, and those that the policy needs besides."""
    return needed or duty == Duty.LEAD


class Refused(Exception):  # noqa: N818 - an answer, not a fault
    """The act is not possible; `reason` is a code, `detail` a sentence."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason  # "not_found", "not_yours", "state", "reason_required"
        self.detail = detail


@dataclass(frozen=True)
class Answer:
    """What an acknowledgement changed."""

    alert: str
    incident: str
    first: bool  # False: it had been acknowledged before; the first answer stands
    seconds: int  # from the alert being owed to its acknowledgement


def derived(*parts: object) -> str:
    """Derive an id from what it stands for, so that doing it twice is doing it once."""
    told = "\x1f".join(map(str, parts))  # a byte no part has, so that ("a", "b:c") and ("a:b", "c") stay two
    return blake2b(told.encode(), digest_size=16, person=b"kentongan").hexdigest()


def _incident(unit: Unit, id_: str) -> Incident:
    incident = unit.session.get(Incident, id_)
    if incident is None:
        raise Refused("not_found", "Peristiwa tidak ditemukan.")
    return incident


def open_incident(unit: Unit, id_: str) -> Incident:
    """Give an incident that may still be acted on; raises Refused."""
    incident = _incident(unit, id_)
    if incident.state not in OPEN_STATES:
        raise Refused("state", "Peristiwa sudah ditutup.")
    return incident


def changed(unit: Unit, incident: Incident, kind: str, actor: str, subject: str | None = None, /, **data: Any) -> None:
    """Stamp the incident, write the journal line, owe the bus its event."""
    incident.revision += 1
    incident.changed_at = unit.now
    incident.stamp = unit.journal(kind, actor, incident=incident.id, subject=subject, **data)
    closed = incident.state in (IncidentState.SETTLED, IncidentState.DISMISSED)
    event = IncidentEvent(
        incident=UUID(incident.id),
        revision=incident.revision,
        reason=AlertReason.CLOSED if closed else AlertReason.CHANGED,
        level=Level(incident.level),
    )
    body = event.model_dump(mode="json")
    place = f"{(incident.kabupaten or '00').replace('.', '')}.{(incident.kecamatan or '00')[-2:]}"
    row = {"id": f"{incident.id}:{incident.revision}", "subject": f"{kind}.{place}", "kind": kind, "body": body}
    unit.add(Outbox, [{**row, "made_at": unit.now}])


def _alert_of(unit: Unit, incident: str, institution: str, place: str = "") -> Alert:
    query = select(Alert).where(Alert.incident_id == incident, Alert.institution == institution)  # type: ignore[arg-type]
    alerts = list(unit.session.scalars(query))
    chosen = next((alert for alert in alerts if place and alert.unit == place), alerts[0] if alerts else None)
    if chosen is None:
        raise Refused("not_found", "Instansi ini tidak menerima peringatan untuk peristiwa ini.")
    return chosen


def _answers_for(who: Identity, institution: str | None, reason: str | None) -> str:
    """Give the institution somebody answers for; raises Refused when that is not theirs to do."""
    for_whom = institution or who.institution
    if for_whom is None:
        raise Refused("not_yours", "Akun ini tidak mewakili instansi.")
    if for_whom != who.institution:
        if who.role not in (Role.COORDINATOR, Role.ADMIN):
            raise Refused("not_yours", "Hanya koordinator yang boleh menerima atas nama instansi lain.")
        if not (reason or "").strip():
            raise Refused("reason_required", "Menerima atas nama instansi lain perlu alasan.")
    elif who.role in (Role.REPORTER, Role.AUDITOR):
        raise Refused("not_yours", "Peran ini tidak dapat menerima peringatan.")
    return for_whom


def acknowledge(
    unit: Unit,
    incident_id: str,
    who: Identity,
    *,
    institution: str | None = None,
    how: str = "page",
    reason: str | None = None,
    alert_id: str | None = None,
) -> Answer:
    """Take responsibility for an institution; the lead's stops the ladder, once every other needed one is there.

    A coordinator may answer for another institution with a reason (rules.md 11). Raises Refused.
    """
    incident = open_incident(unit, incident_id)
    for_whom = _answers_for(who, institution, reason)
    alert = unit.session.get(Alert, alert_id) if alert_id else _alert_of(unit, incident_id, for_whom, who.unit)
    if alert is None or alert.incident_id != incident_id or alert.institution != for_whom:
        raise Refused("not_found", "Peringatan tidak ditemukan.")
    seconds = round((unit.now - alert.owed_at).total_seconds())
    if alert.state in ANSWERED:
        first = round(((alert.acknowledged_at or unit.now) - alert.owed_at).total_seconds())
        return Answer(alert.id, incident_id, first=False, seconds=first)
    ladder = unit.session.get(Ladder, incident_id)
    alert.state = AlertState.ACKNOWLEDGED
    alert.acknowledged_at, alert.acknowledged_by, alert.acknowledged_how = unit.now, who.id, how
    alert.acknowledged_reason = reason
    alert.remind_at = None
    if alert.duty == Duty.LEAD:
        if ladder and wants_answer(conflict=incident.conflict, form=incident.form):
            alert.sitrep_due = unit.later(ladder.policy["first_sitrep"], always=ladder.policy["always"])
        if incident.state in (IncidentState.OPEN, IncidentState.VERIFIED):
            incident.state = IncidentState.HANDLED
    if ladder and ladder.stopped is None and not _silent(unit, incident_id):
        ladder.stopped, ladder.next_at = "acknowledged", None
    facts = {
        "institution": for_whom,
        "unit": alert.unit,
        "duty": alert.duty,
        "how": how,
        "seconds": seconds,
        "reason": reason,
    }
    changed(unit, incident, "incident.acknowledged", who.id, alert.id, **facts)
    return Answer(alert.id, incident_id, first=True, seconds=seconds)


def _silent(unit: Unit, incident: str) -> list[Alert]:
    """Give the alerts whose answer the ladder still waits for."""
    alerts = unit.session.scalars(select(Alert).where(Alert.incident_id == incident))  # type: ignore[arg-type]
    return [one for one in alerts if chased(one.duty, needed=one.needed) and one.state not in ANSWERED]


def see(unit: Unit, alert_id: str, who: str) -> None:
    """Note that somebody of the institution has opened the incident while signed in."""
    alert = unit.session.get(Alert, alert_id)
    if alert and alert.seen_at is None and alert.state in (AlertState.OWED, AlertState.DELIVERED):
        alert.seen_at, alert.state = unit.now, AlertState.SEEN
        if incident := unit.session.get(Incident, alert.incident_id):
            incident.stamp = unit.journal("alert.seen", who, incident=incident.id, subject=alert_id)


def report_situation(unit: Unit, incident_id: str, who: Identity, text: str, *, institution: str | None = None) -> str:
    """Keep a sitrep; the first one turns an acknowledgement into a kept promise. Returns its id; raises Refused."""
    incident = open_incident(unit, incident_id)
    for_whom = institution or who.institution
    if for_whom is None or (for_whom != who.institution and who.role not in (Role.COORDINATOR, Role.ADMIN)):
        raise Refused("not_yours", "Lapjut hanya untuk instansi sendiri.")
    if not text.strip():
        raise Refused("reason_required", "Lapjut tidak boleh kosong.")
    alert = _alert_of(unit, incident_id, for_whom, who.unit)
    if alert.state not in ANSWERED:
        # Whoever reports has plainly taken it on; asking for a second click would only lose the report.
        acknowledge(unit, incident_id, who, institution=for_whom, how="sitrep", reason=text[:200], alert_id=alert.id)
    sitrep = derived("sitrep", incident_id, for_whom, unit.now.isoformat(), who.id)
    unit.add(
        Sitrep,
        [
            {
                "id": sitrep,
                "incident_id": incident_id,
                "institution": for_whom,
                "by": who.id,
                "at": unit.now,
                "text": text,
            }
        ],
    )
    alert.state, alert.reported_at = AlertState.REPORTED, alert.reported_at or unit.now
    ladder = unit.session.get(Ladder, incident_id)
    alert.sitrep_due = None
    asks = ladder and alert.duty == Duty.LEAD and wants_answer(conflict=incident.conflict, form=incident.form)
    if asks and ladder and ladder.policy["sitrep_every"]:
        alert.sitrep_due = unit.later(ladder.policy["sitrep_every"], always=ladder.policy["always"])
    changed(unit, incident, "incident.reported", who.id, sitrep, institution=for_whom)
    return sitrep


def escalate(unit: Unit, incident_id: str, who: Identity, reason: str) -> None:
    """Make the ladder climb at the next tick, whatever its timer says. Raises Refused."""
    incident = open_incident(unit, incident_id)
    if who.role in (Role.REPORTER, Role.AUDITOR):
        raise Refused("not_yours", "Peran ini tidak dapat mengeskalasi.")
    if not reason.strip():
        raise Refused("reason_required", "Eskalasi perlu alasan.")
    ladder = unit.session.get(Ladder, incident_id)
    if ladder is None:
        raise Refused("state", "Peristiwa ini belum punya tangga eskalasi.")
    ladder.stopped, ladder.next_at = None, unit.now
    changed(unit, incident, "incident.escalation_asked", who.id, reason=reason)


def verify(unit: Unit, incident_id: str, who: Identity, note: str = "") -> None:
    """Confirm that the incident is as told. Raises Refused."""
    incident = open_incident(unit, incident_id)
    if who.role not in (Role.VERIFIER, Role.COORDINATOR, Role.ADMIN, Role.MEMBER):
        raise Refused("not_yours", "Peran ini tidak dapat memverifikasi.")
    if incident.state == IncidentState.OPEN:
        incident.state = IncidentState.VERIFIED
    changed(unit, incident, VERIFIED, who.id, note=note)


def override(unit: Unit, incident_id: str, who: Identity, changes: dict[str, Any], reason: str) -> None:
    """Put an officer's issue, form, level or place over the machine's, which stays beside it. Raises Refused."""
    incident = open_incident(unit, incident_id)
    if who.role not in (Role.VERIFIER, Role.COORDINATOR, Role.ADMIN):
        raise Refused("not_yours", "Peran ini tidak dapat mengubah penilaian.")
    if not reason.strip():
        raise Refused("reason_required", "Perubahan penilaian perlu alasan.")
    before = {name: getattr(incident, name) for name in changes}
    if "level" in changes and changes["level"] > incident.level:
        incident.round += 1  # a rise re-alerts whoever was told
    for name, value in changes.items():
        setattr(incident, name, value)
    row: dict[str, Any] = {"id": derived("judgement", incident_id, unit.seq + 1), "incident_id": incident_id}
    row |= {"report_id": None, "by": who.id, "at": unit.now, "ruleset": "officer", "reason": reason}
    unit.add(Judgement, [{**row, "data": {"before": before, "after": changes}}])
    changed(unit, incident, "incident.assessed", who.id, before=before, after=changes, reason=reason)


def close(unit: Unit, incident_id: str, who: Identity, reason: str, *, dismissed: bool = False) -> None:
    """Settle or dismiss an incident, with a reason; its timers stop. Raises Refused."""
    incident = open_incident(unit, incident_id)
    if who.role in (Role.REPORTER, Role.AUDITOR, Role.LEADER):
        raise Refused("not_yours", "Peran ini tidak dapat menutup peristiwa.")
    if not reason.strip():
        raise Refused("reason_required", "Penutupan perlu alasan.")
    alerts = unit.session.scalars(select(Alert).where(Alert.incident_id == incident_id))  # type: ignore[arg-type]
    awaited = [alert for alert in alerts if chased(alert.duty, needed=alert.needed)]
    if who.role == Role.MEMBER and all(
        alert.institution != who.institution for alert in awaited if alert.duty == Duty.LEAD
    ):
        raise Refused("not_yours", "Hanya penanggung jawab, verifikator atau koordinator yang dapat menutup peristiwa.")
    unanswered = [alert.institution for alert in awaited if alert.state not in ANSWERED]
    incident.state = IncidentState.DISMISSED if dismissed else IncidentState.SETTLED
    incident.closed_at, incident.close_reason = unit.now, reason
    _stop_timers(unit, incident_id, CLOSED)
    kind = "incident.dismissed" if dismissed else "incident.settled"
    changed(unit, incident, kind, who.id, reason=reason, never_answered=unanswered)


def reopen(unit: Unit, incident_id: str, who: Identity, reason: str) -> None:
    """Open a settled or dismissed incident again, with a reason; whoever it concerns is told anew. Raises Refused."""
    incident = _incident(unit, incident_id)
    if who.role not in (Role.VERIFIER, Role.COORDINATOR, Role.ADMIN):
        raise Refused("not_yours", "Peran ini tidak dapat membuka kembali peristiwa.")
    if incident.state not in CLOSED_STATES:
        raise Refused("state", "Peristiwa ini tidak sedang ditutup.")
    if not reason.strip():
        raise Refused("reason_required", "Membuka kembali perlu alasan.")
    was = {"state": incident.state, "reason": incident.close_reason}
    incident.state, incident.closed_at, incident.close_reason = IncidentState.OPEN, None, None
    changed(unit, incident, REOPENED, who.id, reason=reason, was=was)


def _stop_timers(unit: Unit, incident_id: str, why: str) -> None:
    if ladder := unit.session.get(Ladder, incident_id):
        ladder.stopped, ladder.next_at = why, None
    for alert in unit.session.scalars(select(Alert).where(Alert.incident_id == incident_id)):  # type: ignore[arg-type]
        alert.remind_at = alert.sitrep_due = None


def merge(unit: Unit, incident_id: str, into_id: str, who: Identity, reason: str) -> None:
    """Fold one incident into another, reversibly: its reports move, nothing is overwritten. Raises Refused."""
    incident, into = open_incident(unit, incident_id), open_incident(unit, into_id)
    if incident.id == into.id:
        raise Refused("state", "Peristiwa tidak dapat digabung dengan dirinya sendiri.")
    if who.role not in (Role.VERIFIER, Role.COORDINATOR, Role.ADMIN):
        raise Refused("not_yours", "Peran ini tidak dapat menggabungkan peristiwa.")
    for report in _reports_of(unit, incident_id):
        report.folded_into = into_id
    was = {"state": incident.state, "into_level": into.level, "into_score": into.score}
    accuse(into, accused_in(into) | accused_in(incident))
    into.reports += incident.reports
    if incident.level > into.level:
        into.level, into.score, into.round = incident.level, max(into.score, incident.score), into.round + 1
    incident.state, incident.merged_into = IncidentState.MERGED, into_id
    _stop_timers(unit, incident_id, IncidentState.MERGED)
    _decide(unit, incident_id, into_id, who, "confirmed")
    changed(unit, incident, MERGED, who.id, into=into_id, reason=reason, was=was)
    changed(unit, into, "incident.changed", who.id, merged=incident_id)


def split(unit: Unit, incident_id: str, who: Identity, reason: str) -> None:
    """Undo a merge: the incident is open again with its own reports. Raises Refused."""
    incident = _incident(unit, incident_id)
    if who.role not in (Role.VERIFIER, Role.COORDINATOR, Role.ADMIN):
        raise Refused("not_yours", "Peran ini tidak dapat memisahkan peristiwa.")
    if incident.state != IncidentState.MERGED or incident.merged_into is None:
        raise Refused("state", "Peristiwa ini tidak sedang digabung.")
    into = _incident(unit, incident.merged_into)
    for report in _reports_of(unit, incident_id):
        report.folded_into = None if report.incident_id == incident_id else incident_id
    incident.merged_into = None
    unit.session.flush()
    above: Incident | None = into
    while above is not None:  # what it was merged into may have been merged further
        above.reports -= incident.reports
        accuse(above, without(unit.session, above, incident, _reports_of(unit, above.id)))
        above = _incident(unit, above.merged_into) if above.merged_into else None
    merging = _last_merge(unit, incident_id)
    was = merging.data["was"]
    if into.level == incident.level > was["into_level"]:  # it was the merge that raised it
        into.level, into.score = _without(unit, into, incident_id, merging)
    # Its timers are notify's to start again, when it hears of the split.
    incident.state = IncidentState(was["state"])
    _decide(unit, incident_id, into.id, who, "refused")
    changed(unit, incident, "incident.split", who.id, out_of=into.id, reason=reason)
    changed(unit, into, "incident.changed", who.id, split=incident_id)


def _reports_of(unit: Unit, incident_id: str) -> list[Report]:
    """Give the reports of an incident and of all that was merged into it, one after another."""
    found, level = [incident_id], [incident_id]
    while level:
        merged = select(Incident.id).where(Incident.merged_into.in_(level))  # type: ignore[union-attr, call-overload]
        level = [id_ for id_ in unit.session.scalars(merged) if id_ not in found]
        found += level
    return list(unit.session.scalars(select(Report).where(Report.incident_id.in_(found))))  # type: ignore[attr-defined]


def _last_merge(unit: Unit, incident_id: str) -> Journal:
    """Give the line of an incident's last merge, which says what it changed, as it had been."""
    lines = select(Journal).where(Journal.incident_id == incident_id, Journal.kind == MERGED)  # type: ignore[arg-type]
    return max(unit.session.scalars(lines), key=lambda line: line.seq)


def _without(unit: Unit, into: Incident, leaving: str, merging: Journal) -> tuple[int, int]:
    """Give level and score of an incident without one that leaves it: as before, or as raised by others since."""
    was = merging.data["was"]
    found = [(was["into_level"], was["into_score"])]
    others = select(Incident).where(Incident.merged_into == into.id, Incident.id != leaving)  # type: ignore[arg-type]
    found += [(other.level, other.score) for other in unit.session.scalars(others)]
    since = select(Judgement).where(Judgement.incident_id == into.id, Judgement.at > merging.at)  # type: ignore[arg-type]
    for judgement in unit.session.scalars(since):
        told = judgement.data.get("after", judgement.data)  # an officer's says what it changed
        if "level" in told:
            found.append((told["level"], told.get("score", was["into_score"])))
    return max(level for level, _ in found), max(score for _, score in found)


def refuse_merge(unit: Unit, suggestion_id: str, who: Identity) -> None:
    """Say that two incidents suggested as one are two. Raises Refused."""
    if who.role not in (Role.VERIFIER, Role.COORDINATOR, Role.ADMIN):
        raise Refused("not_yours", "Peran ini tidak dapat memutuskan usulan.")
    suggestion = unit.session.get(Suggestion, suggestion_id)
    if suggestion is None or suggestion.state != "open":
        raise Refused("not_found", "Usulan tidak ditemukan atau sudah diputuskan.")
    suggestion.state, suggestion.decided_at, suggestion.decided_by = "refused", unit.now, who.id
    unit.journal("suggestion.refused", who.id, incident=suggestion.incident_id, subject=suggestion_id)


def _decide(unit: Unit, one: str, other: str, who: Identity, state: str) -> None:
    pairs = select(Suggestion).where(Suggestion.incident_id.in_([one, other]), Suggestion.other_id.in_([one, other]))  # type: ignore[attr-defined]
    for suggestion in unit.session.scalars(pairs):
        suggestion.state, suggestion.decided_at, suggestion.decided_by = state, unit.now, who.id
