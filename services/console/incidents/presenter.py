"""Turn rows into views for one reader: what is above the reader's clearance never leaves this file. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from math import ceil
from typing import Any

from schemas.district import District
from schemas.records.alerts import Alert, Delivery
from schemas.records.audit_log import Journal
from schemas.records.by_hand import Proposal
from schemas.records.incidents import Incident
from schemas.records.reports import Report
from schemas.vocabulary import ANSWERED, OPEN_STATES, AlertState, DeliveryState, Duty, EventKind, Level
from schemas.words.explanations import CHECK, SEPARATOR, explained, language_of
from services.console import texts as words
from services.console.fact_checks import checks_of
from services.console.incidents.figures import asks_for_an_answer, facts_of, in_danger, with_institutions
from services.console.incidents.highlights import quotes, segments
from services.console.incidents.queries import File, Wanted
from services.console.incidents.views import (
    AlertView,
    BarredView,
    DeliveryView,
    HandedView,
    Happening,
    IncidentPage,
    IncidentRow,
    IncidentView,
    LadderView,
    LeadView,
    Mark,
    Outline,
    PlaceView,
    PositionView,
    ProposalView,
    Range,
    ReasonView,
    ReportView,
    Sentence,
    SitrepView,
    StageView,
    SuggestionView,
)
from services.console.web.formatting import minutes_between
from services.incidents.access import Reach, acting, is_logged, reach, secrecy_of, sees_all
from services.incidents.urgency import came_as_history
from services.policy.situation import accused_by, of_one_agency
from services.security.auth import Identity
from services.security.redaction import with_dots
from services.sources.kept import REPORTERS_CHECK

TRAITS = ("minors", "fire", "house_of_worship")
DUTIES = tuple(Duty)
WRITTEN = ("reason", "note", "text", "words")  # what somebody wrote freely into a line's data
OF_REPORTS = ("incident.changed", "incident.raised", "incident.reopened", "report.copied")  # lines of one more report
STUCK = (DeliveryState.FAILED, DeliveryState.DEAD)


class Composer:
    """Compose views of one district for one reader at one instant, in one language."""

    def __init__(self, district: District, reader: Identity, now: datetime, language: str = "id") -> None:
        self._district = district
        self._reader = reader
        self._now = now
        self._language = language

    # -- lists -----------------------------------------------------------------------------------------------------

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

    # -- words of the district -------------------------------------------------------------------------------------

    def issue_label(self, code: str) -> str:
        """Name an issue; its code where the district no longer knows it."""
        return self._label(self._district.issues.get(code)) or code

    def form_label(self, code: str) -> str:
        """Name a form; its code where the district no longer knows it."""
        return self._label(self._district.forms.get(code)) or words.name("form", code, self._language)

    def _explained(self, kept: str) -> Sentence:
        """Say why the machine judged so, issues and forms by the names that the district gives them."""
        if kept in self._district.forms:  # as an earlier version kept it
            return Sentence(self.form_label(kept), self._language)
        code, separator, value = kept.partition(SEPARATOR)
        named = {"form": self.form_label, "same_form": self.form_label, "same_issue": self.issue_label}
        said = explained(code + separator + (named[code](value) if code in named else value), self._language)
        return Sentence(said, language_of(kept, self._language))

    def _label(self, entry: Any) -> str | None:
        return getattr(entry, f"label_{self._language}", None)

    def _place_name(self, code: str | None) -> str:
        place = self._district.places.get(code or "") or self._district.neighbours.get(code or "")
        return place.name if place else ""

    def _place(self, incident: Incident, extent: Reach) -> PlaceView:
        kept = incident.place
        kecamatan_name = kept.get("kecamatan_name") or self._place_name(incident.kecamatan) or None
        if extent == Reach.MASKED:
            label = f"Kec. {kecamatan_name}" if kecamatan_name else self._district.name
            return PlaceView(label=label, kecamatan=incident.kecamatan, kecamatan_name=kecamatan_name)
        desa_name = kept.get("desa_name") or self._place_name(incident.desa) or None
        known = self._district.places.get(incident.desa or "")
        kind = "Kel." if known and known.kind == "kelurahan" else "Desa"
        parts = [f"{kind} {desa_name}" if desa_name else "", f"Kec. {kecamatan_name}" if kecamatan_name else ""]
        label = ", ".join(part for part in parts if part) or with_dots(kept.get("told") or "") or self._district.name
        return PlaceView(
            label=label,
            kecamatan=incident.kecamatan,
            kecamatan_name=kecamatan_name,
            desa=incident.desa,
            desa_name=desa_name,
            candidates=tuple(self._place_name(code) or code for code in kept.get("candidates", ())),
            contradiction=explained(kept["contradiction"], self._language) if kept.get("contradiction") else None,
            by_place_field=kept.get("basis") == "place",
            by_position=kept.get("basis") == "position",
        )

    # -- one incident ----------------------------------------------------------------------------------------------

    def whole(self, file: File) -> IncidentView:
        """Compose one incident with everything this reader may see."""
        incident = file.incident
        extent = self._reach(incident, file.alerts)
        full = extent == Reach.FULL
        shown = [alert for alert in file.alerts if self._knows_of(alert, extent)]
        return IncidentView(
            **self._row(incident, file.alerts, extent),
            stage_told=self._stage_told(file) if full else None,
            position=_position_view(*self._position(incident, extent)),
            danger=in_danger(incident),
            rating=incident.rating,
            handling=incident.handling,
            issue_secondary=incident.issue_secondary if full else None,
            facts=facts_of(incident.facts, sources=full) if extent != Reach.MASKED else (),
            traits=tuple(name for name in TRAITS if incident.facts.get(name)) if extent != Reach.MASKED else (),
            weapons=tuple(incident.facts.get("weapons", ())) if full else (),
            parties=tuple(with_dots(str(one)) for one in incident.parties) if full else (),
            reasons=self._reasons(file) if full else (),
            missing=self._said(incident.missing if extent != Reach.MASKED else (), checks=False),
            checks=self._said(incident.missing if extent != Reach.MASKED else (), checks=True),
            told=tuple(self._told(number, report, file) for number, report in enumerate(file.reports, 1))
            if full
            else (),
            alerts=self._alerts(shown, file),
            sitreps=tuple(
                SitrepView(
                    id=sitrep.id,
                    institution=sitrep.institution,
                    by=file.names.get(sitrep.by, sitrep.by),
                    at=sitrep.at,
                    text=with_dots(sitrep.text),
                )
                for sitrep in file.sitreps
                if full or sitrep.institution == self._reader.institution
            ),
            timeline=self._timeline(file, full=full),
            verified=_verified(file.journal),
            ladder=self._ladder(file) if full else None,
            suggestions=self._suggestions(file) if full else (),
            closed_at=incident.closed_at,
            close_reason=with_dots(incident.close_reason) if full and incident.close_reason else None,
            merged_into=incident.merged_into,
            logged=is_logged(secrecy_of(incident.issue, incident.issue_secondary, self._district)),
            accused=accused_by(incident.facts) if full else (),
            barred=tuple(self._barred(line) for line in file.barred) if full else (),
            proposals=tuple(self._proposal(one, file) for one in file.proposals) if full else (),
            decides=acting(self._reader, incident, self._district) is not self._reader,
        )

    def _proposal(self, one: Proposal, file: File) -> ProposalView:
        own = self._reader.institution
        return ProposalView(
            id=one.id,
            kind=one.kind,
            changes=dict(one.changes),
            asked=tuple(self._asked(one.changes)),
            reason=with_dots(one.reason),
            by=file.names.get(one.by, one.by),
            institution=one.institution,
            made_at=one.made_at,
            mine=one.by == self._reader.id,
            second=own is not None and not of_one_agency(own, one.institution, self._district),
        )

    def _asked(self, changes: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        """Name what is to change, in the reader's language; `conflict` follows from the form and is not said twice."""
        named = {"issue": self.issue_label, "form": self.form_label}
        named |= {"kecamatan": self._place_name, "desa": self._place_name}
        for key, value in changes.items():
            if key == "level":
                yield key, words.name("level", Level(value).name, self._language)
            elif key in named and value:
                yield key, named[key](value)

    @staticmethod
    def _barred(line: Journal) -> BarredView:
        told = line.data
        return BarredView(
            at=line.at,
            institutions=tuple(told.get("institutions", ())),
            accused=tuple(told.get("accused", ())),
            instead=told.get("instead") or None,
        )

    def _knows_sources(self, incident: Incident) -> bool:
        """Say whether the reader learns office, channel and minute of a report: who oversees, not who was told."""
        return sees_all(acting(self._reader, incident, self._district))

    def _stage_told(self, file: File) -> StageView | None:
        """Say since when the incident's stage is told: by the last reports in a row that tell the same one."""
        near, run = self._knows_sources(file.incident), list[tuple[datetime, int, bool]]()
        telling = []
        for number, report in enumerate(file.reports, 1):
            judged = file.judgements.get(report.id)
            if judged and (stage := judged.data.get("stage")):
                at = report.observed_at or report.filed_at
                telling.append((at, number, report.observed_at is not None, stage))
        for at, number, observed, stage in sorted(telling, reverse=True):
            if stage == file.incident.stage:
                run.append((at, number, observed))
            elif run:
                break
        if not run:
            return None
        (last_at, last, _), (at, number, observed) = run[0], run[-1]
        return StageView(
            at=at if near else _hour(at),
            observed=observed,
            report=number,
            last_at=last_at if near else _hour(last_at),
            last_report=last,
            hours=not near,
        )

    def _told(self, number: int, report: Report, file: File) -> ReportView:
        judged = file.judgements.get(report.id)
        text, opinion = with_dots(report.text), report.told.get("opinion")
        near = self._knows_sources(file.incident)
        return ReportView(
            id=report.id,
            number=number,
            filed_at=report.filed_at if near else _hour(report.filed_at),
            observed_at=report.observed_at if near or report.observed_at is None else _hour(report.observed_at),
            channel=report.channel if near else "",
            institution=report.institution if near else None,
            anonymous=report.anonymous and near,
            source="office" if report.institution else "public",
            hidden=text != report.text or bool(opinion and with_dots(opinion) != opinion),
            basis=report.told.get("basis"),
            text=text,
            segments=segments(text, judged.data.get("reasons", ()) if judged else ()),
            opinion=with_dots(opinion) if opinion else None,
            outcome=report.outcome,
            rating=judged.data.get("rating") if judged else None,
            checks=checks_of(report.notes.get(REPORTERS_CHECK), self._district, self._language),
            photos=tuple(report.told.get("attachments", ())),
        )

    @staticmethod
    def _dotted(said: Sentence) -> Sentence:
        return Sentence(with_dots(said), said.language)

    def _said(self, kept: Iterable[str], *, checks: bool) -> tuple[str, ...]:
        """Give what is not known, or what a person is asked to look at."""
        return tuple(self._explained(one) for one in kept if one.startswith(CHECK) is checks)

    def _reasons(self, file: File) -> tuple[ReasonView, ...]:
        texts = {report.id: with_dots(report.text) for report in file.reports}
        most = self._district.severity.maximum
        return tuple(
            ReasonView(
                component=str(reason["component"]),
                points=int(reason["points"]),
                most=max(most.get(str(reason["component"]), 0), int(reason["points"])),
                rule=self._explained(str(reason.get("rule", ""))),
                words=quotes(texts.get(str(reason.get("report", "")), ""), reason.get("spans", ())),
            )
            for reason in file.incident.reasons
        )

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
            why=tuple(str(why) for why in alert.why),
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

    def _timeline(self, file: File, *, full: bool) -> tuple[Happening, ...]:
        """Give the journal's lines; a reader of less than everything gets those of the own institution."""
        institutions = {alert.id: alert.institution for alert in file.alerts}
        for alert, deliveries in file.deliveries.items():
            institutions |= {sent.id: institutions[alert] for sent in deliveries if alert in institutions}
        lines = [(line, with_institutions(line, institutions)) for line in file.journal]
        own, near = self._reader.institution, self._knows_sources(file.incident)
        return tuple(
            Happening(
                seq=line.seq,
                at=line.at if near or line.kind not in OF_REPORTS else _hour(line.at),
                kind=line.kind,
                actor=file.names.get(line.actor, line.actor),
                data=_redacted(data if full or line.kind != EventKind.INCIDENT_REFERRED else {**data, "reason": ""}),
            )
            for line, data in lines
            if full or (own is not None and data.get("institution") == own)
        )

    @staticmethod
    def _ladder(file: File) -> LadderView | None:
        ladder = file.ladder
        return LadderView(step=ladder.step, next_at=ladder.next_at, stopped=ladder.stopped) if ladder else None

    def _suggestions(self, file: File) -> tuple[SuggestionView, ...]:
        return tuple(
            SuggestionView(
                id=one.id,
                other=one.other_id if one.incident_id == file.incident.id else one.incident_id,
                score=one.score,
                reasons=tuple(self._dotted(self._explained(str(reason))) for reason in one.reasons),
            )
            for one in file.suggestions
        )


def _position_view(
    lat: float | None, lon: float | None, precision: str | None, radius_m: int | None
) -> PositionView | None:
    if lat is None or lon is None or precision is None:
        return None
    return PositionView(lat=lat, lon=lon, precision=precision, radius_m=radius_m)


def _hour(at: datetime) -> datetime:
    """Give the hour in which something was: the minute of a report tells neighbours who left the room."""
    return at.replace(minute=0, second=0, microsecond=0)


def _verified(journal: Iterable[Journal]) -> bool:
    """Say whether the incident was confirmed: a lead's answer is no verification, and a reopened one is asked anew."""
    told = [line.kind for line in journal if line.kind in (EventKind.INCIDENT_VERIFIED, EventKind.INCIDENT_REOPENED)]
    return bool(told) and told[-1] == EventKind.INCIDENT_VERIFIED


def _redacted(data: dict[str, Any]) -> dict[str, Any]:
    """Return a line's data with what an officer wrote freely redacted as a report is."""
    written = {name: with_dots(data[name]) for name in WRITTEN if isinstance(data.get(name), str)}
    return data | written


def delivery_view(delivery: Delivery) -> DeliveryView:
    """Show one delivery without its address."""
    return DeliveryView(
        channel=delivery.channel,
        state=delivery.state,
        attempts=delivery.attempts,
        error=with_dots(delivery.error) if delivery.error else None,
        sent_at=delivery.sent_at,
    )
