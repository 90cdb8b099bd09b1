"""Turn the rows of one incident into its page for one reader. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from schemas.deliveries import LISTED
from schemas.records.audit_log import Journal
from schemas.records.by_hand import Proposal
from schemas.records.incidents import Incident
from schemas.records.reports import Report
from schemas.vocabulary import EventKind, Level
from schemas.words.explanations import CHECK
from services.console import texts as words
from services.console.fact_checks import checks_of
from services.console.incidents.figures import facts_of, in_danger, with_institutions
from services.console.incidents.highlights import quotes, segments
from services.console.incidents.presenter.alerts import Alerts
from services.console.incidents.queries import File
from services.console.incidents.views import (
    BarredView,
    Happening,
    IncidentView,
    LadderView,
    PositionView,
    ProposalView,
    ReasonView,
    ReportView,
    Sentence,
    SitrepView,
    StageView,
    SuggestionView,
)
from services.incidents.access import Reach, acting, is_logged, secrecy_of, sees_all
from services.incidents.decisions.proposals import may_agree
from services.policy.situation import accused_by
from services.security.auth import Identity
from services.security.redaction import with_dots
from services.sources.kept import REPORTERS_CHECK

TRAITS = ("minors", "fire", "house_of_worship")
WRITTEN = ("reason", "note", "text", "words")  # what somebody wrote freely into a line's data
OF_REPORTS = ("incident.changed", "incident.raised", "incident.reopened", "report.copied")  # lines of one more report


class Composer(Alerts):
    """Compose views of one district for one reader at one instant, in one language."""

    def whole(self, file: File) -> IncidentView:
        """Compose one incident with everything this reader may see."""
        incident = file.incident
        who, extent = acting(self._reader, incident, self._district), self._reach(incident, file.alerts)
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
            proposals=tuple(self._proposal(one, file, who) for one in file.proposals) if full else (),
            decides=who is not self._reader,
        )

    def _proposal(self, one: Proposal, file: File, who: Identity) -> ProposalView:
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
            second=may_agree(one, who, self._district),
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
            added_as=report.told.get("follows_as") if near else None,
            added_to=next((n for n, one in enumerate(file.reports, 1) if one.id == report.follows), None)
            if near and report.follows
            else None,
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

    def _timeline(self, file: File, *, full: bool) -> tuple[Happening, ...]:
        """Give the journal's lines; a reader of less than everything gets those of the own institution."""
        institutions = {alert.id: alert.institution for alert in file.alerts}
        for alert, deliveries in file.deliveries.items():
            known = {sent.id: sent.payload.get(LISTED, {}).get("alert", alert) for sent in deliveries}
            institutions |= {id_: institutions[of] for id_, of in known.items() if of in institutions}
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
