"""Say who is told of a warning and whose answer is needed: members of the forum, by the district's policy. Pure."""

from schemas.district import District
from schemas.policy.recipients import Recipient
from schemas.rows.incidents import IncidentRow
from schemas.vocabulary import Duty, Origin
from schemas.warnings import WarningKind
from services.incidents.situation_of import situation_of
from services.policy.situation import barred, spared_by_exercise

ONLY_READ = (WarningKind.DATE, WarningKind.SILENT)  # kinds of which the others are told, and need not answer


def is_warning(row: IncidentRow) -> bool:
    """Say whether a row of `incident` is a warning's."""
    return row["origin"] == Origin.WARNING


def recipients_of(row: IncidentRow, district: District) -> list[Recipient]:
    """Give everyone who is told of a warning, the lead first.

    The forum's own lead of the issue leads (`kominda_lead`), the coordinator and the members that `[warnings] tell`
    names support, and each whose answer `needs` names answers for itself. A vulnerable date and a silent kecamatan ask
    the lead only. Of an issue for named persons only nobody is told but the lead and whom its matrix names. Who is
    accused in an incident behind the warning is left out; the coordinator leads instead of an accused lead.
    """
    policy, case = district.warnings, situation_of(row)
    issue = district.issues.get(row["issue"]) or district.issues[district.other_issue]
    kind = row["facts"]["warning"]["kind"]
    out = barred(case.accused, district) | spared_by_exercise(case, district)
    coordinator = district.overlays.coordinator
    lead = coordinator if kind == WarningKind.SILENT else issue.kominda_lead
    if lead in out or lead in district.overlays.never_lead:
        lead = coordinator
    members = [lead, coordinator, *policy.tell]
    if issue.named_persons_only:
        matrix = {issue.lead, *issue.support, *issue.inform}
        members = [lead, *(code for code in policy.tell if code in matrix)]
    told = [code for code in dict.fromkeys(members) if code not in out]
    if not told:  # lead and coordinator are both accused: whoever of the forum is left
        told = [code for code in district.institutions if code not in out and district.institutions[code].kominda][:1]
    return [
        Recipient(
            institution=code,
            duty=Duty.LEAD if number == 0 else _other_duty(kind),
            why=(_why(number, kind),),
            needed=number > 0 and code in policy.needs and kind not in ONLY_READ,
            redacted=not district.institutions[code].kominda,
        )
        for number, code in enumerate(told)
    ]


def _other_duty(kind: str) -> Duty:
    return Duty.INFORM if kind in ONLY_READ else Duty.SUPPORT


def _why(number: int, kind: str) -> str:
    return f"peringatan dini ({kind}): {'penanggung jawab di forum' if number == 0 else 'anggota forum'}"
