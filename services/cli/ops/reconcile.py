"""Prove that nothing accepted went missing: hold the bus against the store, and the store against itself."""

import argparse
import asyncio
import contextlib
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from schemas.district import District
from schemas.rows.running import StreamMarkRow
from services.bus import Bus, StreamMark
from services.cli.connect import add_place, open_store, settings_of, with_bus
from services.cli.ops import queries
from services.cli.ops.rebuild import judged, tell_missing
from services.notify.channels import discover
from services.runtime.settings import Settings
from services.security.secret import SecretError
from services.sources.keyring import load_master, open_vault
from services.sources.vault import Vault
from services.store import stream_marks
from services.store.audit_verify import verify
from services.store.database import Store
from services.store.transaction import Session

NAMED = 20  # ids shown per finding
# While anything waits, an incident may be kept and its event not told yet: its report comes to triage again.
UNDER_WAY = timedelta(minutes=2)


@dataclass
class Findings:
    """What was counted, and what is wrong; empty lists mean that all is well."""

    accepted: int = 0
    kept: int = 0
    incidents: int = 0
    alerts: int = 0
    deliveries: dict[str, int] = field(default_factory=dict)
    waiting: dict[str, int] = field(default_factory=dict)
    dead_letters: int = 0
    put_aside: int = 0  # reports nobody could process, taken off that list by a person
    missing: list[str] = field(default_factory=list)  # accepted, not in the store, not waiting
    differing: list[str] = field(default_factory=list)  # in the store with other content
    orphaned: list[str] = field(default_factory=list)  # reports without an incident
    untold: list[str] = field(default_factory=list)  # incidents without an alert
    unsent: list[str] = field(default_factory=list)  # alerts with a contact but no delivery that arrived or will
    timerless: list[str] = field(
        default_factory=list
    )  # open, unanswered incidents whose ladder has neither timer nor end
    doubled: list[str] = field(default_factory=list)  # alerts told twice in one round with different messages
    closings_untold: list[str] = field(default_factory=list)  # closed by a person, and nobody on the way was told
    closings_doubled: list[str] = field(default_factory=list)  # told twice to one person
    broken_journal: list[int] = field(default_factory=list)
    bus_lost: list[str] = field(default_factory=list)  # streams younger or shorter than what is known of them
    consumers_beyond: list[str] = field(default_factory=list)  # that pass over what comes
    promised: int = 0  # reports that doors have accepted, as counted outside the bus
    strays: int = 0  # messages among the reports that no door has put there
    sent_again: dict[str, int] = field(default_factory=dict)  # channel -> second sends under the same id

    def wrong(self) -> dict[str, list[Any]]:
        """Give the findings that should be empty and are not."""
        names: tuple[str, ...] = (
            "missing",
            "differing",
            "orphaned",
            "untold",
            "unsent",
            "timerless",
            "doubled",
            "closings_untold",
            "closings_doubled",
            "broken_journal",
        )
        names = (*names, "bus_lost", "consumers_beyond")
        return {name: getattr(self, name) for name in names if getattr(self, name)}


SAID = {
    "missing": "accepted reports are not in the store",
    "differing": "reports in the store differ from what was accepted",
    "orphaned": "reports belong to no incident",
    "untold": "incidents have told nobody",
    "unsent": "alerts have no delivery that arrived or is still being tried",
    "timerless": "unanswered incidents have no timer",
    "doubled": "alerts were told twice in one round",
    "closings_untold": "incidents were closed by a person, and whoever was on the way was not told",
    "closings_doubled": "closings were told twice to one person",
    "broken_journal": "journal lines break the chain",
    "bus_lost": 'streams have lost messages (accept it with "kentongan bus accept" when you know of it)',
    "consumers_beyond": "consumers stand beyond the end of their stream (kentongan bus declare)",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `reconcile`."""
    add_place(parser)
    parser.add_argument("--wait", type=float, default=30, metavar="SECONDS", help="how long to let work under way end")
    parser.add_argument("--mend", action="store_true", help="tell again what the bus has and the store has not")
    parser.add_argument("--json", action="store_true")


def run(options: argparse.Namespace) -> int:
    """Count and compare; 1 when something is wrong."""
    settings = settings_of(options)
    store = open_store(settings)
    try:

        async def act(bus: Bus, _district: District) -> Findings:
            if options.mend:
                told = await tell_missing(bus, store)
                await judged(bus, store, options.wait)
                print(f"{told} reports told again.", file=sys.stderr)
            return await reconcile(bus, store, patience=options.wait)

        findings = with_bus(settings, act, _vault(settings, store))
    finally:
        store.close()
    if options.json:
        print(json.dumps(asdict(findings)))
    else:
        _say(findings)
    return 1 if findings.wrong() else 0


def _vault(settings: Settings, store: Store) -> Vault | None:
    """Give the vault where the master is here: without it nobody knows that what the store lacks was erased."""
    with contextlib.suppress(SecretError):
        load_master(settings, make=False)
        return open_vault(settings, store)
    return None


def _say(findings: Findings) -> None:
    print(f"accepted by the bus  {findings.accepted}")
    print(f"kept in the store    {findings.kept}")
    print(f"incidents            {findings.incidents}")
    print(f"alerts               {findings.alerts}")
    print(
        f"deliveries           {', '.join(f'{name} {n}' for name, n in sorted(findings.deliveries.items())) or 'none'}"
    )
    print(f"waiting on the bus   {', '.join(f'{name} {n}' for name, n in findings.waiting.items())}")
    print(f"dead letters         {findings.dead_letters}")
    if findings.put_aside:
        print(f"put aside            {findings.put_aside} by a person: audit log, deadletter.drop_asked")
    print(f"promised by doors    {findings.promised}")
    if findings.strays:
        print(f"odd messages         {findings.strays} among the reports have no id and were left alone")
    if findings.sent_again:
        print(f"sent again           {', '.join(f'{name} {n}' for name, n in sorted(findings.sent_again.items()))}")
    for name, ids in findings.wrong().items():
        more = f" and {len(ids) - NAMED} more" if len(ids) > NAMED else ""
        print(f"WRONG: {len(ids)} {SAID[name]}: {', '.join(str(id_) for id_ in ids[:NAMED])}{more}")
    if not findings.wrong():
        print("Nothing accepted went missing; everything owed has an outcome or a time at which it is tried again.")


async def reconcile(bus: Bus, store: Store, *, patience: float = 30) -> Findings:
    """Hold what the bus accepted against what the store kept; waits at most `patience` seconds for work under way."""
    findings = Findings()
    findings.waiting = await bus.waiting()
    for _ in range(int(patience / 0.25)):
        if not any(findings.waiting.values()):
            break
        await asyncio.sleep(0.25)
        findings.waiting = await bus.waiting()
    letters = await bus.dead_letters()
    findings.dead_letters = len(letters)
    dead = {letter.sequence for letter in letters if letter.stream == "REPORTS"}
    accepted: dict[str, str] = {}
    excused = set()
    async for number, id_, digest in bus.reports_on_disk():
        accepted.setdefault(id_, digest)
        if number in dead:
            excused.add(id_)
    findings.strays = len(await bus.strays())
    findings.consumers_beyond = await bus.beyond()
    known = await store.read(stream_marks.marks)  # before the bus is asked: doors go on promising
    seen = await bus.marks()
    await store.read(lambda session: _beside(session, findings, known, seen))
    findings.accepted = len(accepted)
    pending = findings.waiting.get("triage", 0)
    kept = await store.read(queries.digests)
    findings.kept = len(kept)
    absent = [id_ for id_ in accepted if id_ not in kept and id_ not in excused]
    erased = await bus.erased_among(absent)
    aside = await store.read(queries.put_aside)
    findings.put_aside = len(aside.intersection(absent) - erased)
    absent = [id_ for id_ in absent if id_ not in erased and id_ not in aside]
    findings.missing = absent if len(absent) > pending else []
    findings.differing = [id_ for id_, digest in accepted.items() if id_ in kept and kept[id_] != digest]
    await store.read(lambda session: _within(session, findings, store.clock()))
    verdict = await asyncio.to_thread(verify, store.engine, rows=False)
    findings.broken_journal = [fault.line for fault in verdict.faults]
    return findings


def _beside(session: Session, findings: Findings, known: Sequence[StreamMarkRow], seen: Sequence[StreamMark]) -> None:
    """Hold the bus against what was known of it from outside."""
    findings.promised = sum(row["promised"] for row in known)
    fresh = {loss.stream: loss.sentence() for loss in stream_marks.losses(known, seen)}
    lost = stream_marks.missing(session)
    old = {row["stream"]: f"{row['stream']}: {row['lost']} numbers" for row in lost}
    findings.bus_lost = sorted({**old, **fresh}.values())
    findings.sent_again = queries.sent_again(session)


def _lists() -> frozenset[str]:
    """Name the channels behind which a list is kept."""
    return frozenset(name for name, channel in discover().items() if channel.capabilities.lists)


def _within(session: Session, findings: Findings, now: datetime) -> None:
    """Hold the store against itself."""
    findings.deliveries = queries.deliveries_by_state(session)
    findings.incidents = queries.count_incidents(session)
    findings.alerts = queries.count_alerts(session)
    findings.orphaned = queries.orphaned_reports(session)
    findings.untold = queries.untold_incidents(session, now - UNDER_WAY if any(findings.waiting.values()) else None)
    findings.unsent = queries.unsent_alerts(session)
    findings.timerless = queries.timerless_incidents(session)
    counted = queries.deliveries_by_round(session)
    findings.doubled = [f"{key[0]} round {key[1]}" for key, times in counted.items() if times > 1]
    findings.closings_untold = queries.untold_closings(session)
    twice = (key for key, times in queries.closings_told(session, _lists()).items() if times > 1)
    findings.closings_doubled = [f"line {line} to {who}" for line, _, _, who in twice]
