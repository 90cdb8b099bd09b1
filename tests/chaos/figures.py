"""What each fault cost, counted at the end of a run: every report belongs to the fault during or after which it came."""

import json
import os
from bisect import bisect_right
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from math import inf
from typing import Any

from tests.chaos.usage import Usage
from tests.chaos.watch import Untrue

AGAIN, WEBHOOK = 10.0, 30.0  # seconds after a fault's end within which it must be over
STUCK = 60.0  # seconds after a fault's end, or its own acceptance, after which a report nobody is told of is stuck
FALSE = 60.0  # seconds for which something false may be said: within a minute everything that is asked says it


@dataclass
class Figures:
    """What one fault cost; instants are monotonic."""

    name: str
    begun: float = 0.0
    ended: float = 0.0
    again_after: float = -1.0  # seconds from its end to the next accepted report
    webhook_after: float = -1.0  # seconds from its end to the next webhook
    operator: list[str] = field(default_factory=list)  # what somebody had to do, as it was done
    accepted: int = 0  # from its beginning to that of the next one
    refused: int = 0  # tries that were answered 503 or not at all
    lost: int = 0  # accepted, and not in the store at the end
    gone: int = 0  # of these, what lay only on the folder of the bus that this fault removed
    doubled: int = 0  # stored under an id that nobody was told, or told under two ids
    again: int = 0  # calls repeated under the same id
    late: float = 0.0  # seconds from 202 to the first webhook, of the one that took longest
    stuck: int = 0
    untrue: Untrue = field(default_factory=Untrue)


@dataclass
class Run:
    """What a whole run came to."""

    seed: int
    rate: float
    store: str = "SQLite"
    seconds: float = 0.0
    faults: list[Figures] = field(default_factory=list)
    accepted: int = 0
    refused: int = 0  # tries that were answered 503 or not at all
    nameless: int = 0
    lost: int = 0  # accepted, and not in the store
    gone: int = 0  # of these, what lay only on a folder of the bus that a fault removed
    doubled: int = 0  # stored, and never accepted under that id
    unanswered: int = 0  # calls without an id that ended without an answer: so many may be stored and not be known
    untold: int = 0  # accepted, named in no webhook, and not gone
    told_twice: int = 0  # one thing told to one institution in one round under two ids
    again: int = 0  # calls repeated under the same id
    sent_again: dict[str, int] = field(default_factory=dict)
    mails: int = 0  # that the mail server said it would deliver
    mails_again: int = 0  # of these, repeated under the same Message-ID
    mails_missing: int = 0  # marked as sent, and no such mail came
    pings: int = 0
    wrong: dict[str, Any] = field(default_factory=dict)  # what reconcile found
    usage: Usage = field(default_factory=Usage)

    def holds(self) -> bool:
        """Say whether everything held that must."""
        lost = self.lost - self.gone
        false = any(max(one.untrue.ready, one.untrue.metrics) > FALSE for one in self.faults)
        wrong = self.told_twice or self.mails_missing or self.wrong
        return not (lost or self.doubled > self.unanswered or self.untold or wrong or false)

    def late(self) -> int:
        """Count the faults that took longer than they may until everything worked again."""
        return sum(one.again_after > AGAIN or one.webhook_after > WEBHOOK for one in self.faults)


@dataclass(frozen=True)
class Seen:
    """What a run saw, from which its figures are made; instants are monotonic."""

    filed: Mapping[str, float]
    refusals: Sequence[float]
    stored: frozenset[str]
    strangers: frozenset[str]  # stored, and never accepted under that id
    gone: frozenset[str]
    calls: Sequence[Any]  # webhooks that were answered with a success


@dataclass
class Heard:
    """What webhooks told: when each report was named first, and what was told a second time, when."""

    told: dict[str, float] = field(default_factory=dict)
    again: list[float] = field(default_factory=list)  # under the same id
    twice: list[float] = field(default_factory=list)  # one thing to one institution in one round, under another id


def heard(calls: Sequence[Any]) -> Heard:
    """Go through webhooks in their order."""
    found, known = Heard(), set()
    things: dict[tuple[str, str, int], str] = {}
    for call in calls:
        data = call.data
        for report in data.get("reports", ()):
            found.told.setdefault(report, call.at)
        if call.id in known:
            found.again.append(call.at)
        elif (
            "round" in data
            and things.setdefault((data["incident"], data["institution"], data["round"]), call.id) != call.id
        ):
            found.twice.append(call.at)
        known.add(call.id)
    return found


def count(run: Run, seen: Seen) -> None:
    """Count what each fault cost; what came before the first one belongs to it."""
    all_heard = heard(seen.calls)
    told, lost = all_heard.told, set(seen.filed) - seen.stored
    run.lost, run.gone, run.doubled = len(lost), len(lost & seen.gone), len(seen.strangers)
    run.refused = len(seen.refusals)
    run.untold, run.told_twice, run.again = (
        len(set(seen.filed) - set(told) - (lost & seen.gone)),
        len(all_heard.twice),
        len(all_heard.again),
    )
    begins = [one.begun for one in run.faults]

    def of(at: float) -> Figures:
        return run.faults[max(0, bisect_right(begins, at) - 1)]

    if not run.faults:
        return
    for id_, at in seen.filed.items():
        fault = of(at)
        fault.accepted += 1
        fault.lost += id_ in lost
        fault.gone += id_ in lost and id_ in seen.gone
        fault.late = max(fault.late, told.get(id_, at) - at)
        fault.stuck += id_ not in lost and told.get(id_, inf) > max(at, fault.ended) + STUCK
    for at in seen.refusals:
        of(at).refused += 1
    for at in all_heard.again:
        of(at).again += 1
    for at in (*all_heard.twice, *(told[id_] for id_ in seen.strangers if id_ in told)):
        of(at).doubled += 1


def table(run: Run) -> str:
    """Write the run as Markdown, a row for each kind of fault."""
    gone = f" ({run.gone} of them lay only on a folder of the bus that was removed)" if run.gone else ""
    head = (
        f"Seed {run.seed}, {run.store}: {run.accepted:,} reports at {run.rate:g}/s, {len(run.faults)} faults in {run.seconds / 60:.0f} min. "
        f"Lost {run.lost}{gone}, stored under an id that nobody was told {run.doubled} ({run.unanswered} calls without an id ended "
        f"without an answer), untold {run.untold}, told under two ids {run.told_twice}; "
        f"calls repeated under the same id {run.again} ({_by_channel(run.sent_again)}); {_mails(run)}{run.refused:,} tries were answered 503 or not at all; "
        f"{run.pings} pings; `reconcile`: {'nothing wrong' if not run.wrong else json.dumps({k: len(v) for k, v in run.wrong.items()})}.\n\n"
        f"{run.late()} of {len(run.faults)} faults took longer than {AGAIN:.0f} s to a 202 or {WEBHOOK:.0f} s to a webhook; "
        f"{os.cpu_count()} processors, at a load of {run.usage.load():.0f}.\n\n"
    )
    rows = [
        "| fault | times | lasted s | accepted | refused | lost | of these gone | doubled | again | late s | stuck | s to 202 | s to webhook | false: readyz s, metrics s, pings | operator |",
        "|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    rows += [_row(name, [one for one in run.faults if one.name == name]) for name in sorted(_names(run))]
    return head + "\n".join(rows) + "\n\n" + run.usage.table() + "\n"


def _names(run: Run) -> set[str]:
    return {one.name for one in run.faults}


def _row(name: str, same: Sequence[Figures]) -> str:
    sums = [
        sum(getattr(one, what) for one in same) for what in ("accepted", "refused", "lost", "gone", "doubled", "again")
    ]
    untrue = [one.untrue for one in same]
    false = f"{max(one.ready for one in untrue):.1f}, {max(one.metrics for one in untrue):.1f}, {sum(one.pings for one in untrue)}"
    cells = [
        name,
        len(same),
        _middle_and_worst([one.ended - one.begun for one in same]),
        *sums,
        f"{max(one.late for one in same):.1f}",
        sum(one.stuck for one in same),
        _middle_and_worst([one.again_after for one in same]),
        _middle_and_worst([one.webhook_after for one in same]),
        false,
        "; ".join(dict.fromkeys(act for one in same for act in one.operator)) or "none",
    ]
    return f"| {' | '.join(map(str, cells))} |"


def _middle_and_worst(seconds: list[float]) -> str:
    ordered = sorted(seconds)
    return f"{ordered[len(ordered) // 2]:.1f}, {ordered[-1]:.1f}"


def _mails(run: Run) -> str:
    if not run.mails:
        return ""
    return (
        f"{run.mails:,} mails, {run.mails_again} of them repeated under the same Message-ID, "
        f"{run.mails_missing} marked as sent that never came; "
    )


def count_mails(run: Run, taken: Sequence[str], marked: Collection[str]) -> None:
    """Count mails: `taken` are the Message-IDs that a server took, in order, `marked` those the store has as sent."""
    run.mails, run.mails_again = len(taken), len(taken) - len(set(taken))
    run.mails_missing = len(set(marked) - set(taken))


def _by_channel(sent: dict[str, int]) -> str:
    return ", ".join(f"{name} {number}" for name, number in sorted(sent.items())) or "by the store's count none"
