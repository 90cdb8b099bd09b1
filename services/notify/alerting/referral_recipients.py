"""Add those whom a coordinator named by hand to those whom routing names; keep whom an accusation has left out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from schemas.district import District
from schemas.policy.recipients import Recipient
from schemas.records.by_hand import Referral
from schemas.rows.alerts import AlertRow
from schemas.rows.incidents import IncidentRow
from schemas.vocabulary import Duty
from services.incidents.queries import BARRED_LINE
from services.incidents.referrals import objection
from services.notify.alerting.alert_rows import AlertRows
from services.policy.situation import ConflictStatus, Situation, barred, standing_for

WHY = "ditambahkan koordinator"  # its reason stays in the journal: whoever is asked for follow-up reads no names


def with_referrals(
    named: Sequence[Recipient], referrals: Iterable[Referral], case: Situation, district: District
) -> list[Recipient]:
    """Give everybody who is told; what somebody added is dropped only when it may not be told (any more)."""
    found = list(named)
    for one in referrals:
        if one.institution not in district.institutions or objection(case, district, one.institution) is not None:
            continue
        standing, unit = standing_for(one.institution, case, district)
        places = [number for number, other in enumerate(found) if (other.institution, other.unit) == (standing, unit)]
        duty = Duty(one.duty)
        for number in places:
            if found[number].duty == Duty.INFORM and duty == Duty.SUPPORT:
                found[number] = found[number].model_copy(update={"duty": duty, "why": (*found[number].why, WHY)})
        if not places:
            outside = not district.institutions[standing].kominda
            found.append(Recipient(institution=standing, unit=unit, duty=duty, why=(WHY,), redacted=outside))
    return found


def called_up(
    told: Mapping[tuple[str, str], AlertRow], named: Iterable[Recipient], referrals: Sequence[Referral]
) -> list[AlertRow]:
    """Give the alerts of those who were told for information and whom somebody has called to support since."""
    if not referrals:
        return []
    wanted = [one for one in named if one.duty == Duty.SUPPORT and WHY in one.why]
    found = [told.get((one.institution, one.unit or "")) for one in wanted]
    return [alert for alert in found if alert is not None and alert["duty"] == Duty.INFORM]


def journal_barred(books: AlertRows, row: IncidentRow, status: ConflictStatus | None) -> None:
    """Keep, once each, whom routing would have told and an accusation has left out: a coordinator decides (rule 10)."""
    case, district = books.case(row), books.desk.district
    out = barred(case.accused, district)
    if not out:
        return
    routes = books.desk.routes
    would = [one for one in routes.of(replace(case, accused=()), status) if one.institution in out]
    fresh = [one for one in would if one.institution not in books.barred_before[row["id"]]] if would else []
    if not fresh:
        return
    leads = next((one for one in routes.of(case, status) if one.duty == Duty.LEAD), None)
    lost = any(one.duty == Duty.LEAD for one in fresh)
    books.unit.audit(
        BARRED_LINE,
        "notify",
        incident=row["id"],
        codes=[one.institution for one in fresh],
        institutions=[district.called(one.institution, one.unit) for one in fresh],
        accused=[district.called(code) for code in case.accused if code in district.institutions],
        instead=district.called(leads.institution, leads.unit) if lost and leads else "",
    )
