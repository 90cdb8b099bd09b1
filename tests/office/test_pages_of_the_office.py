"""Walk the office's pages as people do: ask, answer, write a note, hold a meeting, issue a report."""

import re
from datetime import timedelta

import pytest

from schemas.office.records import Ask, Document, Meeting
from services.office import queries
from tests.console.conftest import desk, person  # noqa: F401 - fixtures
from tests.console.caller import Answer, Caller

NOTE = {
    "subject": "Rencana penolakan kegiatan",
    "issue": "AGM",
    "classification": "2",
    "source": "Perangkat desa",
    "relation": "Melihat spanduk",
    "how": "Wawancara",
    "obtained": "2026-11-24T19:00",
    "reliability": "B",
    "credibility": "2",
    "facts": "Pukul 16.00 spanduk dipasang.\nPukul 18.00 warga berkumpul.",
    "opinion": "Kemungkinan ada aksi besok.",
}


def send(who: Caller, page: str, path: str, **fields: str) -> Answer:
    return who.form(path, {"csrf": who.get(page).csrf, **fields})


def note(who: Caller, **fields: str) -> Answer:
    return send(who, "/li", "/li", **{**NOTE, "to_KODIM": "1", "to_KEJARI": "1", **fields})


def test_smoke(desk, person):
    ratna = person("ratna")
    for path in ("/kantor", "/li", "/permintaan", "/rapat", "/laporan-berkala", "/ormas", "/standar-pelayanan", "/angka-umum", "/poster", "/poster/35.23.11.2010", "/laporan-berkala/harian/2026-11-24", "/laporan-berkala/harian/2026-11-24/pdf", "/laporan-berkala/tahunan/2026/xlsx"):
        answer = ratna.get(path)
        assert answer.status == 200, (path, answer.body[:300])
