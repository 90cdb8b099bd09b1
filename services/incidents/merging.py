"""Merge incidents, split them again, refuse a suggested merge."""

from collections.abc import Mapping
from typing import Any

from schemas.records.audit_log import Journal
from schemas.records.incidents import Incident, Judgement, Suggestion
from schemas.vocabulary import EventKind, Handling, IncidentState, LadderStop, Level, Origin
from services.incidents import queries
from services.incidents.accusations import accuse, accused_in, without
from services.incidents.changes import allowed, changed, find_incident, open_incident
from services.incidents.lifecycle import first_of_two, stand_for, stop_timers
from services.incidents.situation_of import FLAGS, WEAPONS, joined, without_counts, without_traits
from services.policy.situation import ACCUSED
from services.security.auth import Identity
from services.security.permissions import Act
from services.security.refusal import Refused
from services.store.transaction import Transaction

PLACED = ("kabupaten", "kecamatan", "desa")
TOLD = "told"  # of a place: the reporter's own words
# What a merge takes over from the one in which something happened, where the other told that nothing did.
JUDGED = ("issue", "sub_issue", "issue_secondary", "form", "stage", "handling", "conflict")


def merge(
    tx: Transaction, incident_id: str, into_id: str, who: Identity, reason: str, proposed_by: str | None = None
) -> None:
    """Fold one incident into another, reversibly: its reports move, nothing is overwritten. Raises Refused.

    `proposed_by` is the first of two people, where `who` is the second (services/incidents/decisions/proposals.py).
    """
    incident, into = can_merge(tx, incident_id, into_id)
    allowed(who, Act.CONFIRM if proposed_by else Act.MERGE, "role_cannot_merge")
    for report in queries.reports_of(tx, incident_id):
        report.folded_into = into_id
    was = {"state": incident.state, "into_level": into.level, "into_score": into.score}
    was["into"] = {name: getattr(into, name) for name in JUDGED}
    was |= _join(incident, into)
    if incident.conflict and not into.conflict:  # what happened is what the one tells in which something did
        for name in JUDGED:
            setattr(into, name, getattr(incident, name))
    accuse(into, accused_in(into) | accused_in(incident))
    into.reports += incident.reports
    if incident.level > into.level:
        into.level, into.score, into.round = incident.level, max(into.score, incident.score), into.round + 1
        stand_for(into)
    incident.state, incident.merged_into = IncidentState.MERGED, into_id
    was["timers"] = stop_timers(tx, incident_id, LadderStop.MERGED)
    _decide(tx, incident_id, into_id, who, "confirmed")
    changed(
        tx,
        incident,
        EventKind.INCIDENT_MERGED,
        who.id,
        into=into_id,
        reason=reason,
        was=was,
        **first_of_two(proposed_by),
    )
    changed(tx, into, EventKind.INCIDENT_CHANGED, who.id, merged=incident_id)


def can_merge(tx: Transaction, incident_id: str, into_id: str) -> tuple[Incident, Incident]:
    """Give the two incidents, both open and of one kind. Raises Refused."""
    incident, into = open_incident(tx, incident_id), open_incident(tx, into_id)
    if incident.id == into.id:
        raise Refused("merge_with_itself")
    if Origin.WARNING in (incident.origin, into.origin):
        raise Refused("merge_of_warning")
    if incident.exercise != into.exercise:  # an exercise leaves people out and ends by itself: what is real would too
        raise Refused("merge_of_exercise")
    return incident, into


def split(tx: Transaction, incident_id: str, who: Identity, reason: str) -> None:
    """Undo a merge: the incident is open again with its own reports. Raises Refused."""
    incident = find_incident(tx, incident_id)
    allowed(who, Act.MERGE, "role_cannot_split")
    if incident.state != IncidentState.MERGED or incident.merged_into is None:
        raise Refused("not_merged")
    into = find_incident(tx, incident.merged_into)
    for report in queries.reports_of(tx, incident_id):
        report.folded_into = None if report.incident_id == incident_id else incident_id
    incident.merged_into = None
    tx.session.flush()
    below, above, chain = incident, into, list[Incident]()
    while True:  # what it was merged into may have been merged further
        chain.append(above)
        above.reports -= incident.reports
        accuse(above, without(tx.session, above, incident, queries.reports_of(tx, above.id)))
        _take_apart(tx, above, incident, below)
        if above.merged_into is None:
            break
        below, above = above, find_incident(tx, above.merged_into)
    was = queries.last_line(tx, incident_id, EventKind.INCIDENT_MERGED).data["was"]
    # Its timers are notify's to start again, when it hears of the split.
    incident.state = IncidentState(was["state"])
    _decide(tx, incident_id, into.id, who, "refused")
    changed(tx, incident, EventKind.INCIDENT_SPLIT, who.id, out_of=into.id, reason=reason)
    for one in chain:
        changed(tx, one, EventKind.INCIDENT_CHANGED, who.id, split=incident_id)


def _join(incident: Incident, into: Incident) -> dict[str, Any]:
    """Let an incident tell of what another one tells, and give what of it was otherwise.

    Its figures, parties, and its place where it had none. The words of a place field are the reporter's, and stay out
    of the log.
    """
    was: dict[str, Any] = {"facts": _traits(into.facts), "parties": list(into.parties)}
    figures = {name: told for name, told in incident.facts.items() if name != ACCUSED}
    into.facts = joined(into.facts, figures)
    into.parties = sorted({*into.parties, *incident.parties})
    if into.kecamatan is None and incident.kecamatan is not None:
        was["kabupaten"] = into.kabupaten
        was["place"] = {name: value for name, value in into.place.items() if name != TOLD}
        _put_at(into, incident.place, {name: getattr(incident, name) for name in PLACED})
    return was


def _traits(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {name: facts[name] for name in (*FLAGS, WEAPONS) if name in facts}


def _put_at(incident: Incident, place: Mapping[str, Any], codes: Mapping[str, Any]) -> None:
    """Let an incident be at a place; what its own reporters wrote of that stays."""
    told = incident.place.get(TOLD)
    incident.place = dict(place) | ({TOLD: told} if told else {})
    for name in PLACED:
        setattr(incident, name, codes.get(name))


def _take_apart(tx: Transaction, into: Incident, leaving: Incident, below: Incident) -> None:
    """Take out of an incident what one that leaves it brought; `below` is the one merged into it that held that."""
    merging = queries.last_line(tx, below.id, EventKind.INCIDENT_MERGED)
    was = merging.data["was"]
    others = [other for other in queries.merged_into(tx, into.id) if other.id != leaving.id]
    judged = [one.data.get("facts", {}) for one in queries.judgements_of(tx.session, queries.reports_of(tx, into.id))]
    figures = without_counts(into.facts, {report.id for report in queries.reports_of(tx, leaving.id)})
    into.facts = without_traits(
        figures, leaving.facts, [was.get("facts", into.facts), *judged, *(other.facts for other in others)]
    )
    still = {*was.get("parties", into.parties)} | {party for other in others for party in other.parties}
    still |= {party for told in judged for party in told.get("parties", ())}
    into.parties = [party for party in into.parties if party in still or party not in leaving.parties]
    if "place" in was and all(getattr(into, name) == getattr(leaving, name) for name in PLACED):
        _put_at(into, was["place"], {"kabupaten": was["kabupaten"]})
    _give_back(tx, into, leaving, merging)


def _give_back(tx: Transaction, into: Incident, leaving: Incident, merging: Journal) -> None:
    """Judge an incident without one that leaves it: as before the merge, or as others have raised it since."""
    was = merging.data["was"]
    others = [other for other in queries.merged_into(tx, into.id) if other.id != leaving.id]
    since = [_told(one) for one in queries.judgements_after(tx, into.id, merging)]
    if into.level == leaving.level > was["into_level"]:  # it was the merge that raised it
        found = [(was["into_level"], was["into_score"]), *((other.level, other.score) for other in others)]
        found += [(told["level"], told.get("score", was["into_score"])) for told in since if "level" in told]
        into.level, into.score = max(level for level, _ in found), max(score for _, score in found)
    judged = was.get("into", {})  # an earlier version kept none of it
    if into.conflict and leaving.conflict and not judged.get("conflict", True):
        if not any(other.conflict for other in others) and not any(map(_says_conflict, since)):
            given = {name for told in since for name in told if "conflict" not in told}  # by officers
            for name in judged.keys() - given:
                setattr(into, name, judged[name])
    elif into.level == was["into_level"] and judged.get("handling") == Handling.VERIFY_FIRST:
        sure = any(told.get("handling", Handling.VERIFY_FIRST) != Handling.VERIFY_FIRST for told in since)
        into.handling = into.handling if sure else Handling.VERIFY_FIRST  # that the merge raised it vouched for it


def _told(judgement: Judgement) -> dict[str, Any]:
    """Give the values of a judgement: of an officer's, what it changed."""
    told: dict[str, Any] = judgement.data.get("after", judgement.data)
    return told


def _says_conflict(told: Mapping[str, Any]) -> bool:
    return bool(told.get("conflict", told.get("level", Level.RENDAH) > Level.RENDAH))


def refuse_merge(tx: Transaction, suggestion_id: str, who: Identity) -> None:
    """Say that two incidents suggested as one are two. Raises Refused."""
    allowed(who, Act.MERGE, "role_cannot_decide_suggestions")
    suggestion = tx.session.get(Suggestion, suggestion_id)
    if suggestion is None or suggestion.state != "open":
        raise Refused("suggestion_gone")
    suggestion.state, suggestion.decided_at, suggestion.decided_by = "refused", tx.now, who.id
    tx.audit("suggestion.refused", who.id, incident=suggestion.incident_id, subject=suggestion_id)


def _decide(tx: Transaction, one: str, other: str, who: Identity, state: str) -> None:
    for suggestion in queries.suggestions_between(tx, one, other):
        suggestion.state, suggestion.decided_at, suggestion.decided_by = state, tx.now, who.id
