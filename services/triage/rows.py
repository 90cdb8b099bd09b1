"""Say what is kept of a report whatever incident it belongs to, made ready before the transaction that keeps it."""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime

from schemas.assessment import Assessment
from schemas.messages import ReportFiled
from schemas.rows.incidents import JudgementRow
from schemas.rows.reports import ReporterKeyRow, ReportRow, ReportSourceRow
from services.sources import kept
from services.sources.person import NAMELESS
from services.sources.vault import Vault
from services.store.ids import derived

__all__ = ["NAMELESS", "ReportRows", "handle_of", "rows_of", "sealed_rows"]


def handle_of(filed: ReportFiled) -> str:
    """Give the opaque handle of a source; anonymous tellings of one channel count as one source.

    The vault has given it a keyed one when the report was opened. Without a vault nothing is kept: files are evaluated.
    """
    source = filed.source
    if source.handle:
        return source.handle
    told = f"{source.reporter}|{source.institution or ''}|{source.channel}|{filed.report.contact or ''}"
    return hashlib.sha256(told.encode()).hexdigest()[:16]


@dataclass(frozen=True)
class ReportRows:
    """What is kept of one report."""

    report: ReportRow
    source: ReportSourceRow
    judgement: JudgementRow
    key: ReporterKeyRow | None = None  # of what is sealed in `source`


def sealed_rows(rows: ReportRows, vault: Vault, filed: ReportFiled, wrapped: str, at: datetime) -> ReportRows:
    """Give the rows of a report with who told it sealed under the report's key."""
    found = kept.sealed(vault, filed, wrapped, at)
    report: ReportRow = {**rows.report, "notes": found.notes}
    return replace(rows, report=report, source=found.source, key=found.key)


def rows_of(filed: ReportFiled, assessment: Assessment, source: str, digest: str) -> ReportRows:
    """Give what is kept of a report whatever it belongs to: itself, its source apart from it, and its judgement."""
    report, id_ = filed.report, str(filed.id)
    apart = {"id", "text", "observed_at", "contact", "exercise", "anonymous", "follows"}
    return ReportRows(
        report={
            "id": id_,
            "digest": digest,
            "filed_at": filed.filed_at,
            "observed_at": report.observed_at,
            "text": report.text,
            "told": report.model_dump(mode="json", exclude=apart, exclude_defaults=True),
            "notes": filed.notes,
            "channel": filed.source.channel,
            "institution": filed.source.institution,
            "source": source,
            "exercise": report.exercise,
            "anonymous": report.anonymous,
            "follows": str(report.follows) if report.follows else None,
        },
        source={
            "report_id": id_,
            "reporter": filed.source.reporter,
            "name": filed.source.name,
            "contact": report.contact,
        },
        judgement={
            "id": derived("judgement", id_),
            "report_id": id_,
            "by": "machine",
            "ruleset": assessment.ruleset,
            "reason": None,
            "data": assessment.model_dump(mode="json", exclude_defaults=True),
        },
    )
