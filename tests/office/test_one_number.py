"""Every paper of one time says the same numbers as `/angka`, and names where it counts otherwise."""

import csv
import io
import re
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
from sqlalchemy import update

from schemas.records.incidents import Incident
from schemas.vocabulary import Role
from services.incidents import lifecycle
from services.incidents.urgency import ARCHIVE
from services.office.figures import blurred
from tests.console.caller import Caller
from tests.console.desk import Desk
from tests.console.night import DISTRICT, NOW
from tests.office.test_pages_of_the_office import RATNA, office, pdf_text, planned, raw
from tests.warnings.histories import SOKO, Happened, keep

__all__ = ["office"]

REPORTS = ("harian/2026-11-24", "mingguan/2026-W48", "catur/2026-B12", "tahunan/2026")
WRG = DISTRICT.issues["WRG"].label_id
SLT = DISTRICT.issues["SLT"].label_id
HISTORY = 2


@pytest.fixture
def month(office: Desk) -> Caller:
    """A month that is over: open, settled and dismissed incidents, two of history; gives a coordinator."""
    happened = NOW - timedelta(minutes=30)
    more = [Happened(happened - timedelta(minutes=n), SOKO, "SLT") for n in range(7)]
    recent = office.write(lambda tx: keep(tx, more, state="open", opened_at=NOW - timedelta(minutes=1)))
    office.write(lambda tx: [tx.audit("incident.opened", "triage", incident=one, level=2) for one in recent])
    office.write(lambda tx: tx.session.execute(update(Incident).values(occurred_start=happened)))
    office.clock.forward(30)
    office.write(lambda tx: lifecycle.close(tx, office.ids["protest"], RATNA, "Damai."))
    office.write(lambda tx: lifecycle.close(tx, office.ids["accused"], RATNA, "Bukan.", dismissed=True))
    office.clock.forward(8 * 24 * 60)
    old = {"opened_at": office.clock(), "closed_at": office.clock(), "close_reason": ARCHIVE, "state": "settled"}
    ids = office.write(lambda tx: keep(tx, [Happened(happened, SOKO, "SLT")] * HISTORY, **old))
    office.write(lambda tx: [tx.audit("incident.opened", "triage", incident=one, archive=True) for one in ids])
    office.store.seal_now()
    return office.official(Role.COORDINATOR, "KESBANG", login="koor")


def angka(who: Caller, table: str) -> dict[str, tuple[int, ...]]:
    """Give the rows of a table of `/angka` by name: how many, then by level."""
    rows = csv.reader(io.StringIO(raw(who, f"/angka.csv?hari=30&tabel={table}").decode("utf-8-sig")))
    next(rows)
    return {row[1]: tuple(map(int, row[2:])) for row in rows}


def sheet(book: Any, name: str) -> dict[str, int]:
    rows: Iterable[tuple[Any, ...]] = book[name].iter_rows(values_only=True)
    return {str(row[0]).removeprefix("Kec. "): row[1] for row in rows if row[0] and isinstance(row[1], int)}


def reckoned(rows: dict[str, int], **other: int) -> dict[str, int]:
    """Give a report's rows as `/angka` counts them: with what was dismissed, without history."""
    found = {name: rows.get(name, 0) + other.get(name, 0) for name in {*rows, *other}}
    return {name: n for name, n in found.items() if n}


@pytest.mark.parametrize("address", REPORTS)
def test_a_report_in_all_its_forms_counts_what_the_page_of_figures_counts(month: Caller, address: str) -> None:
    book = openpyxl.load_workbook(io.BytesIO(raw(month, f"/laporan-berkala/{address}/xlsx")))
    issues, places = sheet(book, "Jenis masalah"), sheet(book, "Kecamatan")
    total = issues.pop("Jumlah")
    assert sum(issues.values()) == sum(places.values()) == total
    page, said = month.get(f"/laporan-berkala/{address}").body, pdf_text(raw(month, f"/laporan-berkala/{address}/pdf"))
    counts = re.search(r"Jumlah peristiwa</dt><dd>(\d+) \(dari \d+ laporan; 2 dari arsip\)", page)
    assert counts
    assert int(counts[1]) == total
    assert f"{total} (dari " in said
    assert "1 (tidak dihitung)" in said  # dismissed, beside them
    by_issue = angka(month, "masalah")
    assert reckoned(issues, **{WRG: 1, SLT: -HISTORY}) == {name: row[0] for name, row in by_issue.items()}
    assert sum(row[0] for row in angka(month, "kecamatan").values()) == total + 1 - HISTORY
    levels = sheet(book, "Tingkat dan tahap")
    by_level = [sum(row[n] for row in by_issue.values()) for n in range(1, 5)]
    assert sum(by_level) == sum(levels[name] for name in ("Rendah", "Sedang", "Tinggi", "Kritis")) + 1 - HISTORY


def test_brief_note_of_harmony_agenda_and_public_page_say_it_too(month: Caller) -> None:
    book = openpyxl.load_workbook(io.BytesIO(raw(month, "/laporan-berkala/catur/2026-B12/xlsx")))
    issues = sheet(book, "Jenis masalah")
    total = issues.pop("Jumlah")
    facts = {row[0]: row[1] for row in book["Keterangan"].iter_rows(values_only=True)}
    brief = month.get("/peringatan/rekap?minggu=2026-W48").body
    assert f"<p>{total} kejadian, " in brief
    assert f"{HISTORY} kejadian berasal dari arsip" in brief
    assert f"{total} kejadian, " in pdf_text(raw(month, "/peringatan/rekap.pdf?minggu=2026-W48"))
    harmony = pdf_text(raw(month, "/kerukunan/2026-11/pdf"))
    assert f"{issues[DISTRICT.issues['AGM'].label_id]} (dari " in harmony
    agenda = month.get(planned(month).partition("?")[0] + "/agenda").body
    assert len(re.findall(r">(?:Rendah|Sedang|Tinggi|Kritis): ", agenda)) == int(facts["Masih terbuka"])
    public = Caller(month.url).get("/angka-umum").body
    shown = re.search(r"Jumlah peristiwa</dt><dd>(\d+)", public)
    assert shown
    assert int(shown[1]) == blurred(total)
