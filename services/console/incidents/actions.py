"""Turn a page's form into an act of services/incidents/responses.py."""

from collections.abc import Callable, Mapping
from typing import Any

from schemas.district import District
from schemas.records import Suggestion
from schemas.rows import IncidentRow
from schemas.vocabulary import ANSWERED, CLOSED_STATES, OPEN_STATES, Duty, Level, Role
from services.console.incidents.queries import alerts_of, find
from services.console.incidents.views import Choices, IncidentView
from services.incidents import lifecycle, merging, responses
from services.incidents.access import Reach, named_persons_only
from services.incidents.referrals import REFERRERS, offered, refer
from services.incidents.situation_of import situation_of
from services.policy.situation import standing_for
from services.security.auth import Identity
from services.security.refusal import Refused
from services.store.transaction import Transaction

Form = Mapping[str, str]
SITREP_LIMIT = 8000  # characters, as of a report
REASON_LIMIT = 1000


def _acknowledge(tx: Transaction, _: District, id_: str, who: Identity, form: Form) -> str:
    stands_in = form.get("institution") not in (None, "", who.institution)
    answer = responses.acknowledge(
        tx,
        id_,
        who,
        institution=form.get("institution") or None,
        how="phone" if stands_in else "page",
        reason=form.get("reason", "")[:REASON_LIMIT] or None,
    )
    return "terima" if answer.first else "lagi"


def _report(tx: Transaction, _: District, id_: str, who: Identity, form: Form) -> str:
    responses.report_situation(
        tx, id_, who, form.get("text", "")[:SITREP_LIMIT], institution=form.get("institution") or None
    )
    return "lapjut"


def _verify(tx: Transaction, _: District, id_: str, who: Identity, form: Form) -> str:
    lifecycle.verify(tx, id_, who, form.get("note", "")[:REASON_LIMIT])
    return "verifikasi"


def _escalate(tx: Transaction, _: District, id_: str, who: Identity, form: Form) -> str:
    responses.escalate(tx, id_, who, form.get("reason", "")[:REASON_LIMIT])
    return "eskalasi"


def _assess(tx: Transaction, district: District, id_: str, who: Identity, form: Form) -> str:
    changes = changes_of({name: form[name] for name in ("issue", "form", "level") if form.get(name)}, district)
    lifecycle.override(tx, id_, who, changes, form.get("reason", "")[:REASON_LIMIT])
    return "penilaian"


def _close(tx: Transaction, _: District, id_: str, who: Identity, form: Form) -> str:
    dismissed = form.get("outcome") == "dismissed"
    lifecycle.close(tx, id_, who, form.get("reason", "")[:REASON_LIMIT], dismissed=dismissed)
    return "tutup"


def _reopen(tx: Transaction, _: District, id_: str, who: Identity, form: Form) -> str:
    lifecycle.reopen(tx, id_, who, form.get("reason", "")[:REASON_LIMIT])
    return "buka"


def _merge(tx: Transaction, district: District, id_: str, who: Identity, form: Form) -> str:
    reason, into = form.get("reason", "")[:REASON_LIMIT], form.get("into", "")
    if not reason:
        raise Refused("merge_needs_reason")
    merge(tx, district, id_, into, who, reason)
    return "gabung"


def merge(tx: Transaction, district: District, id_: str, into: str, who: Identity, reason: str) -> None:
    """Fold one incident into another that `who` may know of; raises Refused.

    A matter of named persons joins none that others read: its reports would be theirs to read.
    """
    one, other = (find(tx.session, who, district, code) for code in (id_, into))
    if one is None or other is None:
        raise Refused("merge_target_not_found")
    if named_persons_only(one, district) != named_persons_only(other, district):
        raise Refused("merge_named_issue")
    merging.merge(tx, id_, into, who, reason)


def _split(tx: Transaction, _: District, id_: str, who: Identity, form: Form) -> str:
    reason = form.get("reason", "")[:REASON_LIMIT]
    if not reason:
        raise Refused("split_needs_reason")
    merging.split(tx, id_, who, reason)
    return "pisah"


def _differ(tx: Transaction, _: District, id_: str, who: Identity, form: Form) -> str:
    suggestion = tx.session.get(Suggestion, form.get("suggestion", ""))
    if suggestion is None or id_ not in (suggestion.incident_id, suggestion.other_id):
        raise Refused("suggestion_gone")
    if who.role not in JUDGES:
        raise Refused("role_cannot_decide_suggestions")
    merging.refuse_merge(tx, suggestion.id, who)
    return "beda"


def _refer(tx: Transaction, district: District, id_: str, who: Identity, form: Form) -> str:
    duty = Duty.INFORM if form.get("duty") == Duty.INFORM else Duty.SUPPORT
    refer(tx, district, id_, who, form.get("institution", ""), duty, form.get("reason", "")[:REASON_LIMIT])
    return "tambah"


def _see(tx: Transaction, _: District, id_: str, who: Identity, __: Form) -> str:
    for alert in alerts_of(tx.session, [id_]).get(id_, ()):
        if alert.institution == who.institution and alert.unit in ("", who.unit):
            responses.see(tx, alert.id, who.id)
    return "dilihat"


ACTS: dict[str, Callable[[Transaction, District, str, Identity, Form], str]] = {
    "terima": _acknowledge,
    "lapjut": _report,
    "verifikasi": _verify,
    "eskalasi": _escalate,
    "penilaian": _assess,
    "tutup": _close,
    "buka": _reopen,
    "gabung": _merge,
    "pisah": _split,
    "beda": _differ,
    "tambah": _refer,
    "dilihat": _see,
}


def perform(tx: Transaction, district: District, id_: str, who: Identity, act: str, form: Form) -> str:
    """Do one act; returns the word of what was done. Raises Refused."""
    return ACTS[act](tx, district, id_, who, form)


def changes_of(given: Mapping[str, Any], district: District) -> dict[str, Any]:
    """Read an officer's values into columns of an incident; raises Refused when one is unknown or there is none.

    `level` is a name; `kecamatan` and `desa` are codes, and a desa brings its kecamatan.
    """
    changes: dict[str, Any] = {}
    for name, known in (("issue", district.issues), ("form", district.forms)):
        if value := given.get(name):
            if value not in known:
                raise Refused("value_unknown", name=name)
            changes[name] = value
    if value := given.get("level"):
        if value not in Level.__members__:
            raise Refused("value_unknown", name="level")
        changes["level"] = int(Level[value])
    for name in ("kecamatan", "desa"):
        if value := given.get(name):
            place = district.places.get(value)
            if place is None or (name == "kecamatan") != (place.kind == "kecamatan"):
                raise Refused("value_unknown", name=name)
            changes |= {name: value, "kecamatan": place.kecamatan or value, "kabupaten": place.kabupaten}
    if not changes:
        raise Refused("nothing_changed")
    return changes | _conflict_by(changes, district)


def _conflict_by(changes: Mapping[str, Any], district: District) -> dict[str, bool]:
    """Return what a form given by an officer says of conflict: of what did not happen nobody asks an answer."""
    return {"conflict": changes["form"] != district.nil} if "form" in changes else {}


JUDGES = (Role.VERIFIER, Role.COORDINATOR, Role.ADMIN)


def choices_of(view: IncidentView, reader: Identity, district: District) -> Choices:
    """Say which acts to offer a reader; services/incidents/responses.py decides again when one is asked for."""
    open_ = view.state in OPEN_STATES
    stands_in = open_ and reader.role in (Role.COORDINATOR, Role.ADMIN)
    acts = open_ and reader.role not in (Role.REPORTER, Role.AUDITOR)
    own = [alert for alert in view.alerts if alert.institution == reader.institution]
    unanswered = tuple(
        dict.fromkeys(
            (alert.institution, alert.institution_name) for alert in view.alerts if alert.state not in ANSWERED
        )
    )
    others = tuple(pair for pair in unanswered if pair[0] != reader.institution)
    every = tuple(dict.fromkeys((alert.institution, alert.institution_name) for alert in view.alerts))
    own_pair = tuple(dict.fromkeys((alert.institution, alert.institution_name) for alert in own))
    return Choices(
        acknowledge_own=reader.institution if acts and any(alert.state not in ANSWERED for alert in own) else None,
        answer_owed=any(alert.duty != Duty.INFORM and alert.state not in ANSWERED for alert in own),
        acknowledge_for=others if stands_in else (),
        sitrep_for=every if stands_in else own_pair if acts else (),
        verify=open_ and not view.verified and reader.role in (*JUDGES, Role.MEMBER),
        escalate=acts and view.ladder is not None,
        close=acts and reader.role != Role.LEADER,
        reopen=view.state in CLOSED_STATES and reader.role in JUDGES,
        assess=open_ and reader.role in JUDGES,
        split=view.merged_into is not None and reader.role in JUDGES,
        refer=_to_add(view, district) if open_ and reader.role in REFERRERS and view.reach == Reach.FULL else (),
        silence=stands_in and view.reach == Reach.FULL and Level[view.level] < Level.KRITIS,
    )


def _to_add(view: IncidentView, district: District) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """Give who may be told besides, in groups: who may stand in for an accused agency first."""
    shown: IncidentRow = {
        "issue": view.issue,
        "sub_issue": None,
        "form": view.form,
        "level": Level[view.level],
        "kecamatan": view.place.kecamatan,
        "desa": view.place.desa,
        "facts": {"accused_agencies": view.accused},
        "reasons": [],
        "exercise": view.exercise,
    }
    case = situation_of(shown)
    # Who was told for information may be called to support, and stays on offer.
    told = {(alert.institution, alert.unit) for alert in view.alerts if alert.duty != Duty.INFORM}
    offer = offered(case, district, told)
    groups = (("stand_ins", offer.stand_ins), ("others", offer.others))
    return tuple(
        (group, tuple((code, district.called(*standing_for(code, case, district))) for code in codes))
        for group, codes in groups
        if codes
    )
