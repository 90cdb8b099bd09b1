"""Say which acts to offer a reader; services/acts.py decides again when one is asked for. Pure."""

from schemas.district import District
from schemas.vocabulary import Duty, Level, Role
from services.acts import ANSWERED, CLOSED_STATES, OPEN_STATES
from services.auth import Identity
from services.console.reach import Reach
from services.console.views import Choices, IncidentView
from services.referrals import REFERRERS, offered
from services.situation import Situation, standing_for

JUDGES = (Role.VERIFIER, Role.COORDINATOR, Role.ADMIN)


def choices_of(view: IncidentView, reader: Identity, district: District) -> Choices:
    """Say which acts to offer a reader; services/acts.py decides again when one is asked for."""
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
        verify=view.state == "open" and reader.role in (Role.VERIFIER, Role.COORDINATOR, Role.ADMIN, Role.MEMBER),
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
    case = Situation(
        issue=view.issue,
        form=view.form,
        level=Level[view.level],
        kecamatan=view.place.kecamatan,
        desa=view.place.desa,
        accused=view.accused,
        exercise=view.exercise,
    )
    # Who was told for information may be called to support, and stays on offer.
    told = {(alert.institution, alert.unit) for alert in view.alerts if alert.duty != Duty.INFORM}
    offer = offered(case, district, told)
    groups = (("stand_ins", offer.stand_ins), ("others", offer.others))
    return tuple(
        (group, tuple((code, district.called(*standing_for(code, case, district))) for code in codes))
        for group, codes in groups
        if codes
    )
