"""What providers tell later of an alert: it got through after all, or fails for now again and again; by rows."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from schemas.district import District
from schemas.messages import InboundReceipt
from schemas.records.alerts import Alert, Delivery, Ladder
from schemas.records.people import Address
from schemas.rows.alerts import DeliveryRow
from schemas.vocabulary import DeliveryState, Duty, Level
from services.notify.alerting.alert_batch import AlertBatch
from services.notify.alerting.planner import open_or_change
from services.notify.alerting.unreachable import finish
from services.notify.channel_kit.base import Verdict
from services.notify.delivery.dispatcher import Dispatcher, Outcome
from services.notify.replies.receipts import receive
from services.store.ids import derived
from tests.incidents import filed, judged, keep
from tests.journeys.test_chase_model import Ground
from tests.journeys.test_other_ways import MAIL, WHATSAPP, reach, ways, with_channels

POLRES = derived("person", "polres")


@pytest.fixture
def ground(tuban: District, blank_sqlite: bytes, tmp_path: Path) -> Iterator[Ground]:
    ground = with_channels(tuban, blank_sqlite, tmp_path / "receipts.db")
    reach(ground, POLRES, WHATSAPP, MAIL)
    yield ground
    ground.end()


def told(ground: Ground) -> DeliveryRow:
    """Open an incident that the police lead; gives the message to their officer, which no try has brought yet."""
    report = filed("Kejadian.")
    ground.store.write_now(lambda tx: keep(tx, report, judged(Level.TINGGI)))

    def decide(tx: Any) -> list[DeliveryRow]:
        telling = AlertBatch(tx, ground.context, [str(report.id)])
        open_or_change(telling, str(report.id))
        return finish(telling)

    [row] = [one for one in ground.store.write_now(decide) if one["person_id"] == POLRES]
    assert ways([row]) == [WHATSAPP]
    return row


def tried(ground: Ground, row: DeliveryRow, verdict: Verdict) -> None:
    """Try a message once more, with what its channel says of it; nothing of it delivers the alert here."""
    [now] = ground.store.write_now(lambda tx: tx.rows(Delivery, "id", [row["id"]]))
    dispatcher = Dispatcher(ground.store, {}, "notify-1", lambda _tx, _outcomes: None)
    ground.store.write_now(lambda tx: dispatcher._mark(tx, [Outcome(now, verdict)]))


def receipt(ground: Ground, row: DeliveryRow, state: DeliveryState) -> list[DeliveryRow]:
    """Take one receipt in; gives what is owed another way."""
    facts: dict[str, Any] = {"channel": "whatsapp", "provider_id": "wamid.1", "delivery_id": row["id"]}
    said = InboundReceipt(**facts, state=state, told_at=ground.clock.now, error="WhatsApp 131000")
    first: Any = SimpleNamespace(tries=1)
    owed, early = ground.store.write_now(lambda tx: receive(tx, ground.context, [(first, said)]))
    assert early == []
    return owed


def delivery(ground: Ground, row: DeliveryRow) -> Delivery:
    return next(one for one in ground.rows(Delivery) if one.id == row["id"])


def alert(ground: Ground, row: DeliveryRow) -> Alert:
    return next(one for one in ground.rows(Alert) if one.id == row["alert_id"])


@pytest.mark.parametrize(
    ("state", "stands"),
    [(DeliveryState.SENT, "delivered"), (DeliveryState.DELIVERED, "delivered"), (DeliveryState.READ, "seen")],
)
def test_a_message_that_got_through_after_a_try_without_answer_delivers_its_alert(
    ground: Ground, state: DeliveryState, stands: str
) -> None:
    row = told(ground)
    assert alert(ground, row).duty == Duty.LEAD
    tried(ground, row, Verdict("again", error="no answer in time"))
    assert alert(ground, row).state == "owed"
    ground.clock.forward(seconds=5)
    receipt(ground, row, state)
    assert delivery(ground, row).state == state
    assert delivery(ground, row).next_at is None
    assert (alert(ground, row).state, alert(ground, row).delivered_at) == (stands, ground.clock.now)
    assert [one.started_at for one in ground.rows(Ladder)] == [ground.clock.now]


def test_what_fails_for_now_twice_goes_the_other_way_beside_and_is_given_up_after_two_days(ground: Ground) -> None:
    row = told(ground)
    begun, owed, pauses = ground.clock.now, [], []
    while delivery(ground, row).state != "dead":
        tried(ground, row, Verdict("sent", provider_id="wamid.1"))
        owed.append(ways(receipt(ground, row, DeliveryState.FAILED)))
        if next_at := delivery(ground, row).next_at:
            pauses.append(next_at - ground.clock.now)
            ground.clock.now = next_at
        assert ground.clock.now - begun < timedelta(hours=49), "it is tried for ever"
    assert owed[:2] == [[], [MAIL]]
    assert not any(owed[2:])
    assert ground.clock.now - begun >= timedelta(hours=48)
    assert (pauses[0], pauses[-1]) == (timedelta(minutes=1), timedelta(minutes=10))
    addresses = [one for one in ground.rows(Address) if one.person_id == POLRES]
    assert [one.failed_at for one in addresses] == [None, None], "its provider never said that the address is wrong"


def test_a_receipt_of_what_was_withdrawn_while_it_was_under_way_breaks_nothing(ground: Ground) -> None:
    row = told(ground)
    ground.store.write_now(lambda tx: tx.put(Delivery, [{"id": row["id"], "state": "withdrawn"}]))
    receipt(ground, row, DeliveryState.SENT)
    assert delivery(ground, row).state == "withdrawn"
    receipt(ground, row, DeliveryState.DELIVERED)
    assert delivery(ground, row).state == "delivered"


def test_a_message_that_a_receipt_gives_up_goes_the_other_way_at_once(ground: Ground) -> None:
    row = told(ground)
    tried(ground, row, Verdict("sent", provider_id="wamid.1"))
    owed = receipt(ground, row, DeliveryState.DEAD)
    assert [one["address"] for one in owed if one["person_id"] == POLRES] == [MAIL[1]]
    assert {one.address for one in ground.rows(Address) if one.failed_at} == {WHATSAPP[1]}
