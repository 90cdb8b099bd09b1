"""The brief of a week says the same whenever it is drawn, and what has changed of that week since."""

import asyncio
import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest

from schemas.vocabulary import EventKind, Level, Role
from services.incidents import lifecycle, merging
from services.incidents.urgency import ARCHIVE
from services.security.auth import Identity
from services.store.ids import derived
from services.store.transaction import Transaction
from services.warnings import entered
from services.warnings.watcher import Watcher
from tests.console.caller import Caller
from tests.console.desk import Desk
from tests.console.night import DISTRICT
from tests.warnings.histories import SEMANDING, SOKO, Happened, burst, keep, noon, usual

TODAY = date(2026, 11, 24)  # a Tuesday
SUNDAY = date(2026, 11, 29)
RATNA = Identity("ratna", "Ratna", Role.COORDINATOR, "KESBANG", clearance=4, named_for=("RAD",))
WEEK = "/peringatan/rekap?minggu=2026-W48"


@pytest.fixture
def lived(desk: Desk) -> list[str]:
    """A desk at the end of a week with a rise, signs, a date, a word on the warning; gives the ids of the rise."""
    desk.write(lambda tx: keep(tx, usual(DISTRICT, TODAY, 30), state="settled"))
    made = burst(TODAY - timedelta(days=1), 7)
    ids = desk.write(lambda tx: keep(tx, made, state="verified"))
    [warning, *_] = asyncio.run(Watcher(desk.store, lambda: DISTRICT).look())
    desk.write(lambda tx: entered.judge(tx, warning, RATNA, useful=True, became="calmed"))
    desk.write(lambda tx: entered.note_signs(tx, DISTRICT, RATNA, TODAY, SOKO, ["ujaran"]))
    enter(desk, "Unjuk rasa buruh", SUNDAY + timedelta(days=3))
    forward(desk, SUNDAY + timedelta(days=1))
    return [warning, *ids]


def enter(desk: Desk, name: str, day: date) -> str:
    facts = {"name": name, "first": day, "last": day, "issue": "TAM", "source": "surat"}
    return desk.write(lambda tx: entered.enter_date(tx, DISTRICT, RATNA, **facts))


def forward(desk: Desk, day: date) -> None:
    desk.clock.forward((noon(day) - desk.clock.now).total_seconds() / 60)


def said(body: str) -> tuple[str, str]:
    """Give the brief as its page has it, and the line of what has changed since."""
    brief = re.search(r'<article class="weekly-brief">(.*?)</article>', body, re.DOTALL)
    assert brief
    line = re.search(r"Sejak itu[^<]*", brief[1])
    assert line
    return brief[1].replace(line[0], ""), line[0]


def total(body: str) -> int:
    found = re.search(r"<p>(\d+) kejadian, \d+ gawat", body)
    assert found
    return int(found[1])


def test_a_brief_drawn_a_month_later_is_the_one_drawn_then(
    desk: Desk, lived: list[str], person: Callable[[str], Caller]
) -> None:
    warning, first, second, third, fourth, *_ = lived
    desk.store.seal_now()
    then, since = said(person("ratna").get(WEEK).body)
    assert since == "Sejak itu tidak ada yang berubah."
    assert total(then) >= len(lived) - 1
    assert "Soko: Ujaran" in then
    assert "Unjuk rasa buruh" in then
    assert re.search(r"Jejak audit: baris \d+, sidik [0-9a-f]{64}", then)
    # What comes later: judged anew, dismissed, merged, told of late, other dates and words, a stronger rise.
    desk.write(lambda tx: lifecycle.override(tx, first, RATNA, {"level": 4, "issue": "AGM"}, "Korban."))
    desk.write(lambda tx: lifecycle.override(tx, first, RATNA, {"kecamatan": SOKO}, "Tempat salah."))
    desk.write(lambda tx: lifecycle.close(tx, second, RATNA, "Bukan.", dismissed=True))
    desk.write(lambda tx: merging.merge(tx, third, fourth, RATNA, "Satu kejadian."))
    [late] = desk.write(lambda tx: keep(tx, [Happened(noon(TODAY), level=Level.TINGGI)], opened_at=desk.clock.now))
    desk.write(lambda tx: tx.audit("incident.opened", "triage", incident=late, level=3))
    desk.write(lambda tx: entered.judge(tx, warning, RATNA, useful=False, became="nothing"))
    enter(desk, "Pawai", SUNDAY + timedelta(days=10))
    desk.write(lambda tx: keep(tx, burst(SUNDAY + timedelta(days=1), 30), state="verified", opened_at=desk.clock.now))
    asyncio.run(Watcher(desk.store, lambda: DISTRICT).look())
    forward(desk, SUNDAY + timedelta(days=30))
    again, since = said(person("ratna").get(WEEK).body)
    assert again == then
    for changed in (
        "1 kejadian minggu ini baru dilaporkan sesudahnya",
        "2 kejadian ditolak, digabung atau bukan konflik",
        "2 kejadian dinilai ulang",
    ):
        assert changed in since
    assert "arsip" not in since
    assert "tanda" not in since
    following = person("ratna").get("/peringatan/rekap?minggu=2026-W49").body
    assert "Pawai" in following
    assert "Kenaikan tak biasa" in following


@pytest.mark.parametrize("act", ["answered", "verified", "settled", "read"])
def test_what_was_only_answered_or_closed_since_has_not_been_judged_anew(
    desk: Desk, lived: list[str], person: Callable[[str], Caller], act: str
) -> None:
    _, first, second, *_ = lived

    def acts(tx: Transaction) -> None:
        if act == "answered":
            tx.audit(EventKind.INCIDENT_ACKNOWLEDGED, "arif", incident=first, institution="POLRES")
            tx.audit("delivery.delivered", "notify", incident=second, channel="email")
        elif act == "verified":
            lifecycle.verify(tx, first, RATNA)
        elif act == "settled":
            lifecycle.close(tx, first, RATNA, "Selesai.")
        else:
            tx.audit("incident.read", "ratna", incident=first)

    forward(desk, SUNDAY + timedelta(days=2))
    desk.write(acts)
    _, since = said(person("ratna").get(WEEK).body)
    assert since == "Sejak itu tidak ada yang berubah."
    desk.write(lambda tx: lifecycle.override(tx, second, RATNA, {"level": 4}, "Korban."))
    _, since = said(person("ratna").get(WEEK).body)
    assert since.startswith("Sejak itu berubah: 1 kejadian dinilai ulang atau bertambah laporannya")


def test_signs_of_the_week_stand_as_they_are_and_what_came_later_is_named(
    desk: Desk, lived: list[str], person: Callable[[str], Caller]
) -> None:
    assert lived

    def swap(seen: str, gone: str) -> None:
        id_ = derived("sign", entered.monday_of(TODAY).isoformat(), SOKO, gone)
        desk.write(lambda tx: entered.note_signs(tx, DISTRICT, RATNA, TODAY, SOKO, [seen]))
        desk.write(lambda tx: entered.take_sign_back(tx, DISTRICT, RATNA, id_))

    swap("mediasi", "ujaran")
    body, since = said(person("ratna").get(WEEK).body)
    assert "Soko: Mediasi berjalan" in body
    assert since == "Sejak itu berubah: 2 tanda dicatat atau ditarik sesudahnya."
    swap("ujaran", "mediasi")
    assert said(person("ratna").get(WEEK).body)[1] == "Sejak itu tidak ada yang berubah."


def test_history_that_is_filed_later_counts_when_it_happened_and_is_named(
    desk: Desk, lived: list[str], person: Callable[[str], Caller]
) -> None:
    before = total(person("ratna").get(WEEK).body)
    now = desk.clock.now
    old = {"opened_at": now, "closed_at": now, "close_reason": ARCHIVE, "state": "settled"}
    ids = desk.write(lambda tx: keep(tx, [Happened(noon(TODAY)), Happened(noon(TODAY - timedelta(days=9)))], **old))
    desk.write(lambda tx: [tx.audit("incident.opened", "triage", incident=one, archive=True) for one in ids])
    body, since = said(person("ratna").get(WEEK).body)
    assert total(body) == before + 1
    assert since == "Sejak itu berubah: 1 kejadian berasal dari arsip yang dimasukkan sesudahnya (dihitung)."


def test_what_is_now_kept_from_a_reader_is_no_part_of_an_earlier_brief(
    desk: Desk, lived: list[str], person: Callable[[str], Caller]
) -> None:
    _, first, *_ = lived
    all_of_them, ours = (total(person(who).get(WEEK).body) for who in ("ratna", "joko"))
    desk.write(lambda tx: lifecycle.override(tx, first, RATNA, {"issue": "RAD"}, "Radikal."))
    joko = person("joko").get(WEEK).body
    assert total(joko) == ours - 1
    assert first not in joko
    assert total(person("ratna").get(WEEK).body) == all_of_them


def test_a_week_that_lasts_is_written_as_of_now(desk: Desk, person: Callable[[str], Caller]) -> None:
    desk.write(lambda tx: keep(tx, [Happened(noon(TODAY - timedelta(days=1)), SEMANDING)], state="verified"))
    body = person("ratna").get(WEEK).body
    assert "Minggu ini belum selesai." in body
    assert "Keadaan per 24 Nov 2026 pukul" in body
    assert "Sejak itu" not in body
