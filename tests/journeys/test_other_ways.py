"""A message that one address does not bring goes to the person's next one: notices, asks and alerts, by rows."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from schemas.district import District
from schemas.records.alerts import Delivery
from schemas.records.people import Address, Person
from schemas.rows.alerts import DeliveryRow
from schemas.vocabulary import Blame
from services.notify.channel_kit.base import Verdict
from services.notify.closing.other_way import other_ways
from services.notify.contacts import Contacts
from services.notify.delivery.coordinator_notices import owe_notice
from services.notify.delivery.dispatcher import LEASE, Dispatcher, Outcome
from services.notify.delivery.queries import lease
from services.notify.messages.notices import Notice
from services.notify.watchdog.asks import chase
from services.office import asks
from services.oncall import people
from services.store.ids import derived
from services.store.transaction import Transaction
from tests.journeys.test_chase_model import OFFICER, Ground

WHATSAPP, MAIL, HOOK = (
    ("whatsapp", "+6281200000009"),
    ("email", "piket@tuban.example"),
    ("webhook", "https://x.example"),
)
COORDINATOR = derived("person", "kesbang")
LOST = Verdict("never", error="WhatsApp 131026", blame=Blame.ADDRESS)


@pytest.fixture
def ground(tuban: District, blank_sqlite: bytes, tmp_path: Path) -> Iterator[Ground]:
    ground = with_channels(tuban, blank_sqlite, tmp_path / "ways.db")
    yield ground
    ground.end()


def with_channels(district: District, blank: bytes, file: Path) -> Ground:
    """Give a store and its notifier, by rows, where people are reached by three channels."""
    file.write_bytes(blank)
    ground = Ground(district, file)
    channels = frozenset({"webhook", "whatsapp", "email"})
    ground.context = replace(ground.context, contacts=Contacts(channels=channels))
    return ground


def reach(ground: Ground, person: str, *ways: tuple[str, str]) -> None:
    """Give a person these verified addresses and no others, the first to be used first."""

    def change(tx: Transaction) -> None:
        for one in tx.session.exec(select(Address).where(Address.person_id == person)):
            tx.session.delete(one)
        for rank, (channel, address) in enumerate(ways, start=1):
            made = Address(person_id=person, channel=channel, address=address, rank=rank, verified_at=tx.now)
            made.id = derived("address", person, channel, address)
            tx.session.add(made)

    ground.store.write_now(change)
    ground.context.contacts.forget()


def marked(ground: Ground, row: DeliveryRow, verdict: Verdict) -> list[DeliveryRow]:
    """Mark what became of one try; gives what is owed another way."""
    lost = Dispatcher(
        ground.store,
        {},
        "notify-1",
        lambda _tx, _outcomes: None,
        lost=lambda tx, rows: other_ways(tx, ground.context, rows),
    )
    return ground.store.write_now(lambda tx: lost._mark(tx, [Outcome(row, verdict)]))


def ways(rows: list[DeliveryRow]) -> list[tuple[str, str]]:
    return [(row["channel"], row["address"]) for row in rows]


# -- notices to the coordinator -------------------------------------------------------------------------------------------


def notice(ground: Ground) -> list[DeliveryRow]:
    words = Notice("channel_fails", {"channel": "email"})
    return ground.store.write_now(lambda tx: owe_notice(tx, ground.context, "claimed:x", words))


@pytest.mark.parametrize(
    ("language", "said"), [("id", "Saluran email bermasalah"), ("en", "The channel email is in trouble")]
)
def test_a_notice_is_in_the_language_of_whom_it_is_for(ground: Ground, language: str, said: str) -> None:
    reach(ground, COORDINATOR, MAIL)
    ground.store.write_now(lambda tx: tx.put(Person, [{"id": COORDINATOR, "language": language}]))
    ground.context.contacts.forget()
    [told] = notice(ground)
    assert told["payload"]["subject"] == said
    assert told["payload"]["short"].startswith(said)


def of_that_notice(rows: list[DeliveryRow], told: DeliveryRow) -> list[DeliveryRow]:
    return [row for row in rows if row["alert_id"] == told["alert_id"]]


def test_a_notice_that_the_first_address_does_not_bring_goes_to_the_next_once(ground: Ground) -> None:
    reach(ground, COORDINATOR, WHATSAPP, HOOK, MAIL)
    [told] = notice(ground)
    assert ways([told]) == [WHATSAPP]
    [other] = of_that_notice(marked(ground, told, LOST), told)
    assert ways([other]) == [MAIL]
    assert other["payload"] == told["payload"]
    assert other["state"] == "sending"
    assert notice(ground) == [], "the same key is told once, though another address is the best one now"
    assert of_that_notice(marked(ground, other, LOST), told) == []


def test_a_notice_that_is_still_tried_elsewhere_gets_no_third_way(ground: Ground) -> None:
    reach(ground, COORDINATOR, WHATSAPP, MAIL, ("email", "rumah@tuban.example"))
    [told] = notice(ground)
    [other] = of_that_notice(marked(ground, told, replace(LOST, may_pass=True)), told)
    assert ways([other]) == [MAIL]
    ground.store.write_now(lambda tx: lease(tx, [told["id"]], "notify-1", tx.now + LEASE))
    tried = {**told, "attempts": 9}
    assert of_that_notice(marked(ground, tried, LOST), told) == []  # type: ignore[arg-type]
    assert [one.state for one in ground.rows(Delivery) if one.id == told["id"]] == ["dead"]


def test_who_has_left_the_coordinators_office_gets_no_notice_another_way(ground: Ground) -> None:
    reach(ground, COORDINATOR, WHATSAPP, MAIL)
    [told] = notice(ground)
    gone: Any = {**told, "blame": Blame.ADDRESS, "gone": False, "final": True}

    def move(tx: Transaction) -> None:
        people.change(tx, OFFICER, tx.session.get_one(Person, COORDINATOR), {"institution": "KODIM"})

    ground.store.write_now(move)
    ground.context.contacts.forget()
    assert of_that_notice(ground.store.write_now(lambda tx: other_ways(tx, ground.context, [gone])), told) == []


# -- a person who has a program's address too ------------------------------------------------------------------------------


def test_an_ask_reaches_who_is_told_of_alerts_by_a_program_first(ground: Ground) -> None:
    kodim = derived("person", "kodim")
    reach(ground, kodim, HOOK, MAIL)
    asker, due = replace(OFFICER, clearance=4), ground.clock.now + timedelta(hours=8)
    wanted: dict[str, Any] = {"kind": asks.PATROL, "institution": "KODIM", "text": "Patroli malam", "due": due}
    ground.store.write_now(lambda tx: asks.ask(tx, ground.context.district, asker, **wanted))
    told = ground.store.write_now(lambda tx: chase(tx, ground.context))
    assert ways([row for row in told if row["person_id"] == kodim]) == [MAIL]


def test_a_notice_reaches_whose_mail_has_failed_though_a_program_of_his_works(ground: Ground) -> None:
    reach(ground, COORDINATOR, HOOK, MAIL)

    def fail(tx: Transaction) -> None:
        one = tx.session.get_one(Address, derived("address", COORDINATOR, *MAIL))
        one.failed_at = one.avoided_at = tx.now

    ground.store.write_now(fail)
    assert ways(notice(ground)) == [MAIL]
