"""Turn alerts and their deliveries into views for one reader. Pure."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from schemas.records.alerts import Alert, Delivery
from schemas.vocabulary import OPEN_STATES, AlertState, DeliveryState, Duty
from schemas.words.recipient_reasons import told_why
from services.console.incidents.figures import asks_for_an_answer
from services.console.incidents.presenter.lists import DUTIES, Lists
from services.console.incidents.queries import File
from services.console.incidents.views import AlertView, DeliveryView, HandedView, Mark
from services.security.redaction import with_dots

STUCK = (DeliveryState.FAILED, DeliveryState.DEAD)


class Alerts(Lists):
    """Compose the alerts of an incident: how far each has come, whom it was handed to."""

    def _alerts(self, alerts: Iterable[Alert], file: File) -> tuple[AlertView, ...]:
        ordered = sorted(alerts, key=lambda alert: (DUTIES.index(Duty(alert.duty)), alert.owed_at, alert.institution))
        return tuple(self._alert(alert, file) for alert in ordered)

    def _alert(self, alert: Alert, file: File) -> AlertView:
        institution = self._district.institutions.get(alert.institution)
        by = alert.acknowledged_by
        sent = file.deliveries.get(alert.id, ())

        def mark(at: datetime | None) -> Mark | None:
            return Mark(at=at, seconds=max(0, round((at - alert.owed_at).total_seconds()))) if at else None

        return AlertView(
            id=alert.id,
            institution=alert.institution,
            institution_name=institution.name if institution else alert.institution,
            unit=alert.unit,
            unit_name=self._place_name(alert.unit),
            duty=alert.duty,
            needed=alert.needed,
            state=alert.state,
            round=alert.round,
            reason=alert.reason,
            why=tuple(told_why(str(why), self._language) for why in alert.why),
            redacted=alert.redacted,
            silent=self._silent(alert) and file.incident.state in OPEN_STATES and asks_for_an_answer(file.incident),
            owed=Mark(at=alert.owed_at, seconds=0),
            delivered=mark(alert.delivered_at),
            seen=mark(alert.seen_at),
            acknowledged=mark(alert.acknowledged_at),
            acknowledged_by=file.names.get(by, by) if by else None,
            acknowledged_how=alert.acknowledged_how,
            acknowledged_reason=with_dots(alert.acknowledged_reason) if alert.acknowledged_reason else None,
            reported=mark(alert.reported_at),
            ack_due=alert.ack_due,
            overdue=self._overdue(alert),
            sitrep_due=alert.sitrep_due,
            handed=self._handed(alert, file.names),
            deliveries=tuple(delivery_view(delivery) for delivery in sent),
            stuck=alert.state == AlertState.OWED and bool(sent) and all(one.state in STUCK for one in sent),
        )

    def _handed(self, alert: Alert, names: Mapping[str, str]) -> HandedView | None:
        to, by, at, me = alert.handed_to, alert.handed_by, alert.handed_at, self._reader.id
        if to is None or by is None or at is None:
            return None
        return HandedView(to=names.get(to, to), by=names.get(by, by), at=at, mine=to == me, by_me=by == me)


def delivery_view(delivery: Delivery) -> DeliveryView:
    """Show one delivery without its address."""
    return DeliveryView(
        channel=delivery.channel,
        state=delivery.state,
        attempts=delivery.attempts,
        error=with_dots(delivery.error) if delivery.error else None,
        sent_at=delivery.sent_at,
    )
