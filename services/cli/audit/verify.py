"""Hold the audit log against itself, the rows, and what is known outside the store."""

import argparse
import contextlib
import json
import socket
import sys
import time
from collections.abc import Callable, Coroutine
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from schemas.district import District
from schemas.words.languages import LANGUAGES
from services.bus import BusUnavailable, checkpoint_event
from services.cli.connect import with_bus
from services.cli.words.in_indonesian import said
from services.runtime.settings import Settings
from services.security.checkpoints import LATE, Shelf, public_keys, sign
from services.security.secret import FILE, STARTED, SecretError, load_secret
from services.store.audit_log import CHECKPOINT
from services.store.audit_verify import Checkpoint, Kind, Outside, Verdict, page_after, verify
from services.store.database import Store, StoreUnavailable
from services.store.transaction import Transaction, shape

if TYPE_CHECKING:
    from services.bus import Bus

T = TypeVar("T")
BUS, PRINTED = "bus", "printed"
PROBE = 1.0  # seconds to look whether anything listens where the bus should be
SHOWN = 10  # faults that are printed
SAID = {
    Kind.EMPTIED: "the log was emptied",
    Kind.REMOVED: "lines were removed",
    Kind.CHANGED: "the line was changed",
    Kind.REORDERED: "lines were put into another order",
    Kind.REWRITTEN: "the log was written anew",
    Kind.CUT: "the newest lines were cut off",
    Kind.ROW_DIFFERS: "a row differs from what the log says of it",
    Kind.CHECKPOINT: "a checkpoint is forged or missing",
    Kind.LATE: "a line came after the seal had passed its place",
    Kind.UNSEALED: "lines wait for their seal; no notifier seals them",
}


def run(options: argparse.Namespace, settings: Settings, store: Store) -> int:
    """Verify and say what is wrong; 1 when something is."""
    begun = time.monotonic()
    shelf = Shelf(()) if options.alone else shelf_of(options, settings)
    now = store.clock()
    checkpoints = shelf.settle(now) + [Checkpoint(line, hash_, PRINTED) for line, hash_ in options.known]
    signed = None if options.alone else frozenset(one.said.line for one in shelf.found)
    verdict = verify(store.engine, Outside(checkpoints, signed, now - LATE))
    for fault in shelf.faults:
        verdict.wrong(fault.line, fault.kind, fault.detail)
    _tell(options, verdict, shelf, time.monotonic() - begun, now)
    return 1 if verdict.faults or missing(options) else 0


def missing(options: argparse.Namespace) -> list[str]:
    """Give the files of checkpoints that were named and are not there: what they would prove is not proved."""
    return [] if options.alone else [str(path) for path in options.file if not path.exists()]


def _tell(options: argparse.Namespace, verdict: Verdict, shelf: Shelf, seconds: float, now: datetime) -> None:
    if options.json:
        told = _told(verdict, shelf, seconds)
        gone = missing(options)
        print(json.dumps(told | {"ok": told["ok"] and not gone, "missing": gone}))
    else:
        _say(verdict, shelf, now)


def without_store(options: argparse.Namespace, settings: Settings) -> int | None:
    """Say that there is no store where checkpoints know of one, and give 1; None where there are tables, or neither."""
    with contextlib.closing(Store(settings.database)) as store, contextlib.suppress(StoreUnavailable):
        if store.read_now(shape) is not None:
            return None
    shelf = shelf_of(options, settings)
    now = datetime.now(UTC)
    checkpoints = shelf.settle(now)
    newest = max(checkpoints, key=lambda one: one.seq, default=None)
    if newest is None:
        return None
    verdict = Verdict(checkpoints=len(checkpoints))
    verdict.wrong(1, Kind.EMPTIED, f"there is no store, and a checkpoint ({newest.place}) knows line {newest.seq}")
    _tell(options, verdict, shelf, 0.0, now)
    return 1


def shelf_of(options: argparse.Namespace, settings: Settings, *, keep: bool = False) -> Shelf:
    """Read the checkpoints of every place that can be reached; with `keep` they can be handed on."""
    shelf = Shelf(options.key or trusted(settings), keep=keep)
    for path in options.file or [settings.checkpoints]:
        if path.exists():
            with path.open("rb") as lines:
                shelf.read(str(path), (line for line in lines if line.strip()))
        elif options.file:
            print(said(f"{path} is not there.", options.language), file=sys.stderr)
    if not options.no_bus:
        bodies = ask_bus(settings, lambda bus: bus.checkpoints(), options.language)
        if bodies is not None:
            shelf.read(BUS, bodies)
    return shelf


def trusted(settings: Settings) -> tuple[str, ...]:
    """Give the public keys of this installation's own secret; none where it has no secret, or one of no use."""
    try:
        return own_keys(settings)
    except SecretError:
        return ()


def own_keys(settings: Settings) -> tuple[str, ...]:
    """Give the public keys of this installation's own secret; none where it never had one.

    Raises SecretError, where it had one that is gone too.
    """
    if not settings.secret and not any((settings.data / name).exists() for name in (FILE, STARTED)):
        return ()  # looking must not make one
    return public_keys(load_secret(settings.secret, settings.data, settings.secret_previous))


def ask_bus(
    settings: Settings, ask: Callable[["Bus"], Coroutine[Any, Any, T]], language: str = LANGUAGES[0]
) -> T | None:
    """Ask the bus; None where it does not answer, which is said."""
    try:
        address = urlsplit(settings.nats_url.split(",", maxsplit=1)[0].strip())
        with socket.create_connection((address.hostname or "127.0.0.1", address.port or 4222), PROBE):
            pass

        async def act(bus: "Bus", _district: District) -> T:
            return await ask(bus)

        return with_bus(settings, act)
    except (OSError, BusUnavailable, TimeoutError) as error:
        why = str(error) if isinstance(error, BusUnavailable) and str(error) else "The bus does not answer."
        print(said(f"{why} Its checkpoints were not looked at.", language), file=sys.stderr)
        return None


def restart(reason: str, settings: Settings, store: Store, language: str) -> int:
    """Sign that the log goes on from here; 1 when its lines do not fit each other."""
    verdict = verify(store.engine, rows=False)
    if verdict.faults:
        _say(verdict, Shelf(()), store.clock())
        return 1
    secret = load_secret(settings.secret, settings.data, settings.secret_previous)

    def note(tx: Transaction) -> int:
        tx.audit("audit.restarted", "office", reason=reason)
        return tx.audit(CHECKPOINT, "office")

    line = store.write_now(note)
    store.seal_now()
    [row] = store.read_now(lambda session: page_after(session, line - 1, 1))
    head = row["hash"]
    made = sign(secret, line, head, store.clock(), restart=reason)
    settings.checkpoints.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with settings.checkpoints.open("ab") as out:
        out.write(made.model_dump_json().encode() + b"\n")
    ask_bus(settings, lambda bus: bus.publish([checkpoint_event(line, head, made)]), language)
    print(f"The log goes on from line {line}; what was signed of later lines before is void.")
    return 0


def _told(verdict: Verdict, shelf: Shelf, seconds: float) -> dict[str, Any]:
    first = verdict.first
    return {
        "ok": not verdict.faults,
        "first": asdict(first) if first else None,
        "counts": verdict.counts,
        "faults": [asdict(fault) for fault in verdict.faults],
        "lines": verdict.lines,
        "head": verdict.head,
        "rows": verdict.rows,
        "checkpoints": verdict.checkpoints,
        "places": shelf.places,
        "keys": sorted(shelf.trusted),
        "restarts": [{"line": one.line, "at": one.at.isoformat(), "reason": one.restart} for one in shelf.restarts()],
        "taken_over": verdict.taken_over,
        "skipped": verdict.skipped,
        "unsealed": verdict.unsealed,
        "unsealed_since": verdict.unsealed_since.isoformat() if verdict.unsealed_since else None,
        "seconds": round(seconds, 1),
    }


def _say(verdict: Verdict, shelf: Shelf, now: datetime) -> None:
    first = verdict.first
    if first is None:
        print(f"The chain of {verdict.lines - verdict.unsealed} lines holds; its head is {verdict.head or 'empty'}.")
        print(f"{verdict.rows} rows are as the log says, {verdict.checkpoints} checkpoints fit.")
        if not verdict.checkpoints:
            print("No checkpoint was found: nothing shows that the newest lines are there and none was written anew.")
    else:
        print(f"WRONG at line {first.line} ({first.kind}): {SAID[first.kind]}: {first.detail}{_of(first.row)}.")
        for fault in [one for one in verdict.faults if one is not first][:SHOWN]:
            print(f"  line {fault.line} ({fault.kind}): {fault.detail}{_of(fault.row)}")
        counted = ", ".join(f"{kind} {many}" for kind, many in sorted(verdict.counts.items()))
        print(f"{verdict.lines} lines and {verdict.rows} rows were read. Found: {counted}.")
    if verdict.unsealed_since:
        age = max(0, round((now - verdict.unsealed_since).total_seconds()))
        print(f"{verdict.unsealed} newer lines have no hash yet; the oldest was written {age} seconds ago.")
    if verdict.skipped:
        print(f"{verdict.skipped} numbers have no line: their transactions failed, or it was removed unsealed.")
    for line in verdict.taken_over:
        print(f"At line {line} the rows of an older version were taken over as they stood.")
    for one in shelf.restarts():
        print(f"At line {one.line} the log was restarted ({one.at:%Y-%m-%d %H:%M} UTC): {one.restart}")


def _of(row: str | None) -> str:
    return f" [{row}]" if row else ""
