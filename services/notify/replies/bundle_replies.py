"""Answer a whole bundle by its one code: accept all that it asks, and say honestly what that came to.

Escalations and situation reports are about one incident each: they are asked back. What has become graver since the
bundle was sent, or asks for more, is not accepted unseen either.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from schemas.records.alerts import Alert, Delivery
from schemas.records.people import Person
from schemas.rows.alerts import DeliveryRow
from schemas.vocabulary import OPEN_STATES, Level
from services.incidents import responses
from services.incidents.answer_authority import speaker, standing_of
from services.notify.context import NotifyContext
from services.notify.delivery.queries import bundled
from services.notify.messages.alert_message import plain
from services.notify.replies.parser import Accept, Escalate, Sitrep
from services.notify.replies.reply_phrases import say
from services.security.refusal import Refused
from services.store.transaction import Transaction

ORDER = ("accepted", "before", "raised", "closed", "others")
LISTED = 200  # characters of codes that are named when asking back: the whole stays within two SMS


@dataclass
class Tally:
    """What one reply came to, alert by alert."""

    lines: list[tuple[str, Alert, str]] = field(default_factory=list)  # kind, alert, who
    at: list[datetime] = field(default_factory=list)  # when those were answered that had been before
    due: list[datetime] = field(default_factory=list)  # of promised sitreps
    raised: list[str] = field(default_factory=list)  # codes

    def count(self, kind: str) -> int:
        """Say how many alerts came to this."""
        return sum(one == kind for one, _, _ in self.lines)


def members(tx: Transaction, people: Sequence[str], code: str) -> list[DeliveryRow]:
    """Give what a bundle asks, one delivery per alert, the gravest first; of the newest one with this code."""
    own = bundled(tx, people, code)
    if not own:
        return []
    rows = tx.rows(Delivery, "bundle_id", [own[-1]["bundle_id"]])
    asked = sorted((row for row in rows if row["bundle_code"]), key=lambda row: (-_level(row), row["owed_at"]))
    return list({row["alert_id"]: row for row in reversed(asked)}.values())[::-1]


def _level(row: DeliveryRow) -> Level:
    return Level[row["payload"]["data"]["level"]]


def accept_all(
    tx: Transaction,
    context: NotifyContext,
    rows: Sequence[DeliveryRow],
    people: Mapping[str, Person],
    *,
    how: str,
    note: str,
) -> Tally:
    """Acknowledge what a bundle asks, in this transaction; each alert counts once."""
    tally = Tally()
    fresh: set[str] = set()
    for row in rows:
        alert, person = tx.session.get(Alert, row["alert_id"]), people.get(row["person_id"] or "")
        if alert is None:
            continue
        kind, counted = _accept(tx, context, row, alert, person, how=how, note=note)
        if kind == "before" and counted.id in fresh:
            kind = "accepted"  # two of the bundle have been merged into one meanwhile
        tally.lines.append((kind, counted, person.id if person else ""))
        if kind == "accepted":
            fresh.add(counted.id)
            tally.due += [counted.sitrep_due] if counted.sitrep_due else []
        elif kind == "before" and counted.acknowledged_at:
            tally.at.append(counted.acknowledged_at)
        elif kind == "raised":
            tally.raised.append(row["payload"]["code"])
    return tally


def _accept(
    tx: Transaction,
    context: NotifyContext,
    row: DeliveryRow,
    alert: Alert,
    person: Person | None,
    *,
    how: str,
    note: str,
) -> tuple[str, Alert]:
    """Acknowledge one; gives what it came to and the alert that it counted for."""
    standing = standing_of(tx.session, alert)
    if standing is None or standing.alert is None or person is None:
        return "others", alert
    counted, incident = standing.alert, standing.incident
    if incident.state not in OPEN_STATES:
        return "closed", counted
    if counted.level > _level(row) or counted.level >= Level.KRITIS or _owed_anew(counted, row):
        return "raised", counted
    try:
        who = speaker(person, counted, incident, context.district)
        answer = responses.acknowledge(
            tx, incident.id, who, institution=counted.institution, how=how, reason=note or None, alert_id=counted.id
        )
    except Refused:
        return "others", counted
    return "accepted" if answer.first else "before", counted


def _owed_anew(alert: Alert, row: DeliveryRow) -> bool:
    """Say whether an alert asks for more than it did in the bundle: open again, or its institution leads now."""
    return bool(alert.id == row["alert_id"] and alert.owed_at > row["owed_at"])


def confirmation(tally: Tally, code: str, language: str, now: datetime, time: Callable[[datetime], str]) -> str:
    """Say what accepting a bundle came to: "7702: 2 diterima 01.30 WIB, 1 sudah diterima 01.12 WIB."."""
    said = []
    for kind in ORDER:
        if not (count := tally.count(kind)):
            continue
        facts: dict[str, Any] = {"count": count}
        if kind == "accepted":
            said.append(say(language, "now", **facts, time=time(now)))
        elif kind == "before" and count == 1 and tally.at:
            said.append(say(language, "before_one", time=time(tally.at[0])))
        elif kind == "raised":
            said.append(say(language, "raised", **facts, codes=", ".join(f"T {one}" for one in tally.raised)))
        else:
            said.append(say(language, kind, **facts))
    facts = {"code": code, "counts": ", ".join(said)}
    if not tally.count("accepted"):
        return say(language, "bundle", **facts)
    if tally.due:
        return say(language, "bundle_sitrep_until", **facts, due=time(min(tally.due)))
    return say(language, "bundle_sitrep", **facts)


def ask_which(reply: Accept | Escalate | Sitrep, rows: Sequence[DeliveryRow], language: str) -> str:
    """Ask which alert of a bundle is meant, naming the codes it holds and what each is about."""
    named, length = [], 0
    for row in rows:
        about = ", ".join(plain(str(row["payload"]["subject"])).split(" - ")[:-1])  # its last part says why it came
        one = f"{row['payload']['code']} ({about})"
        length += len(one) + 2
        named.append(one if length <= LISTED else str(row["payload"]["code"]))
    key = "which_sitrep" if isinstance(reply, Sitrep) else "which_escalate"
    return say(language, key, code=reply.code, count=len(rows), codes=", ".join(named) + ".")


def codes_of(tx: Transaction, people: Sequence[str]) -> dict[str, int]:
    """Give the codes of bundles that these people may answer, with how many alerts each is for."""
    found: dict[str, set[str]] = defaultdict(set)
    for row in bundled(tx, people):
        found[row["bundle_code"] or ""].add(row["alert_id"])
    return {code: len(alerts) for code, alerts in found.items()}
