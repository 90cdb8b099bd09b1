"""Turn rows of what needs a person into lines of the queue. Pure."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from schemas.district import District
from schemas.records.alerts import Alert, Ladder
from schemas.records.incidents import Incident
from schemas.vocabulary import Level
from services.console.incidents.presenter.composer import Composer
from services.console.queue.queries import MOST, Pressing
from services.incidents.access import Reach

ALIKE = timedelta(seconds=90)
KINDS = ("silent", "declined", "stuck", "proposals", "unverified", "suggestions", "due")


@dataclass(frozen=True)
class Entry:
    """One line: what is wrong, with what, whose turn, until when; `start` is when its time began."""

    kind: str
    incident: str
    level: str
    issue: str
    place: str
    kecamatan: str  # empty: somewhere in the district
    institution: str
    start: datetime
    due: datetime | None
    step: int | None = None  # of the ladder, taken next
    step_at: datetime | None = None
    other: str | None = None  # the incident that may be the same
    exercise: bool = False
    full: bool = True  # its reader may see all of it


def entries(found: Pressing, composer: Composer, district: District, kind: str = "", most: int = MOST) -> list[Entry]:
    """Give the queue's lines in the order in which they should be looked at, of one kind or of all, `most` of each."""
    shown = {one: most if kind in ("", one) else 0 for one in KINDS}
    lines = list(_lines(found, composer, district, shown))
    rank = {kind: number for number, kind in enumerate(KINDS)}
    grave = {level.name: level.value for level in Level}
    return sorted(lines, key=lambda one: (-grave[one.level], rank[one.kind], one.due or one.start))


def _lines(found: Pressing, composer: Composer, district: District, shown: Mapping[str, int]) -> Iterator[Entry]:
    for kind, alerts in (
        ("silent", found.silent),
        ("declined", found.declined),
        ("stuck", found.stuck),
        ("due", found.due),
    ):
        for alert in alerts[: shown[kind]]:
            incident = found.incidents.get(alert.incident_id)
            if incident is None:
                continue
            yield _of_alert(kind, alert, incident, found, composer, district)
    for proposal in found.proposals[: shown["proposals"]]:
        if proposal.incident_id in found.incidents:
            row = found.incidents[proposal.incident_id]
            yield _line("proposals", row, composer, "", proposal.made_at)
    for incident in found.unverified[: shown["unverified"]]:
        yield _line("unverified", incident, composer, "", incident.opened_at)
    for one in found.suggestions[: shown["suggestions"]]:
        if one.incident_id in found.incidents:
            row = found.incidents[one.incident_id]
            yield _line("suggestions", row, composer, "", one.made_at, other=one.other_id)


def next_rung(ladder: Ladder | None) -> tuple[int, datetime] | None:
    """Give the number of the step that is taken next, counted from one, and when; None where none is."""
    if ladder is None or ladder.stopped is not None or ladder.next_at is None:
        return None
    return ladder.step + 1, ladder.next_at


def _of_alert(
    kind: str, alert: Alert, incident: Incident, found: Pressing, composer: Composer, district: District
) -> Entry:
    ladder = found.ladders.get(incident.id)
    due = alert.sitrep_due if kind == "due" else alert.ack_due if kind == "silent" else None
    rung = next_rung(ladder)
    if rung is not None and due is not None and abs(rung[1] - due) <= ALIKE:
        rung = None  # the clock beside it says so already
    return _line(
        kind,
        incident,
        composer,
        district.called(alert.institution, alert.unit),
        (alert.acknowledged_at or alert.owed_at) if kind == "due" else alert.owed_at,
        due=due,
        step=rung[0] if rung else None,
        step_at=rung[1] if rung else None,
    )


def _line(
    kind: str,
    incident: Incident,
    composer: Composer,
    institution: str,
    start: datetime,
    *,
    due: datetime | None = None,
    step: int | None = None,
    step_at: datetime | None = None,
    other: str | None = None,
) -> Entry:
    row = composer.row(incident, ())
    if row.reach != Reach.FULL:  # who was told is need-to-know itself
        institution = ""
    return Entry(
        kind=kind,
        incident=incident.id,
        level=row.level,
        issue=row.issue_label,
        place=row.place.desa_name or row.place.kecamatan_name or row.place.label,
        kecamatan=row.place.kecamatan_name or "",
        institution=institution,
        start=start,
        due=due,
        step=step,
        step_at=step_at,
        other=other,
        exercise=row.exercise,
        full=row.reach == Reach.FULL,
    )


def owing(found: Pressing, composer: Composer) -> list[tuple[tuple[str, str], int]]:
    """Give who is silent, institution and unit, in how many incidents, the most first; who was told is need-to-know."""
    alerts = {alert.id: alert for alert in (*found.silent, *found.stuck)}.values()
    rows = ((alert, found.incidents.get(alert.incident_id)) for alert in alerts)
    told = (alert for alert, row in rows if row is not None and composer.row(row, ()).reach == Reach.FULL)
    return Counter((alert.institution, alert.unit) for alert in told).most_common(8)
