"""Who belongs to an institution and may not answer for it is read as a reporter, by rows."""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from schemas.district import District
from schemas.messages import InboundMessage
from schemas.records.answers import Answered
from schemas.records.people import OptOut
from schemas.vocabulary import EventKind, Role
from services.notify.contacts import Contacts
from services.notify.replies.consumer import Answers
from services.notify.replies.one_message import Outcome
from services.sources.vault import Vault
from tests.house import SECRET, SOKO
from tests.journeys.test_chase_model import Ground
from tests.journeys.test_other_ways import COORDINATOR, MAIL, reach
from tests.people import Resident, move_in

NUMBER = "+6281277777777"
OFFICE = "Petugas meminta berhenti"
Text = Callable[[str], Outcome]


@pytest.fixture
def ground(tuban: District, blank_sqlite: bytes, tmp_path: Path) -> Iterator[Ground]:
    file = tmp_path / "reporters.db"
    file.write_bytes(blank_sqlite)
    ground = Ground(tuban, file)
    contacts, vault = Contacts(channels=frozenset({"webhook", "email"})), Vault(SECRET, bytes(range(32)))
    ground.context = replace(ground.context, contacts=contacts, vault=vault)
    reach(ground, COORDINATOR, MAIL)
    yield ground
    ground.end()


def texts(ground: Ground, role: Role) -> Text:
    """Let a person of this role and of an institution send texts from a verified number."""
    person = Resident("somebody", "KORAMIL", unit=SOKO, role=role, addresses=(("sms_android", NUMBER),))
    ground.store.write_now(lambda tx: move_in(tx, [person], "https://sink.example", tx.now))
    bus: Any = None
    answers, numbers = Answers(ground.store, bus, lambda: ground.context, bus), itertools.count()

    def text(words: str) -> Outcome:
        id_ = f"in-{next(numbers)}"
        said = InboundMessage(id=id_, channel="sms_android", sender=NUMBER, text=words, at=ground.clock.now)
        message: Any = SimpleNamespace(kind=EventKind.INBOUND_MESSAGE, body=said.model_dump_json().encode(), tries=1)
        return ground.store.write_now(lambda tx: answers.decide(tx, [message]))

    return text


def kinds(ground: Ground) -> list[str]:
    return [one.kind for one in ground.rows(Answered)]


@pytest.mark.parametrize("role", Role)
def test_stop_of_who_may_answer_for_no_office_stops(ground: Ground, role: Role) -> None:
    told = [row["payload"]["subject"] for row in texts(ground, role)("STOP").deliveries]
    officer = role in (Role.MEMBER, Role.VERIFIER, Role.COORDINATOR, Role.LEADER)
    assert (len(ground.rows(OptOut)), OFFICE in told) == ((0, True) if officer else (1, False))


@pytest.mark.parametrize(
    "words",
    ["Laporan lanjutan dari Soko: massa bertambah jadi 200, ada yang terluka", "Tawuran lagi di Soko, 5 luka"],
)
def test_words_of_a_reporter_of_an_office_are_a_report(ground: Ground, words: str) -> None:
    [report] = texts(ground, Role.REPORTER)(words).reports
    assert report.filed.report.text == words
    assert report.filed.source.institution == "KORAMIL"
    assert kinds(ground) == ["report"]


def test_the_same_words_of_an_officer_are_asked_back(ground: Ground) -> None:
    assert texts(ground, Role.MEMBER)("Laporan lanjutan dari Soko: massa bertambah").reports == []
    assert kinds(ground) == ["asked"]


@pytest.mark.parametrize(("words", "kind"), [("T 4821", "wrong_code"), ("...", "asked")])
def test_a_code_or_nothing_is_no_report_of_a_reporter(ground: Ground, words: str, kind: str) -> None:
    assert texts(ground, Role.REPORTER)(words).reports == []
    assert kinds(ground) == [kind]
