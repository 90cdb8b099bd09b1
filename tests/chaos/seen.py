"""Write down what an operator sees while the worst lasts: /readyz, `doctor`, `reconcile` and the desk's own words.

`python -m tests.chaos.seen --write` lets each case happen to a running installation and puts what was seen into
docs/reliability.md; nothing of it is written by hand.
"""

import argparse
import asyncio
import contextlib
import html
import os
import random
import re
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from schemas.records.people import Person
from services.console.web.sessions import COOKIE
from services.policy.loader import default_folder, load_district
from services.security import auth
from services.store.database import Store
from services.store.transaction import Transaction
from tests.chaos.ground import Ground
from tests.chaos.kept import Kept
from tests.chaos.run import PAGE
from tests.chaos.store_faults import HOLD_TURN
from tests.chaos.watch import Watch
from tests.faults.small_disk import CutDisk, cut_disk
from tests.kill.installation import Installation
from tests.servers import Sink

BEGIN, END = "<!-- what was seen: written by tests/chaos/seen.py -->", "<!-- end of what was seen -->"
LASTS = 35.0  # seconds for which a case lasts until it is looked at
Case = Callable[[Ground, CutDisk], contextlib.AbstractAsyncContextManager[None]]


@dataclass
class Seen:
    """What was seen in one case."""

    readyz: str
    doctor: str
    reconcile: str
    desk: str


@contextlib.asynccontextmanager
async def disk_full(_ground: Ground, disk: CutDisk) -> AsyncIterator[None]:
    await asyncio.to_thread(disk.fill)
    yield
    disk.free()


@contextlib.asynccontextmanager
async def store_away(ground: Ground, _disk: CutDisk) -> AsyncIterator[None]:
    aside = ground.store.with_suffix(".aside")
    ground.store.rename(aside)
    yield
    aside.rename(ground.store)


@contextlib.asynccontextmanager
async def turn_held(ground: Ground, _disk: CutDisk) -> AsyncIterator[None]:
    holder = await asyncio.create_subprocess_exec(sys.executable, "-c", HOLD_TURN, f"{ground.store}-turn")
    yield
    holder.kill()
    await holder.wait()


@contextlib.asynccontextmanager
async def not_understood(ground: Ground, _disk: CutDisk) -> AsyncIterator[None]:
    async with ground.bus("office") as bus:
        headers = {"ce-id": "x", "ce-type": "id.kentongan.report.filed.v99"}
        for _ in range(3):
            await bus.js.publish("report.filed.3523.11", b"{}", headers=headers)
    yield


@contextlib.asynccontextmanager
async def bus_lost(ground: Ground, _disk: CutDisk) -> AsyncIterator[None]:
    os.kill(await ground.pid("nats-server"), signal.SIGKILL)
    for stream in (ground.up.data / "bus").rglob("streams/REPORTS"):
        shutil.rmtree(stream)
    yield


CASES: dict[str, Case] = {
    "The disk is full": disk_full,
    "The store's file is gone": store_away,
    "A stopped process holds the store": turn_held,
    "Messages that nobody understands": not_understood,
    "The bus has lost its reports": bus_lost,
}


def _session(ground: Ground) -> str:
    """Let a coordinator in; gives the cookie."""
    store = Store(f"sqlite:///{ground.store}")

    def open_(tx: Transaction) -> str:
        row = {"id": "penyelia", "login": "penyelia", "name": "Penyelia", "role": "coordinator"}
        person = tx.session.merge(Person(**row, institution=ground.district.overlays.coordinator, clearance=4))
        tx.session.flush()
        return auth.open_session(tx, person)

    try:
        return store.write_now(open_)
    finally:
        store.close()


def _words(page: str) -> str:
    """Give the words of the desk's banner; of a page that refuses, its own."""
    found = re.search(r'<div id="health"[^>]*>(.*?)</div>', page, re.DOTALL) or re.search(
        r"<main.*?</main>", page, re.DOTALL
    )
    plain = re.sub(r"<[^>]+>", " ", found.group(found.lastindex or 0)) if found else ""
    return " ".join(html.unescape(plain).split()) or "(nothing)"


async def _see(ground: Ground, client: aiohttp.ClientSession, cookie: str) -> Seen:
    async with client.get("/readyz") as answer:
        readyz = f"{answer.status} {await answer.text()}"
    async with client.get("/", headers={"Cookie": f"{COOKIE}={cookie}"}) as answer:
        desk = (
            f"{_words(await answer.text())}"
            if answer.status == 200
            else f"{answer.status} {_words(await answer.text())}"
        )
    doctor, reconcile = await asyncio.gather(ground.up.run("doctor"), ground.up.run("reconcile", "--wait", "1"))
    return Seen(readyz, *(f"{said.rstrip()}\n(exit {code})" for code, said in (doctor, reconcile)), desk)


async def seen(folder: Path, disk: CutDisk) -> dict[str, Seen]:
    """Let each case happen, for some seconds under load, and look."""
    sink, told = await Sink().start(), {}
    try:
        async with Installation(folder, f"{sink.url}/DIVERT/-/divert", KENTONGAN_CANARY_MINUTES="0") as up:
            kept = Kept(up.data / "kentongan.db")
            ground = Ground(up, sink, load_district(default_folder()), random.Random(1), kept, Watch(kept))
            ground.key = await up.reporter()
            cookie = _session(ground)
            async with aiohttp.ClientSession(up.url) as client, ground.load(3):
                await ground.next_webhook(0.0)
                await asyncio.sleep(15)  # an audit: what is known of the bus is kept
                for name, case in CASES.items():
                    async with case(ground, disk):
                        await asyncio.sleep(LASTS)
                        told[name] = await _see(ground, client, cookie)
                    since = time.monotonic()
                    await ground.next_accepted(since)
                    await ground.next_webhook(since)
    finally:
        await sink.stop()
    return told


def page(told: dict[str, Seen]) -> str:
    """Write it as Markdown."""
    parts = []
    for name, one in told.items():
        parts.append(f"### {name}\n\nThe desk, on every page of those who look after the service: *{one.desk}*\n")
        for what, said in (
            ("/readyz", one.readyz),
            ("kentongan doctor", one.doctor),
            ("kentongan reconcile", one.reconcile),
        ):
            parts.append(f"```text\n$ {what}\n{said}\n```\n")
    return "\n".join(parts)


def main() -> int:
    """Run by the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="write it into docs/reliability.md")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kentongan-seen-") as name, cut_disk(Path(name) / "disk", 300) as disk:
        told = page(asyncio.run(seen(disk.folder, disk)))
    told = told.replace(name, "/var/lib")
    print(told)
    if options.write:
        text = PAGE.read_text(encoding="utf-8")
        PAGE.write_text(f"{text.split(BEGIN)[0]}{BEGIN}\n\n{told}\n{END}{text.split(END)[1]}", encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
