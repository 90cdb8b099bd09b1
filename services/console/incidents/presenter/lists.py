"""Turn incidents into the rows of lists and maps for one reader. Pure."""

from collections.abc import Sequence
from datetime import datetime
from math import ceil
from typing import Any

from schemas.district import District
from schemas.records.alerts import Alert
from schemas.records.incidents import Incident
from schemas.vocabulary import ANSWERED, OPEN_STATES, Duty, Level
from services.console.incidents.figures import asks_for_an_answer, facts_of
from services.console.incidents.presenter.names import Names
from services.console.incidents.queries import Wanted
from services.console.incidents.views import IncidentPage, IncidentRow, LeadView, Outline, Range
from services.console.web.formatting import minutes_between
from services.incidents.access import Reach, acting, reach, secrecy_of
from services.incidents.urgency import came_as_history
from services.security.auth import Identity

DUTIES = tuple(Duty)


class Lists(Names):
    """Compose lists of one district for one reader at one instant, in one language."""

    def __init__(self, district: District, reader: Identity, now: datetime, language: str = "id") -> None:
        super().__init__(district, language)
        self._reader = reader
        self._now = now

    def page(
        self, total: int, incidents: Sequence[Incident], alerts: dict[str, list[Alert]], wanted: Wanted
    ) -> IncidentPage:
        """Compose one page of a list."""
        return IncidentPage(
            items=tuple(self.row(incident, alerts.get(incident.id, ())) for incident in incidents),
            total=total,
            page=wanted.page,
            per_page=wanted.per_page,
            pages=max(1, ceil(total / wanted.per_page)),
        )

    def row(self, incident: Incident, alerts: Sequence[Alert]) -> IncidentRow:
        """Compose one incident of a list."""
        return IncidentRow(**self._row(incident, alerts, self._reach(incident, alerts)))

    def outline(self, incident: Incident, alerts: Sequence[Alert]) -> Outline:
        """Compose one incident for a file or a map."""
        extent = self._reach(incident, alerts)
        lat, lon, precision, radius = self._position(incident, extent)
        return Outline(
            row=IncidentRow(**self._row(incident, alerts, extent)),
            facts=() if extent == Reach.MASKED else facts_of(incident.facts, sources=False),
            lat=lat,
            lon=lon,
            precision=precision,
            radius_m=radius,
        )

    def _position(self, incident: Incident, extent: Reach) -> tuple[float | None, float | None, str | None, int | None]:
        """Find the most precise position a reader may have, and the metres around it; what is masked has its kecamatan.

        Only a position that a reporter sent is exact. The point of a desa or kecamatan is its centre.
        """
        kept = incident.place
        if extent == Reach.FULL and kept.get("precision") == "exact":
            return kept["lat"], kept["lon"], "exact", kept.get("radius_m")
        for code, precision in ((incident.desa, "desa"), (incident.kecamatan, "kecamatan")):
            place = self._district.places.get(code or "")
            if place and place.lat is not None and (precision == "kecamatan" or extent != Reach.MASKED):
                return place.lat, place.lon, precision, place.radius_m
        return None, None, None, None

    def _reach(self, incident: Incident, alerts: Sequence[Alert]) -> Reach:
        mine = [alert for alert in alerts if alert.institution == self._reader.institution]
        redacted = bool(mine) and all(alert.redacted for alert in mine)
        who, issue, second = acting(self._reader, incident, self._district), incident.issue, incident.issue_secondary
        return reach(who, issue, self._district, redacted=redacted, second=second)

    def _row(self, incident: Incident, alerts: Sequence[Alert], extent: Reach) -> dict[str, Any]:
        open_ = incident.state in OPEN_STATES and asks_for_an_answer(incident)
        lead = next((alert for alert in alerts if alert.duty == Duty.LEAD), None)
        waiting = lead.owed_at if lead and open_ and lead.state not in ANSWERED else None
        shown = [alert for alert in alerts if self._knows_of(alert, extent)]
        silent = sorted(
            (alert for alert in shown if open_ and self._silent(alert)),
            key=lambda alert: DUTIES.index(Duty(alert.duty)),
        )
        return {
            "id": incident.id,
            "state": incident.state,
            "exercise": incident.exercise,
            "conflict": incident.conflict,
            "issue": incident.issue,
            "issue_label": self.issue_label(incident.issue),
            "form": incident.form,
            "form_label": self.form_label(incident.form),
            "stage": incident.stage,
            "level": Level(incident.level).name,
            "score": incident.score,
            "confidence": incident.confidence,
            "place": self._place(incident, extent),
            "occurred": Range(start=incident.occurred_start, end=incident.occurred_end),
            "opened_at": incident.opened_at,
            "changed_at": incident.changed_at,
            "reports": incident.reports,
            "archive": came_as_history(incident.opened_at, incident.closed_at, incident.close_reason),
            "lead": self._lead(lead) if lead and lead in shown else None,
            "silent": tuple(dict.fromkeys(alert.institution for alert in silent)),
            "waiting_since": waiting,
            "waiting_minutes": minutes_between(waiting, self._now) if waiting else None,
            "classification": secrecy_of(incident.issue, incident.issue_secondary, self._district).name,
            "reach": extent.value,
            "revision": incident.revision,
        }

    def _knows_of(self, alert: Alert, extent: Reach) -> bool:
        """Say whether this reader is told that the alert exists: recipient lists are need-to-know themselves."""
        return extent == Reach.FULL or alert.institution == self._reader.institution

    @staticmethod
    def _silent(alert: Alert) -> bool:
        return alert.duty != Duty.INFORM and alert.state not in ANSWERED

    def _lead(self, alert: Alert) -> LeadView:
        return LeadView(
            institution=alert.institution,
            unit=alert.unit,
            unit_name=self._place_name(alert.unit),
            state=alert.state,
            ack_due=alert.ack_due,
            overdue=self._overdue(alert),
        )

    def _overdue(self, alert: Alert) -> bool:
        return alert.state not in ANSWERED and alert.ack_due is not None and alert.ack_due < self._now
