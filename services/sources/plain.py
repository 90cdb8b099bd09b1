"""Seal what an earlier version has kept in plain text: sources, notes, addresses of reporters and unkeyed handles.

The bus keeps its own copies as they were until they age out (400 days for reports, 30 for inbound messages).
"""

from typing import Any

from schemas.records.alerts import Delivery
from schemas.records.incidents import Incident
from schemas.records.people import OptOut
from schemas.records.reports import Report, ReporterKey, ReportSource
from schemas.rows.alerts import DeliveryRow
from schemas.rows.incidents import IncidentRow
from schemas.rows.reports import ReporterKeyRow, ReportRow, ReportSourceRow
from services.sources import person, queries
from services.sources.cipher import new_key
from services.sources.kept import is_public
from services.sources.vault import Vault
from services.store.database import Store
from services.store.ids import derived
from services.store.transaction import Transaction

AT_ONCE = 200  # reports in one transaction, so that nobody waits long for the writer


def seal_all(store: Store, vault: Vault) -> int:
    """Seal whatever is left in plain text, some at a time, and take the plain text out of the file; gives how many."""
    done = 0
    while some := store.write_now(lambda tx: seal_some(tx, vault)):
        done += some
    done += store.write_now(lambda tx: _seal_addresses(tx, vault))
    if done:
        store.write_now(lambda tx: tx.audit("sources.sealed", "office", count=done))
        store.settle_erasures(whole=True)
    return done


def seal_some(tx: Transaction, vault: Vault) -> int:
    """Seal some sources that are kept in plain text; gives how many."""
    found = queries.plain_sources(tx.session, AT_ONCE)
    for source in found:
        report = tx.session.get(Report, source.report_id)
        if report is None:
            tx.put(ReportSource, [_closed(source, vault, vault.wrap(source.report_id, new_key()), {})], key="report_id")
            continue
        _seal(tx, vault, report, source)
    return len(found)


def _closed(source: ReportSource, vault: Vault, wrapped: str, notes: dict[str, str]) -> ReportSourceRow:
    facts = {"reporter": source.reporter, "name": source.name, "contact": source.contact, "notes": notes}
    return {
        "report_id": source.report_id,
        "reporter": vault.reporter(source.reporter),
        "name": None,
        "contact": None,
        "sealed": vault.seal_facts(source.report_id, wrapped, facts),
    }


def _seal(tx: Transaction, vault: Vault, report: Report, source: ReportSource) -> None:
    id_, wrapped = report.id, vault.wrap(report.id, new_key())
    public = {name: value for name, value in report.notes.items() if is_public(name, value)}
    hidden = {name: value for name, value in report.notes.items() if name not in public}
    spelt = person.of(source.reporter, source.contact)
    key: ReporterKeyRow = {
        "id": id_,
        "person": vault.person(spelt) if spelt else None,
        "wrapped": wrapped,
        "made_at": report.filed_at,
    }
    tx.add_new(ReporterKey, [key])
    handle = vault.source_of(source.reporter, report.institution, report.channel, source.contact)
    row: ReportRow = {"id": id_, "notes": public, "source": handle}
    tx.put(Report, [row])
    _rename(tx, {report.incident_id, report.folded_into or report.incident_id}, report.source, handle)
    tx.put(ReportSource, [_closed(source, vault, wrapped, hidden)], key="report_id")
    number = (spelt or "").partition(":")[2]
    if left_alone := tx.session.get(OptOut, derived("sender", number)):
        tx.session.merge(OptOut(id=vault.handle("sender", number), at=left_alone.at))
        tx.session.delete(left_alone)


def _rename(tx: Transaction, incidents: set[str], old: str, new: str) -> None:
    """Put the keyed handle of a source where incidents hold the plain one."""
    for incident in tx.rows(Incident, "id", list(incidents)):
        features: dict[str, Any] = dict(incident["features"])
        features["sources"] = [new if one == old else one for one in features.get("sources", [])]
        row: IncidentRow = {
            "id": incident["id"],
            "sources": [new if one == old else one for one in incident["sources"]],
            "features": features,
        }
        tx.put(Incident, [row])


def _seal_addresses(tx: Transaction, vault: Vault) -> int:
    """Seal the addresses of reporters in messages to them."""
    rows: list[DeliveryRow] = [
        {"id": row.id, "address": vault.seal_address(row.address)} for row in queries.plain_deliveries(tx.session)
    ]
    tx.put(Delivery, rows)
    return len(rows)
