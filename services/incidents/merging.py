"""Merge incidents, split them again, refuse a suggested merge."""

from sqlalchemy import select

from schemas.records import Incident, Journal, Judgement, Report, Suggestion
from schemas.vocabulary import IncidentState, Role
from services.incidents.accusations import accuse, accused_in, without
from services.incidents.changes import MERGED, changed, find_incident, open_incident
from services.incidents.lifecycle import stop_timers
from services.security.auth import Identity
from services.security.refusal import Refused
from services.store.database import Unit


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
    stop_timers(unit, incident_id, IncidentState.MERGED)
    _decide(unit, incident_id, into_id, who, "confirmed")
    changed(unit, incident, MERGED, who.id, into=into_id, reason=reason, was=was)
    changed(unit, into, "incident.changed", who.id, merged=incident_id)


def split(unit: Unit, incident_id: str, who: Identity, reason: str) -> None:
    """Undo a merge: the incident is open again with its own reports. Raises Refused."""
    incident = find_incident(unit, incident_id)
    if who.role not in (Role.VERIFIER, Role.COORDINATOR, Role.ADMIN):
        raise Refused("not_yours", "Peran ini tidak dapat memisahkan peristiwa.")
    if incident.state != IncidentState.MERGED or incident.merged_into is None:
        raise Refused("state", "Peristiwa ini tidak sedang digabung.")
    into = find_incident(unit, incident.merged_into)
    for report in _reports_of(unit, incident_id):
        report.folded_into = None if report.incident_id == incident_id else incident_id
    incident.merged_into = None
    unit.session.flush()
    above: Incident | None = into
    while above is not None:  # what it was merged into may have been merged further
        above.reports -= incident.reports
        accuse(above, without(unit.session, above, incident, _reports_of(unit, above.id)))
        above = find_incident(unit, above.merged_into) if above.merged_into else None
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
