"""Say what a message may speak of: the webhook's data, and the facts that wording writes from."""

from collections.abc import Iterable
from datetime import datetime
from functools import cached_property
from typing import Any

from schemas.rows.alerts import AlertRow
from schemas.rows.incidents import IncidentRow
from schemas.vocabulary import (
    AlertReason,
    AlertState,
    Classification,
    Duty,
    Handling,
    Level,
    Stage,
)
from services.incidents.access import secrecy_of
from services.incidents.situation_of import hurt
from services.notify.alerting import queries
from services.notify.alerting.alert_rows import AlertRows
from services.notify.alerting.duties import is_silent
from services.notify.contacts import Contact
from services.notify.context import endangers_life, wants_answer
from services.notify.messages.alert_message import AlertFacts
from services.policy.situation import named_only
from services.warnings.recipients import is_warning

REPORTS_NAMED = 200  # report ids an alert names at most, the newest


class AlertContent(AlertRows):
    """What may be said of an incident while alerts are owed, and to whom."""

    def named(self, row: IncidentRow) -> frozenset[str]:
        """Give the issues of an incident, the second one too, that only persons named for them may know of."""
        return named_only((row["issue"], row["issue_secondary"]), self.desk.district)

    def secrecy(self, row: IncidentRow) -> Classification:
        """Give the classification of an incident's words, an issue given up since being what fits no other."""
        second = row["issue_secondary"]
        return secrecy_of(
            self.desk.issue(row["issue"]).code, self.desk.issue(second).code if second else None, self.desk.district
        )

    def _is_masked(self, row: IncidentRow, contact: Contact) -> bool:
        """Say whether a contact is told level, issue and kecamatan only: it is above his clearance (rules.md 8).

        As on pages (`Reach.MASKED`); of an issue for named persons only nobody hears who is not named.
        """
        secrecy = self.secrecy(row)
        return secrecy >= Classification.RAHASIA and contact.clearance < secrecy and not self.named(row)

    def _text(self, row: IncidentRow, alert: AlertRow, contact: Contact) -> str | None:
        """Give the first report's text, when the recipient's clearance and the channel both allow it."""
        carries = self.desk.carries(contact)
        if alert["redacted"] or contact.person_id is None or min(carries, contact.clearance) < self.secrecy(row):
            return None
        if is_warning(row):
            return None  # nobody told it: its words are its own
        return self._first_texts.get(self.reports[row["id"]][0])

    @cached_property
    def _first_texts(self) -> dict[str, str]:
        """Read the first texts of all incidents of this transaction, once: every contact is told the same words."""
        return queries.texts_of(self.unit, [reports[0] for reports in self.reports.values() if reports])

    def _data(self, row: IncidentRow, alert: AlertRow, reason: AlertReason, contact: Contact) -> dict[str, Any]:
        """Build the webhook's data (docs/channels.md); the same for every channel, which picks what it may carry."""
        start, end = row["occurred_start"], row["occurred_end"]
        masked = self._is_masked(row, contact)
        desa = None if masked else row["desa"]
        return {
            "incident": row["id"],
            "reports": self.reports[row["id"]][-REPORTS_NAMED:],
            "institution": alert["institution"],
            "duty": alert["duty"],
            "round": row["round"],
            "reason": reason.value,
            "level": Level(row["level"]).name,
            "score": None if masked else row["score"],
            "issue": row["issue"],
            "form": None if masked else row["form"],
            "place": {
                "kabupaten": row["kabupaten"],
                "kecamatan": row["kecamatan"],
                "desa": desa,
                "kecamatan_name": self._name(row["kecamatan"]),
                "desa_name": self._name(desa),
            },
            "occurred": None
            if masked
            else {"from": start.isoformat() if start else None, "to": end.isoformat() if end else None},
            "ack_due": alert["ack_due"].isoformat() if alert["ack_due"] else None,
            "exercise": row["exercise"],
            "url": f"{self.desk.base_url}/{'peringatan' if is_warning(row) else 'peristiwa'}/{row['id']}",
            "text": self._text(row, alert, contact),
            **({"released": True} if alert["id"] in self.released else {}),
        }

    def _answers(self, facts: AlertFacts, contact: Contact) -> dict[str, Any]:
        """Give who leads and who has not answered, as the words of the message name them, where a list is kept."""
        if contact.channel not in self.desk.lists:
            return {}
        escalated = facts.reason == AlertReason.ESCALATED
        waiting = [*facts.silent, *facts.lapsed] if escalated else []
        told = {"issue_label": facts.issue, "lead": facts.lead, "waiting": waiting}
        return told | ({"restricted": True} if facts.restricted else {})

    def _name(self, code: str | None) -> str | None:
        place = self.desk.district.places.get(code) if code else None
        return place.name if place else None

    def _called(self, alerts: Iterable[AlertRow]) -> tuple[str, ...]:
        return tuple(self.desk.district.called(one["institution"], one["unit"] or None) for one in alerts)

    def _sitrep_due(self, row: IncidentRow, alert: AlertRow) -> datetime | None:
        """Give by when a situation report is due, or would be if it were answered now; None: none is asked for."""
        due = alert.get("sitrep_due")
        if due is not None or alert["state"] == AlertState.REPORTED or not wants_answer(row):
            return due
        return self.escalation(row).first_sitrep(alert.get("delivered_at") or self.unit.now, self.unit.now)

    def _facts(self, row: IncidentRow, alert: AlertRow, reason: AlertReason, contact: Contact, url: str) -> AlertFacts:
        """Say what a message may speak of."""
        district, english = self.desk.district, contact.language == "en"
        issue, form = self.desk.issue(row["issue"]), district.forms.get(row["form"])
        alerts = list(self.alerts[row["id"]].values())
        lead = next((one for one in alerts if one["duty"] == Duty.LEAD), None)
        waited = list(filter(is_silent, alerts))
        masked = self._is_masked(row, contact)
        lapsed = [one for one in waited if one["state"] == AlertState.LAPSED]
        silent = [one for one in waited if one["state"] != AlertState.LAPSED]
        return AlertFacts(
            level=Level(row["level"]),
            issue=issue.label_en if english else issue.label_id,
            form="" if masked else (form.label_en if english else form.label_id) if form else row["form"],
            warning=row["facts"]["warning"].get("en" if english else "id") if is_warning(row) else None,
            kecamatan=self._name(row["kecamatan"]),
            desa=None if masked else self._name(row["desa"]),
            reason=reason,
            duty=Duty(alert["duty"]),
            url=url,
            told_at=self.unit.now,
            lead=district.called(lead["institution"], lead["unit"] or None) if lead else "",
            ack_due=alert["ack_due"],
            sitrep_due=self._sitrep_due(row, alert),
            needed=alert["needed"],
            owes=is_silent(alert) and wants_answer(row),
            released=alert["id"] in self.released,
            reported=alert["state"] == AlertState.REPORTED,
            silent=self._called(silent),
            silent_since=min((one.get("delivered_at") or one["owed_at"] for one in silent), default=None),
            lapsed=self._called(lapsed),
            lapsed_since=min((at for one in lapsed if (at := one["acknowledged_at"])), default=None),
            level_before=self.rose_from.get(row["id"]),
            potential=row["stage"] == Stage.POTENTIAL,
            peaceful=row["form"] in district.forms_having("assembly") and not hurt(row),
            life_in_danger=endangers_life(row),
            verify=row["handling"] in (Handling.VERIFY_FIRST, Handling.SEND_AND_VERIFY),
            redacted=alert["redacted"],
            restricted=bool(self.named(row)),
            exercise=row["exercise"],
            reports=row["reports"],
            unreachable=tuple(dict.fromkeys(self.unreachable.get(row["id"], ()))),
            emergency=district.emergency,
            zone=self.desk.zone,
        )
