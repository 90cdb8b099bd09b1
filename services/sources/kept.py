"""Turn who reported into what is kept of it, sealed, and back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from schemas.messages import ReportFiled
from schemas.records.reports import ReportSource
from schemas.rows.reports import ReporterKeyRow, ReportSourceRow
from services.security.redaction import with_placeholders
from services.sources import person
from services.sources.cipher import SealError
from services.sources.vault import Vault
from services.web.headings import ORIGIN_NUMBER

# Notes that this program writes itself; every other is a column of somebody's file and may hold a name or a number.
REPORTERS_CHECK = "Diperiksa pelapor"  # codes of what was read from the text, and whether the reporter called it right
OWN_NOTES = frozenset({"Lampiran", "Pesan", "Waktu menurut pelapor", "Jam gerbang pesan", "Perlu diperiksa"}) | {
    ORIGIN_NUMBER,
    REPORTERS_CHECK,
}


@dataclass(frozen=True)
class Known:
    """Who told a report, opened."""

    reporter: str
    name: str | None = None
    contact: str | None = None
    notes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class SealedSource:
    """What is kept of who told a report: the row, its key, and the notes that may be read by everybody."""

    source: ReportSourceRow
    key: ReporterKeyRow
    notes: dict[str, str]


def is_public(name: str, value: str) -> bool:
    """Say whether a note may be kept in plain text: our own, with nothing in it that identifies anybody."""
    return name in OWN_NOTES and with_placeholders(value) == value


def sealed(vault: Vault, filed: ReportFiled, wrapped: str, at: datetime) -> SealedSource:
    """Seal who told a report under the report's own key."""
    id_, source = str(filed.id), filed.source
    public = {name: value for name, value in filed.notes.items() if is_public(name, value)}
    spelt = person.of_report(filed.report, source)
    facts: dict[str, Any] = {
        "reporter": source.reporter,
        "name": source.name,
        "contact": filed.report.contact,
        "notes": {name: value for name, value in filed.notes.items() if name not in public},
    }
    return SealedSource(
        source={
            "report_id": id_,
            "reporter": vault.reporter(source.reporter),
            "name": None,
            "contact": None,
            "sealed": vault.seal_facts(id_, wrapped, facts),
        },
        key={"id": id_, "person": vault.person(spelt) if spelt else None, "wrapped": wrapped, "made_at": at},
        notes=public,
    )


def opened(vault: Vault | None, source: ReportSource, wrapped: str | None) -> Known | None:
    """Open what is kept of a report's source; None where its key was erased, or no vault is here."""
    if source.sealed is None:
        return Known(source.reporter, source.name, source.contact)
    if vault is None or wrapped is None:
        return None
    try:
        facts = vault.open_facts(source.report_id, wrapped, source.sealed)
    except SealError:
        return None
    return Known(facts["reporter"], facts["name"], facts["contact"], facts["notes"])
