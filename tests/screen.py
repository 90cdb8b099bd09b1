"""Measure how long after a report was filed its incident is on a coordinator's screen, with thousands of others open.

    .venv/bin/python -m tests.screen --open 5000 --reports 60 --seconds 1.5

A real installation in processes of its own, a real Chromium that shows the list; reports go in by the front door, one
after another. Told are milliseconds from handing the report in to its row in the page, of 50 and of 95 of 100, and how
much of it the door took. The clocks of both ends are this machine's.
"""

import argparse
import asyncio
import os
import random
import statistics
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

import aiohttp
from playwright.async_api import Page, async_playwright

from schemas.district import District
from schemas.records.alerts import Alert
from schemas.records.incidents import Incident
from schemas.records.people import Person
from schemas.records.reports import Report
from services.console.web.sessions import COOKIE
from services.policy.loader import load_district
from services.runtime.settings import DISTRICT
from services.security import auth
from services.store.database import Store
from services.store.transaction import Transaction
from services.triage.correlation.features import Candidate
from services.triage.correlation.incident_fold import first_row
from tests.console.browser import FLAGS
from tests.console.night import PROTEST, filed_and_judged, unanswered
from tests.kill.installation import Installation
from tests.servers import Sink

PAGE = "/?state=open-all"
TEXT = "Bentrok dua perguruan silat di Desa {desa}, Kecamatan {kecamatan}, 80 orang membawa celurit, 3 luka, masih berlangsung."
GIVE_UP = 30.0  # seconds for one row
# Notes when a row came or changed, in milliseconds of the wall clock: the page says nothing of it otherwise.
WATCH = """() => {
  window.came = {};
  const look = () => document.querySelectorAll("li[data-id]").forEach((one) => {
    const key = one.dataset.id + ":" + one.dataset.revision;
    if (!(key in window.came)) window.came[key] = performance.timeOrigin + performance.now();
  });
  look();
  new MutationObserver(look).observe(document.querySelector("main"), {childList: true, subtree: true, attributes: true});
}"""

# How long each fetching of the page took, from asking to its last byte.
LOOKS = """() => performance.getEntriesByType("resource").filter((one) => one.initiatorType === "fetch" && one.name.startsWith(location.href))
  .map((one) => one.duration)"""


def opened(tx: Transaction, district: District, count: int) -> None:
    """Open `count` incidents all over the district, three institutions each, nobody of whom has answered."""
    filed, assessment = filed_and_judged("x", PROTEST)
    base = first_row(str(filed.id), filed, assessment, {}, "s", filed.filed_at)
    places = sorted(place.code for place in district.places.values() if place.kind in ("desa", "kelurahan"))
    dice, now = random.Random(count), datetime.now(UTC)
    incidents: list[Any] = []
    alerts: list[Any] = []
    for number in range(count):
        id_, at = str(UUID(int=dice.getrandbits(128))), now - timedelta(minutes=number % 500)
        place = district.places[dice.choice(places)]
        stamp = tx.audit("incident.opened", "triage", incident=id_)
        row = {**base, "stamp": stamp, "id": id_, "level": number % 3 + 1, "opened_at": at, "changed_at": at}
        row |= {"kecamatan": place.kecamatan, "desa": place.code}
        incidents.append(row | {"features": compared(row).to_dict()})
        alerts += unanswered(id_, at)
    tx.add(Incident, incidents)
    tx.add(Alert, alerts)


def compared(row: dict[str, Any]) -> Candidate:
    """Give what triage compares a new report with."""
    told, words = int(row["opened_at"].timestamp()), ("petani", "protes", "pupuk")
    where = {"kabupaten": row["kabupaten"], "kecamatan": row["kecamatan"], "desa": row["desa"], "place_name": None}
    counts: dict[str, Any] = {"killed": None, "injured": None, "crowd": (40, 40), "parties": ()}
    when: dict[str, Any] = {"start": told, "end": told, "sure_day": True, "told": told}
    what: dict[str, Any] = {"issue": row["issue"], "second": None, "form": row["form"], "kind": "protest"}
    return Candidate(id=row["id"], words=words, **what, **where, **when, **counts)


def coordinator(tx: Transaction) -> str:
    """Let a coordinator in; gives his session's cookie."""
    row = {"id": "layar", "login": "layar", "name": "Layar", "role": "coordinator", "institution": "KESBANG"}
    person = tx.session.merge(Person(**row, clearance=4))
    tx.session.flush()
    return auth.open_session(tx, person)


async def measure(many: int, reports: int, seconds: float, page: str) -> None:
    """Measure, and tell the figures."""
    district = load_district(DISTRICT)
    with TemporaryDirectory() as folder:
        quiet = {"KENTONGAN_CANARY_MINUTES": "0", "KENTONGAN_AUDIT_MINUTES": "0"}
        sink = Sink()
        await sink.start()
        up = Installation(Path(folder), f"{sink.url}/DIVERT/-/divert", **quiet)
        code, said = await up.run("db", "prepare")
        assert code == 0, said
        store = Store(f"sqlite:///{up.data / 'kentongan.db'}")
        store.write_now(lambda tx: opened(tx, district, many))
        cookie = store.write_now(coordinator)
        async with up, async_playwright() as playwright:
            key = await up.reporter()
            browser = await playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
            context = await browser.new_context(viewport={"width": 1440, "height": 900})
            await context.add_cookies([{"name": COOKIE, "value": cookie, "url": up.url}])
            tab = await context.new_page()
            tab.set_default_timeout(GIVE_UP * 1000)
            await tab.goto(f"{up.url}{page}")
            await tab.locator("#pulse:not(.off):not([hidden])").wait_for()
            await tab.evaluate(WATCH)
            filed = await file(up.url, key, district, reports, seconds)
            took, door, judged = await told(tab, store, filed)
            looks = await tab.evaluate(LOOKS)
            await browser.close()
        store.close()
        await sink.stop()
    print(f"{many} open, {len(took)} of {reports} reports on screen, load {os.getloadavg()[0]:.1f}, milliseconds:")
    for what, found in (
        ("filed -> on screen", took),
        ("filed -> 202", door),
        ("filed -> judged", judged),
        ("the page, again", looks),
    ):
        if found:
            print(
                f"  {what:20} {statistics.median(found):6.0f} {_of_95(found):6.0f} {max(found):6.0f}  (half, 95 of 100, all)"
            )


def _of_95(found: Sequence[float]) -> float:
    return sorted(found)[max(0, -(-len(found) * 95 // 100) - 1)]


async def file(url: str, key: str, district: District, reports: int, seconds: float) -> dict[str, tuple[float, float]]:
    """File reports of different desa; gives when each was handed in and accepted, in seconds of the wall clock."""
    places = [place for place in district.places.values() if place.kind == "desa"]
    found = {}
    async with aiohttp.ClientSession(url, headers={"Authorization": f"Bearer {key}"}) as client:
        for place in random.Random(reports).sample(places, reports):
            body = {"text": TEXT.format(desa=place.name, kecamatan=district.places[place.kecamatan or ""].name)}
            begun = time.time()
            async with client.post("/v1/reports", json=body | {"basis": "saw", "desa": place.code}) as answer:
                assert answer.status == 202, await answer.text()
                found[(await answer.json())["id"]] = (begun, time.time())
            await asyncio.sleep(max(0.0, begun + seconds - time.time()))
    return found


async def told(
    tab: Page, store: Store, filed: dict[str, tuple[float, float]]
) -> tuple[list[float], list[float], list[float]]:
    """Give in milliseconds how long each report took to the screen, to its 202, and to its judgement."""
    until = time.time() + GIVE_UP
    incidents: dict[str, str] = {}
    came: dict[str, float] = {}
    while time.time() < until and not all(_first(came, incidents.get(one, "")) for one in filed):
        await asyncio.sleep(0.2)
        for report in filed:
            row = store.read_now(lambda session, id_=report: session.get(Report, id_))
            if row is not None:
                incidents[report] = row.incident_id
        came = await tab.evaluate("window.came")
    took, door, judged = [], [], []
    for report, (begun, accepted) in filed.items():
        door.append((accepted - begun) * 1000)
        first = _first(came, incidents.get(report, ""), begun * 1000)
        if first is not None:
            took.append(first - begun * 1000)
        opened_at = _judged_at(store, report)
        if opened_at is not None:
            judged.append((opened_at - begun) * 1000)
    return took, door, judged


def _first(came: dict[str, float], incident: str, after: float = 0.0) -> float | None:
    times = [at for key, at in came.items() if incident and key.startswith(f"{incident}:") and at >= after]
    return min(times, default=None)


def _judged_at(store: Store, report: str) -> float | None:
    from sqlmodel import select

    from schemas.records.incidents import Judgement

    row = store.read_now(lambda session: session.exec(select(Judgement).where(Judgement.report_id == report)).first())
    return None if row is None else row.at.timestamp()


def main() -> None:
    """Read the words of the command, and measure."""
    parser = argparse.ArgumentParser(prog="python -m tests.screen", description=__doc__.partition("\n")[0])
    parser.add_argument("--open", type=int, default=5000, help="incidents that are open")
    parser.add_argument("--reports", type=int, default=60)
    parser.add_argument("--seconds", type=float, default=1.5, help="between two of them")
    parser.add_argument("--page", default=PAGE, help="what the browser shows")
    asked = parser.parse_args()
    asyncio.run(measure(asked.open, asked.reports, asked.seconds, asked.page))


if __name__ == "__main__":
    main()
