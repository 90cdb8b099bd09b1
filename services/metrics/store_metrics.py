"""Read what the store knows, in one short transaction: a function per question, each on an index.

Aggregates only: no incident, place, person, address or text is in a name or label. Exercises are left out of
incidents and alerts, and counted apart.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import accumulate

from prometheus_client import Metric
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily

from schemas.records.audit_log import Journal
from schemas.vocabulary import ANSWERED, Duty, Level, chased
from services.metrics import queries
from services.policy.active import standing
from services.policy.queries import processes as live_processes
from services.runtime.steps.step_times import BOUNDS
from services.store.audit_log import newest_line
from services.store.transaction import Session

# What an alert may ask for is told from 0 on: Prometheus sees no increase in a series that begins at 1.
TOLD_EARLY = ("alert.lapsed", "audit.found", "canary.lost", "delivery.dead", "policy.refused")
BEFORE = 2_000  # journal lines before a process's start in which the last canary is looked for


def gauge(name: str, what: str, values: Iterable[tuple[tuple[str, ...], float]], *labels: str) -> GaugeMetricFamily:
    """Make a gauge of (label values, value); without values its name is told all the same."""
    family = GaugeMetricFamily(f"kentongan_{name}", what, labels=labels)
    for given, value in values:
        family.add_metric(given, value)
    return family


def incidents(session: Session, _now: datetime) -> Iterator[Metric]:
    """Count open incidents."""
    rows = queries.open_incidents(session)
    found = {level: number for level, exercise, number in rows if not exercise}
    by_level = [((level.name,), found.get(level, 0)) for level in Level]
    yield gauge("incidents_open", "Open incidents, exercises left out", by_level, "level")
    exercises = sum(number for _, exercise, number in rows if exercise)
    yield gauge("exercises_open", "Open exercises, the canary's too", [((), exercises)])


def alerts(session: Session, now: datetime) -> Iterator[Metric]:
    """Count what institutions owe open incidents, and the answers that the ladder waits for in vain."""
    states: dict[tuple[str, ...], int] = {}
    late = {(duty.value, level.name): 0 for duty in (Duty.LEAD, Duty.SUPPORT) for level in Level}
    for duty, level, state, needed, number, past in queries.alerts_by_state(session, now):
        name = Level(level).name
        states[duty, name, state] = states.get((duty, name, state), 0) + number
        if chased(duty, needed=needed) and state not in ANSWERED:
            late[duty, name] = late.get((duty, name), 0) + past
    yield gauge("alerts", "Alerts of open incidents", sorted(states.items()), "duty", "level", "state")
    what_for = "Answers the ladder waits for, the lead's and others that are needed, that are past their time"
    yield gauge("answers_overdue", what_for, late.items(), "duty", "level")


def deliveries(session: Session, _now: datetime) -> Iterator[Metric]:
    """Count deliveries that are not done with."""
    rows = queries.unfinished_deliveries(session)
    by_channel = [((channel, state), number) for channel, state, number in rows]
    yield gauge("deliveries", "Deliveries under way, waiting, failed or dead", by_channel, "channel", "state")


def timers(session: Session, now: datetime) -> Iterator[Metric]:
    """Say by how much the oldest timer that has come due is late."""
    late = [((kind,), _seconds(oldest, now)) for kind, oldest in queries.oldest_timers(session).items()]
    yield gauge("timer_late_seconds", "Seconds by which the oldest timer is late, 0 when none is due", late, "timer")


def outbox(session: Session, now: datetime) -> Iterator[Metric]:
    """Say what people's acts still owe the bus."""
    number, oldest = queries.outbox_size(session)
    yield gauge("outbox_events", "Events of people's acts that notify has not heard yet", [((), number)])
    yield gauge("outbox_late_seconds", "Age of the oldest of them", [((), _seconds(oldest, now))])


def _seconds(since: datetime | None, now: datetime) -> float:
    return max(0.0, (now - since).total_seconds()) if since else 0.0


def silences(session: Session, now: datetime) -> Iterator[Metric]:
    """Count silences in force."""
    yield gauge("silences_active", "Silences in force", [((), queries.active_silences(session, now))])


def addresses(session: Session, _now: datetime) -> Iterator[Metric]:
    """Count addresses by whether they may be used."""
    found: dict[tuple[str, ...], int] = {}
    for channel, disabled, verified, number in queries.addresses_by_state(session):
        state = "disabled" if disabled else "verified" if verified else "unverified"
        found[channel, state] = found.get((channel, state), 0) + number
    yield gauge("addresses", "Addresses of people", sorted(found.items()), "channel", "state")


def rules(session: Session, _now: datetime) -> Iterator[Metric]:
    """Say which rules are in force; nothing but the names before the first notifier has started."""
    found = standing(session)
    known = [] if found is None else [found]
    info = [((one.ruleset, one.digest[:12]), 1) for one in known]
    yield gauge("policy_info", "Rules in force", info, "ruleset", "digest")
    since = [((), one.since.timestamp()) for one in known]
    yield gauge("policy_since_timestamp_seconds", "When they came into force", since)
    yield gauge("policy_proved", "Whether they passed the proof (1)", [((), int(one.proved)) for one in known])
    refused = [((), int(one.refused is not None)) for one in known]
    yield gauge("policy_refused", "Whether a folder that was refused lies there (1)", refused)


def processes(session: Session, _now: datetime) -> Iterator[Metric]:
    """Say which services live, whether they run the rules in force, and what the auditor of each notifier found."""
    names = ("service", "instance", "host")
    found = standing(session)
    told = [((one.service, one.instance, one.host), one) for one in live_processes(session)]
    seen = [(who, one.seen_at.timestamp()) for who, one in told]
    yield gauge("process_seen_timestamp_seconds", "When a service last gave a sign of life", seen, *names)
    current = [(who, int(one.digest == found.digest)) for who, one in told if found is not None]
    yield gauge("process_policy_current", "Whether a service runs the rules in force (1)", current, *names)
    audits = [(who, one.facts) for who, one in told if "audited" in one.facts]
    looked = [(who, facts["audited"]) for who, facts in audits]
    yield gauge("audit_timestamp_seconds", "When the auditor last looked", looked, *names)
    findings = [(who, facts["findings"]) for who, facts in audits]
    yield gauge("audit_findings", "What it found not to be as promised", findings, *names)


def step_times(session: Session, _now: datetime) -> Iterator[Metric]:
    """Say how long reports waited and took at each step, as each service told with its last sign of life."""
    labels = ("service", "instance", "host", "step", "part")
    what = "How long reports waited before a step (waits) and how long it took, with all of its batch (works)"
    family = HistogramMetricFamily("kentongan_step_duration_seconds", what, labels=labels)
    for one in live_processes(session):
        for name, counted in one.facts.get("steps", {}).items():
            if len(counted["counts"]) != len(BOUNDS) + 1:  # of another release
                continue
            below = accumulate(counted["counts"])
            buckets = [(bound, number) for bound, number in zip((*map(str, BOUNDS), "+Inf"), below, strict=True)]
            family.add_metric((one.service, one.instance, one.host, *name.split()), buckets, counted["seconds"])
    yield family


QUESTIONS = (incidents, alerts, deliveries, timers, outbox, silences, addresses, rules, processes, step_times)


class Tail:
    """Follow the journal: lines by kind since the first look, and the last canary."""

    def __init__(self) -> None:
        self._seq: int | None = None
        self._kinds = dict.fromkeys(TOLD_EARLY, 0)
        self._canary: Journal | None = None

    def read(self, session: Session) -> Iterator[Metric]:
        """Take in what was written since the last look, and say what there is."""
        head = queries.head(session)
        start = head if self._seq is None else self._seq
        for kind, number in queries.lines_by_kind(session, start, head):
            self._kinds[kind] = self._kinds.get(kind, 0) + number
        since = head - BEFORE if self._seq is None else start
        self._canary = newest_line(session, "canary.", since) or self._canary
        self._seq = head
        return self._told()

    def _told(self) -> Iterator[Metric]:
        lines = CounterMetricFamily(
            "kentongan_journal_lines", "State changes since this process was first asked", labels=("kind",)
        )
        for kind, number in sorted(self._kinds.items()):
            lines.add_metric((kind,), number)
        yield lines
        last = [] if self._canary is None else [self._canary]
        at = [((), line.at.timestamp()) for line in last]
        yield gauge("canary_timestamp_seconds", "When the last test report was settled", at)
        arrived = [((), int("seconds" in line.data)) for line in last]
        yield gauge("canary_arrived", "Whether it was delivered (1) or lost (0)", arrived)
        took = [((), float(line.data["seconds"])) for line in last if "seconds" in line.data]
        yield gauge("canary_seconds", "From the door to its delivery", took)
