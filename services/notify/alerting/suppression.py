"""Leave tellings out that are silenced or told as part of a whole, and let the ladder wait as long. Journalled."""

from collections.abc import Sequence

from schemas.records import by_hand
from schemas.rows.alerts import AlertRow, LadderRow
from schemas.rows.incidents import IncidentRow
from schemas.vocabulary import ANSWERED, Duty, chased
from services.notify.alerting.alert_rows import AlertRows
from services.notify.alerting.referral_recipients import WHY
from services.policy.escalation import LadderState
from services.silences.matching import Silence


def left_out(books: AlertRows, row: IncidentRow, alert: AlertRow) -> bool:
    """Say whether a telling is left out, and keep why in the journal."""
    if row["id"] in books.canaries:
        return False  # it is told to nobody, and must arrive
    if WHY in alert["why"] and alert.get("delivered_at") is None:
        return False  # a person has just decided that this institution is to know
    unit, facts = books.unit, {name: alert[name] for name in ("institution", "unit", "duty")}
    if silence := books.mutes.silence(row, alert):
        unit.audit("alert.silenced", "notify", incident=row["id"], subject=alert["id"], silence=silence.id, **facts)
        kept = unit.session.get_one(by_hand.Silence, silence.id)
        kept.left_out += 1
        _hold(books, row, alert, silence)
        return True
    # Whoever has every delivery sent to one address (a test bench) wants each of them.
    if books.desk.contacts.divert is None and (wide := books.mutes.wide(row, alert)):
        unit.audit("alert.inhibited", "notify", incident=row["id"], subject=alert["id"], by=wide.incident, **facts)
        return True
    return False


def _hold(books: AlertRows, row: IncidentRow, alert: AlertRow, silence: Silence) -> None:
    """Let a silenced lead be told when the silence ends, and nobody before that be told that it does not answer.

    One whose answer is needed besides is told then too; the ladder waits for the lead meanwhile, as it would.
    """
    ladder = books.ladders.get(row["id"])
    awaited = chased(alert["duty"], needed=alert["needed"])
    if not awaited or alert["state"] in ANSWERED or ladder is None or ladder["stopped"] is not None:
        return
    escalation = books.escalation(row)
    due = escalation.ack_due(silence.ends_at)
    books.touch(alert, remind_at=silence.ends_at, held_by=silence.id, ack_due=due)
    if alert["duty"] == Duty.LEAD:
        books.move(ladder, escalation.held(LadderState.of(ladder), silence.ends_at))


def hold_ladder(books: AlertRows, row: IncidentRow, ladder: LadderRow, waited: Sequence[AlertRow]) -> None:
    """Let a ladder wait that waits only for who is silenced: nobody is told meanwhile that they do not answer."""
    found = [books.mutes.silence(row, alert) for alert in waited]
    until = min(silence.ends_at for silence in found if silence)
    books.move(ladder, books.escalation(row).held(LadderState.of(ladder), until))
