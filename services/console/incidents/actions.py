"""Turn a page's form into an act of services/incidents/responses.py."""

from collections.abc import Callable, Mapping
from typing import Any

from schemas.district import District
from schemas.records.by_hand import Proposal
from schemas.records.incidents import Suggestion
from schemas.records.people import Person
from schemas.rows.incidents import IncidentRow
from schemas.vocabulary import ANSWERED, CLOSED_STATES, OPEN_STATES, Duty, Level, Role
from services.console.incidents.queries import alerts_of, find
from services.console.incidents.views import Choices, IncidentView
from services.console.together import meanwhile
from services.incidents import lifecycle, merging, responses
from services.incidents.access import READABLE, Reach, acting, permit
from services.incidents.decisions import proposals
from services.incidents.queries import alerts_to
from services.incidents.referrals import offered, refer
from services.incidents.situation_of import situation_of
from services.policy.situation import ACCUSED, standing_for
from services.security.auth import Identity, identity_of
from services.security.permissions import Act, may, suffices
from services.security.refusal import Refused
from services.store.transaction import Session, Transaction

Form = Mapping[str, str]
SITREP_LIMIT = 8000  # characters, as of a report
REASON_LIMIT = 1000


def permitted(session: Session, who: Identity, district: District, id_: str, act: Act) -> Identity:
    """Give `who` as he acts in this incident; raises Refused: what is not there for him is not found."""
    incident = find(session, who, district, id_)
    if incident is None:
        raise Refused("incident_not_found")
    permit(who, incident, alerts_to(session, id_, who.institution), act, district)
    return acting(who, incident, district)


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


def _done_or_proposed(verdict: proposals.Verdict, word: str) -> str:
    return "usul" if verdict.proposal else word


def _verify(tx: Transaction, _: District, id_: str, who: Identity, form: Form) -> str:
    lifecycle.verify(tx, id_, who, form.get("note", "")[:REASON_LIMIT])
    return "verifikasi"


def _escalate(tx: Transaction, _: District, id_: str, who: Identity, form: Form) -> str:
    responses.escalate(tx, id_, who, form.get("reason", "")[:REASON_LIMIT])
    return "eskalasi"


def _assess(tx: Transaction, district: District, id_: str, who: Identity, form: Form) -> str:
    changes = changes_of({name: form[name] for name in ("issue", "form", "level") if form.get(name)}, district)
    verdict = proposals.assess(tx, district, id_, who, changes, form.get("reason", "")[:REASON_LIMIT])
    return _done_or_proposed(verdict, "penilaian")


def _close(tx: Transaction, district: District, id_: str, who: Identity, form: Form) -> str:
    dismissed, reason = form.get("outcome") == "dismissed", form.get("reason", "")[:REASON_LIMIT]
    return _done_or_proposed(proposals.close(tx, district, id_, who, reason, dismissed=dismissed), "tutup")


def _agree(tx: Transaction, district: District, id_: str, who: Identity, form: Form) -> str:
    decide(tx, district, id_, form.get("proposal", ""), who, agrees=True, reason="")
    return "setuju"


def _refuse(tx: Transaction, district: District, id_: str, who: Identity, form: Form) -> str:
    reason = form.get("reason", "")[:REASON_LIMIT]
    decide(tx, district, id_, form.get("proposal", ""), who, agrees=False, reason=reason)
    return "tolak"


def _reopen(tx: Transaction, _: District, id_: str, who: Identity, form: Form) -> str:
    lifecycle.reopen(tx, id_, who, form.get("reason", "")[:REASON_LIMIT])
    return "buka"


def _merge(tx: Transaction, district: District, id_: str, who: Identity, form: Form) -> str:
    reason, into = form.get("reason", "")[:REASON_LIMIT], form.get("into", "")
    if not reason:
        raise Refused("merge_needs_reason")
    return _done_or_proposed(merge(tx, district, id_, into, who, reason), "gabung")


def merge(tx: Transaction, district: District, id_: str, into: str, who: Identity, reason: str) -> proposals.Verdict:
    """Fold one incident into another that `who` may know of, or propose that; raises Refused."""
    _known(tx, district, who, into, Act.MERGE)
    return proposals.merge(tx, district, id_, into, who, reason)


def decide(
    tx: Transaction, district: District, id_: str, proposal: str, who: Identity, *, agrees: bool, reason: str
) -> None:
    """Agree with what is proposed or refuse it; to a merge agrees who may know of both. Raises Refused."""
    one = tx.session.get(Proposal, proposal)
    if agrees and one is not None and one.kind == proposals.MERGE:
        _known(tx, district, who, one.changes["into"], Act.CONFIRM)
    proposals.decide(tx, district, id_, proposal, who, agrees=agrees, reason=reason)


def _known(tx: Transaction, district: District, who: Identity, into: str, act: Act) -> None:
    """Refuse who may not know of the other incident or do this to it; raises Refused.

    Whoever acts as coordinator where the desk is accused does so in that incident alone: here he is himself again.
    """
    person = tx.session.get(Person, who.id)
    reader = identity_of(person) if person else who
    other = find(tx.session, reader, district, into)
    if other is None:
        raise Refused("merge_target_not_found")
    permit(reader, other, alerts_to(tx.session, into, reader.institution), act, district)


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
    "setuju": _agree,
    "tolak": _refuse,
}
ASKED: dict[str, Act] = {  # what each act is in the table of roles and acts (services/security/permissions.py)
    "terima": Act.ANSWER,
    "lapjut": Act.ANSWER,
    "verifikasi": Act.VERIFY,
    "eskalasi": Act.ESCALATE,
    "penilaian": Act.ASSESS,
    "tutup": Act.CLOSE,
    "buka": Act.REOPEN,
    "gabung": Act.MERGE,
    "pisah": Act.MERGE,
    "beda": Act.MERGE,
    "tambah": Act.REFER,
    "dilihat": Act.READ,
    "setuju": Act.CONFIRM,
    "tolak": Act.CONFIRM,
}


def asked_of(act: str, who: Identity, institution: str | None) -> Act:
    """Give the act of a word; to answer for another institution is another act than to answer for one's own."""
    for_another = institution not in (None, "", who.institution)
    return Act.ANSWER_FOR if ASKED[act] is Act.ANSWER and for_another else ASKED[act]


def perform(tx: Transaction, district: District, id_: str, who: Identity, act: str, form: Form) -> str:
    """Do one act, if it is this reader's to do; returns the word of what was done. Raises Refused, ChangedMeanwhile."""
    as_who = permitted(tx.session, who, district, id_, asked_of(act, who, form.get("institution")))
    meanwhile.look(tx, id_, as_who, act, form)
    return ACTS[act](tx, district, id_, as_who, form)


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


def choices_of(view: IncidentView, reader: Identity, district: District) -> Choices:
    """Say which acts to offer a reader; `permitted` decides again when one is asked for."""
    open_ = view.state in OPEN_STATES
    role = Role.COORDINATOR if view.decides else reader.role

    def offers(act: Act) -> bool:
        return may(role, act) and suffices(act, READABLE[Reach(view.reach)])

    stands_in = open_ and offers(Act.ANSWER_FOR)
    acts = open_ and offers(Act.ANSWER)
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
        verify=open_ and not view.verified and offers(Act.VERIFY),
        escalate=acts and view.ladder is not None and offers(Act.ESCALATE),
        close=open_ and offers(Act.CLOSE),
        reopen=view.state in CLOSED_STATES and offers(Act.REOPEN),
        assess=open_ and offers(Act.ASSESS),
        split=view.merged_into is not None and offers(Act.MERGE),
        refer=_to_add(view, district) if open_ and offers(Act.REFER) else (),
        silence=stands_in and may(reader.role, Act.SILENCE) and Level[view.level] < Level.KRITIS,
        confirm=open_ and offers(Act.CONFIRM),
        unmask=offers(Act.UNMASK),
    )


def _to_add(view: IncidentView, district: District) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """Give who may be told besides, in groups: who may stand in for an accused agency first."""
    shown: IncidentRow = {
        "issue": view.issue,
        "sub_issue": None,
        "issue_secondary": view.issue_secondary,
        "form": view.form,
        "level": Level[view.level],
        "kecamatan": view.place.kecamatan,
        "desa": view.place.desa,
        "facts": {ACCUSED: view.accused},
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
