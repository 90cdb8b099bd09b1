"""A change of an incident is told though its event never came: the store itself says who has not been told of what.

Triage commits, then tells. A bus that was made anew, or a store that was put back from a backup (a revision is counted
again then, and the bus takes its event for known), leaves the first without the second.
"""

from typing import Any

import pytest

from schemas.records.audit_log import Journal
from schemas.records.incidents import Incident
from schemas.records.running import Outbox
from schemas.vocabulary import Level, Role
from services.notify.alerting.escalation_sweep import owed_events
from services.notify.worker import UNTOLD_AFTER
from tests.house import SOKO, House
from tests.incidents import added, filed, fold, judged, opened

pytestmark = pytest.mark.nats
COORDINATOR, SECOND = ("KESBANG", Role.COORDINATOR), ("POLRES", Role.VERIFIER)
LATER = UNTOLD_AFTER.total_seconds() + 1


async def looked(house: House) -> None:
    """Let the notifier look for what nobody was told of, and let everything come to its end."""
    await house.notify.take_up_untold()
    await house.settle()


def raise_(house: House, incident: str, level: Level) -> Any:
    """Raise an incident as triage does; gives the event, which nobody has told yet."""
    report = filed("Massa bertambah, dua orang luka berat.", reporter="lain")
    return house.store.write_now(lambda tx: fold(tx, incident, report, judged(level)))


async def test_a_rise_whose_event_was_lost_is_told(house: House) -> None:
    incident = await opened(house, Level.TINGGI)
    assert (await house.act(incident, "acknowledgements", by="POLRES")).status == 200
    house.news()
    event = raise_(house, incident, Level.KRITIS)
    await looked(house)
    house.expect_silence()  # its event may be under way still
    house.clock.forward(seconds=LATER)
    await looked(house)
    house.expect_alert("POLRES", duty="lead", reason="raised")
    assert house.ladder(incident).policy["level"] == Level.KRITIS
    assert house.lead(incident).state == "delivered"  # its answer is owed once more
    house.news()
    await house.publish([event])  # late, and no second telling
    await house.settle()
    await looked(house)
    house.expect_silence()


async def test_a_rise_that_the_bus_takes_for_known_is_told(house: House) -> None:
    incident = await opened(house, Level.TINGGI)
    backup = house.store.write_now(lambda tx: dict(tx.rows(Incident, "id", [incident])[0]))
    event = raise_(house, incident, Level.KRITIS)

    def before(tx: Any) -> None:
        tx.put(Incident, [backup])
        tx.audit("test.restored", "test", incident=incident)

    house.store.write_now(before)
    await house.publish([event])
    await house.settle()
    house.news()
    again = raise_(house, incident, Level.KRITIS)
    assert again.id == event.id
    await house.publish([again])
    await house.settle()
    assert house.told() == set()  # this is what the bus does
    house.clock.forward(seconds=LATER)
    await looked(house)
    house.expect_alert("POLRES", duty="lead", reason="raised")


async def test_what_is_open_again_is_chased_again_though_nobody_heard_of_it(house: House) -> None:
    incident = await opened(house, Level.SEDANG)
    closed = await house.close(incident, by=COORDINATOR, second=SECOND, reason="sudah damai")
    assert closed.status == 200, closed
    assert house.ladder(incident).stopped is not None
    house.news()

    def reopen(tx: Any) -> None:
        tx.put(Incident, [{"id": incident, "state": "open", "closed_at": None, "changed_at": tx.now}])
        tx.audit("incident.reopened", "triage", incident=incident)

    house.store.write_now(reopen)
    house.clock.forward(seconds=LATER)
    await looked(house)
    house.expect_alert("POLSEK", duty="lead", reason="reopened")
    ladder = house.ladder(incident)
    assert (ladder.stopped, ladder.next_at is not None) == (None, True)


async def test_what_was_told_in_its_turn_is_not_looked_at_again(house: House) -> None:
    incident = await opened(house, Level.SEDANG)
    await added(house, incident, Level.KRITIS)
    quiet = await opened(house, Level.RENDAH, conflict=False)
    house.clock.forward(seconds=LATER)
    await house.settle()
    house.news()
    lines = len(house.rows(Journal))
    await house.notify.take_up_untold()
    await house.quiet()
    house.expect_silence()
    assert len(house.rows(Journal)) == lines
    assert house.ladder(quiet).stopped is not None


def lose(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the bus promise what it is told and lose it, as one that is made anew a moment later, or that knows it already."""

    async def promised_and_lost(_events: Any) -> None:
        return

    monkeypatch.setattr(house.notify.bus, "publish", promised_and_lost)


async def test_a_verification_whose_event_was_lost_is_told_to_everybody_it_concerns(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those beyond the lead are told when an officer has verified it: they never were, and no ladder said so."""
    text = "Katanya di Soko mau ada tawuran silat nanti malam, tolong dicek."
    report = await house.file_with(None, text, kecamatan=SOKO, anonymous=True)
    incident = house.incident_of(report).id
    assert house.incident(incident).handling == "verify_first"
    first = {institution for institution, _, _ in house.told()}
    house.news()
    with monkeypatch.context() as patched:
        lose(house, patched)
        answer = await house.act(incident, "verifications", by=COORDINATOR, note="Babinsa membenarkan.")
        assert answer.status == 200, answer
        await house.settle()
        await house.notify.take_up_unheard()
        await house.settle()
        assert house.told() == set()  # its event may be under way still
        house.clock.forward(seconds=LATER)
        (event,) = house.ask(owed_events)  # told by each tick, until it is heard or looked at
        await house.notify.take_up_unheard()
        await house.settle()
    beyond = {institution for institution, _, _ in house.told()} - first
    assert beyond
    assert house.rows(Outbox) == []
    house.news()
    await house.publish([event])  # late, and no second telling
    await house.settle()
    await house.notify.take_up_unheard()
    await house.settle()
    house.expect_silence()


async def test_an_act_that_was_heard_leaves_the_outbox(house: House) -> None:
    incident = await opened(house, Level.TINGGI)
    for _ in range(2):
        assert (await house.act(incident, "acknowledgements", by="POLRES")).status == 200
        await house.settle()
    assert house.rows(Outbox) == []


async def test_every_event_of_a_life_that_comes_a_second_time_much_later_has_no_second_effect(house: House) -> None:
    """The bus knows an event's id for minutes alone: whatever comes again after that finds nothing left to do."""
    incident = await opened(house, Level.TINGGI)
    other = await opened(house, Level.SEDANG)
    for act in (
        {"what": "acknowledgements", "by": "POLRES"},
        {"what": "sitreps", "by": "POLRES", "text": "Regu di lokasi."},
        {"what": "escalations", "by": COORDINATOR, "reason": "Massa bertambah."},
        {"what": "verifications", "by": COORDINATOR},
    ):
        answer = await house.act(incident, **act)
        assert answer.status in (200, 201), (act, answer)
    await added(house, incident, Level.KRITIS)
    assert (await house.close(other, by=COORDINATOR, second=SECOND, reason="Sudah damai.")).status == 200
    await house.settle()
    house.clock.forward(seconds=LATER)
    await looked(house)
    for closed in (False, True):
        if closed:
            assert (await house.close(incident, by=COORDINATOR, second=SECOND, reason="Selesai.")).status == 200
            await house.settle()
        house.news()
        lines = len(house.rows(Journal))
        await house.bus.rewind("notify")
        taken = await house.bus.js.consumer_info("INCIDENTS", "notify")
        assert taken.config.opt_start_seq is None
        await house.settle()
        await house.quiet()
        house.expect_silence()
        assert len(house.rows(Journal)) == lines
    assert (await house.bus.js.consumer_info("INCIDENTS", "notify")).delivered.stream_seq > 0
