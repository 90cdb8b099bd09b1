"""A warning is no incident to whatever counts incidents; the brief as a paper."""

import asyncio
from collections.abc import Callable
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pypdfium2

from schemas.vocabulary import Role
from services.cli.ops.queries import issues_of_incidents
from services.cli.policy.queries import all_incidents
from services.console.figures.queries import Wanted, counted
from services.console.incidents.queries import open_counts
from services.console.warnings.brief_paper import _watched
from services.metrics.queries import open_incidents as measured
from services.office.figures import Period
from services.office.queries import figures, open_incidents
from services.security.auth import Identity
from services.silences.queries import kabupaten_wide
from services.store.transaction import Session
from services.triage.queries import stamps_after
from services.warnings.places import WatchNote
from services.warnings.queries import countable
from services.warnings.watcher import Watcher
from tests.console.caller import Caller
from tests.console.desk import Desk
from tests.console.night import DISTRICT
from tests.warnings.histories import burst, keep, usual

TODAY = date(2026, 11, 24)
READER = Identity("r", "Ratna", Role.COORDINATOR, "KESBANG", clearance=4, named_for=("RAD",))


def everything_counted(session: Session, desk: Desk) -> dict[str, Any]:
    """Ask each room that counts or lists incidents."""
    now = desk.clock.now
    since, ends = now - timedelta(days=30), now + timedelta(days=1)
    issues = list(DISTRICT.issues)
    found = figures(session, Period(since, ends), DISTRICT, as_of=now)
    return {
        "office": {name: value for name, value in vars(found).items() if name not in ("checkpoint", "until")},
        "open": open_incidents(session, issues, now),
        "figures": sorted(one.id for one in counted(session, READER, DISTRICT, Wanted(since, ends)).incidents),
        "desk": open_counts(session, READER, DISTRICT),
        "metrics": sorted(measured(session)),
        "rescored": len(all_incidents(session)),
        "labels": len(issues_of_incidents(session)),
        "wide": list(kabupaten_wide(session, since)),
        "folding": len(stamps_after(session, -1, since)),
        "watched": len(countable(session, DISTRICT.code, since)),
    }


def test_a_warning_changes_no_count_of_incidents(desk: Desk) -> None:
    desk.write(lambda tx: keep(tx, usual(DISTRICT, TODAY, 30), state="settled"))
    desk.write(lambda tx: keep(tx, burst(TODAY - timedelta(days=1), 7), state="settled"))
    before = desk.store.read_now(lambda session: everything_counted(session, desk))
    raised = asyncio.run(Watcher(desk.store, lambda: DISTRICT).look())
    assert raised
    assert desk.store.read_now(lambda session: everything_counted(session, desk)) == before


def test_neighbourhoods_of_which_the_same_is_to_be_said_stand_together_in_the_brief() -> None:
    def note(area: str, until: date, *near: str) -> WatchNote:
        return WatchNote(incident="x", kecamatan=area, desa=None, level=3, since=TODAY, until=until, near=near)

    first, second = date(2026, 12, 12), date(2026, 12, 13)
    brief = SimpleNamespace(
        watched=(note("A", second), note("B", first), note("C", second), note("A", second), note("D", second, "y"))
    )
    composer = SimpleNamespace(place=lambda code: f"Kec. {code}")
    assert _watched(brief, composer) == (  # type: ignore[arg-type]
        "Kec. A, Kec. C: belum ada kejadian lain di dekatnya, sampai 13 Des 2026",
        "Kec. B: belum ada kejadian lain di dekatnya, sampai 12 Des 2026",
        "Kec. D: 1 kejadian lain di dekatnya sejak itu, sampai 13 Des 2026",
    )


def test_the_brief_as_pdf_says_what_the_page_says(desk: Desk, person: Callable[[str], Caller]) -> None:
    desk.write(lambda tx: keep(tx, usual(DISTRICT, TODAY, 30), state="settled"))
    desk.write(lambda tx: keep(tx, burst(TODAY - timedelta(days=1), 7), state="settled"))
    asyncio.run(Watcher(desk.store, lambda: DISTRICT).look())
    ratna = person("ratna")
    # The caller reads text; the bytes of a PDF are read by a client of their own.
    import urllib.request

    address = f"{desk.url}/peringatan/rekap.pdf?minggu=2026-W48"
    asked = urllib.request.Request(address, headers={"Cookie": "; ".join(f"{k}={v}" for k, v in ratna.cookies.items())})
    with urllib.request.urlopen(asked, timeout=20) as answer:
        assert answer.headers["content-type"] == "application/pdf"
        data = answer.read()
    pages = pypdfium2.PdfDocument(data)
    text = " ".join(" ".join(page.get_textpage().get_text_range() for page in pages).split())
    for said in ("TERBATAS", "Apa yang naik", "7 kejadian dalam 7 hari", "Bukan ramalan.", "Siapa yang diam", "Ratna"):
        assert said in text
