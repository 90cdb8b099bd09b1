"""Thresholds, dates and silence on the line; who may know; what becomes of a warning that people closed."""

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from schemas.records.incidents import Incident
from schemas.records.warnings import EarlyWarning
from schemas.vocabulary import AlertReason, Duty, Level, Role
from services.cli.ops.drill import Scenario, sheet_of, warn
from services.notify.messages.alert_message import AlertFacts, compose
from services.notify.watchdog.auditor import Auditor
from services.warnings.watcher import Watcher
from tests.conftest import POSTGRES, SQLITE
from tests.house import House
from tests.warnings.histories import SEMANDING, SOKO, Happened, burst, keep, noon

NewHouse = Callable[..., Awaitable[House]]
TODAY = date(2026, 11, 23)
COORDINATOR = ("KESBANG", Role.COORDINATOR)


async def look(house: House) -> list[str]:
    raised = await Watcher(house.store, lambda: house.district, house.notify.desk.instance).look()
    await house.settle()
    await house.settle()
    return raised


def happened(house: House, incidents: list[Happened], **fields: Any) -> list[str]:
    return house.write(lambda tx: keep(tx, incidents, **({"state": "settled"} | fields)))


def silat(count: int, back: int = 1, **fields: Any) -> list[Happened]:
    return burst(TODAY - timedelta(days=back), count, SOKO, issue="SLT", **fields)


def open_warnings(house: House) -> dict[tuple[str, str], EarlyWarning]:
    return {(one.kind, one.rule): one for one in house.rows(EarlyWarning) if one.ended_at is None}


@pytest.mark.nats
@pytest.mark.parametrize("kind", [SQLITE, POSTGRES])
async def test_a_threshold_rises_to_its_level_once_an_officer_has_verified_it(new_house: NewHouse, kind: str) -> None:
    house = await new_house(kind)
    happened(house, silat(3))
    (warning,) = await look(house)
    assert house.incident(warning).level == Level.SEDANG
    assert ("POLRES", "lead", "opened") in house.told()
    await house.act(warning, "acknowledgements", by="POLRES")
    assert await look(house) == []
    assert house.incident(warning).level == Level.SEDANG  # an answer is no verification
    await house.act(warning, "verifications", by=("KESBANG", Role.VERIFIER))
    await look(house)
    assert house.incident(warning).level == Level.TINGGI
    assert ("POLRES", "lead", "raised") in house.told()
    assert house.ladder(warning).policy["level"] == Level.TINGGI


@pytest.mark.nats
async def test_what_a_person_closed_comes_back_only_with_new_incidents(house: House) -> None:
    happened(house, silat(3))
    (first,) = await look(house)
    answer = await house.close(first, by=COORDINATOR, second=("POLRES", Role.VERIFIER), reason="Sudah dimediasi.")
    assert answer.status in (200, 204), answer
    assert await look(house) == []
    assert house.rows(EarlyWarning, id=first)[0].ended_at is not None
    happened(house, silat(2, back=0))
    assert await look(house) == []  # two new ones are not three
    happened(house, silat(1, back=0, level=Level.RENDAH))
    (second,) = await look(house)
    assert second != first


@pytest.mark.nats
async def test_twice_as_many_are_told_again(house: House) -> None:
    happened(house, silat(3))
    (warning,) = await look(house)
    house.news()
    happened(house, silat(2, back=0))
    await look(house)
    house.expect_silence()
    assert len(house.rows(EarlyWarning, id=warning)[0].facts["incidents"]) == 5
    await house.forward(days=1)
    happened(house, burst(TODAY + timedelta(days=1), 1, SOKO, issue="SLT"))
    await look(house)
    assert ("POLRES", "lead", "changed") in house.told()


@pytest.mark.nats
async def test_an_agency_that_is_accused_behind_it_is_not_told_and_cannot_read_it(house: House) -> None:
    ids = happened(house, silat(3))
    facts = {"accused_agencies": ["POLRES"]}
    house.write(lambda tx: tx.put(Incident, [{"id": ids[0], "facts": facts}]))
    (warning,) = await look(house)
    told = {(institution, duty) for institution, duty, _ in house.told()}
    assert ("KESBANG", "lead") in told
    assert not {institution for institution, _ in told} & {"POLRES", "POLSEK", "KASATINTEL", "KAPOLRES"}
    key = await house.key("polres", Role.MEMBER, "POLRES")
    assert (await house.call("GET", f"/v1/warnings/{warning}", key=key)).status == 404


@pytest.mark.nats
async def test_an_issue_for_named_persons_is_told_to_nobody_else(house: House) -> None:
    happened(house, burst(TODAY - timedelta(days=1), 2, SOKO, issue="RAD", level=Level.TINGGI))
    await look(house)
    warning = open_warnings(house)["rule", "gawat-berulang"]
    assert house.incident(warning.id).issue == "RAD"
    named = {institution for institution, _, _ in house.told()}
    assert not named & {"KESBANG", "KEJARI"}  # the matrix of RAD names neither as lead or support
    key = await house.key("kesbang", Role.COORDINATOR, "KESBANG")
    assert (await house.call("GET", f"/v1/warnings/{warning.id}", key=key)).status == 404


@pytest.mark.nats
async def test_officers_on_duty_are_told_of_a_window_the_day_before_and_once(new_house: NewHouse) -> None:
    house = await new_house(start=datetime(2027, 6, 3, 1, 0, tzinfo=UTC))  # 08.00 WIB, the day before Suro's window
    (warning,) = await look(house)
    row = house.rows(EarlyWarning, id=warning)[0]
    assert (row.kind, row.rule) == ("date", "SURO-2027")
    assert "4 Jun 2027 s.d. 25 Jun 2027" in row.words["id"]
    told = house.told()
    assert ("POLRES", "lead", "opened") in told
    assert ("KODIM", "inform", "opened") in told
    for _ in range(3):
        house.clock.forward(days=1)
        assert await look(house) == []
    house.clock.forward(days=30)
    await look(house)
    assert house.incident(warning).close_reason == "Masa rawan telah lewat."


@pytest.mark.nats
async def test_silence_of_a_kecamatan_that_usually_reports_is_told_and_ends_with_a_report(house: House) -> None:
    nil = [Happened(noon(TODAY - timedelta(days=back)), SEMANDING, form="NIHIL") for back in range(20, 80, 2)]
    happened(house, nil, conflict=False)
    (warning,) = await look(house)
    assert house.rows(EarlyWarning, id=warning)[0].kind == "silent"
    assert ("KESBANG", "lead", "opened") in house.told()
    assert await look(house) == []
    happened(house, [Happened(house.clock.now, SEMANDING, form="NIHIL")], conflict=False)
    await look(house)
    assert house.incident(warning).close_reason == "Laporan datang lagi."


@pytest.mark.parametrize(
    ("language", "head", "end"),
    [("id", "PERINGATAN DINI", "Bukan ramalan."), ("en", "EARLY WARNING", "Not a forecast.")],
)
def test_a_message_says_early_warning_and_its_words(language: str, head: str, end: str) -> None:
    words = {
        "id": "Soko: 3 kejadian dalam 7 hari. Bukan ramalan.",
        "en": "Soko: 3 incidents in 7 days. Not a forecast.",
    }
    facts = AlertFacts(
        level=Level.SEDANG,
        issue="Perguruan silat",
        kecamatan="Soko",
        reason=AlertReason.OPENED,
        duty=Duty.SUPPORT,
        url="http://127.0.0.1/terima/x",
        told_at=noon(TODAY),
        lead="Polres Tuban",
        needed=True,
        reports=0,
        potential=True,
        warning=words[language],
    )
    told = compose(facts, channel_length=None, may_carry_text=True, language=language)
    assert head in told.subject
    assert words[language] in told.body
    assert told.body.index(end) > 0
    assert head in told.short
    assert len(told.short) <= 160
    bare = compose(facts, channel_length=None, may_carry_text=False, language=language)
    assert words[language] not in bare.body  # the channel may not carry what is said, only that there is something
    assert head in bare.body


@pytest.mark.nats
async def test_a_detector_that_stopped_is_found_by_the_auditor(house: House) -> None:
    await house.look()  # the notifier gives its first sign of life

    async def found() -> set[str]:
        auditor = Auditor(house.store, lambda: house.notify.desk, house.notify.dispatcher, 1.0, watch_minutes=10)
        return {finding.kind for finding in await auditor.audit()}

    assert "unwatched" not in await found()
    house.clock.forward(minutes=29)
    assert "unwatched" not in await found()
    house.clock.forward(minutes=2)
    assert "unwatched" in await found()
    await look(house)
    assert "unwatched" not in await found()


@pytest.mark.nats
async def test_two_notifiers_raise_one_warning(house: House) -> None:
    happened(house, silat(3))
    one, other = await look(house), await look(house)
    again = await Watcher(house.store, lambda: house.district, "notify-2").look()
    assert (len(one), other, again) == (1, [], [])
    assert len(house.journal("warning.raised")) == 1


@pytest.mark.nats
async def test_a_look_that_fails_costs_nothing_and_is_tried_again(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    happened(house, silat(3))
    watcher = Watcher(house.store, lambda: house.district)
    with monkeypatch.context() as broken:
        broken.setattr(watcher, "find", lambda *_: 1 / 0)
        assert await watcher.look() == []
    assert len(await watcher.look()) == 1


@pytest.mark.nats
async def test_a_warning_is_drilled_like_an_incident_and_counts_nowhere(house: House) -> None:
    scenario = Scenario("SLT", house.district.tension, Level.SEDANG, SOKO)
    first = house.write(lambda tx: warn(tx, house.district, scenario))
    warning = house.write(lambda tx: warn(tx, house.district, scenario))
    assert warning != first
    assert house.incident(first).state == "settled"
    await house.settle()
    await house.settle()
    news = house.news()
    assert {call.data["institution"] for call in news} == {"POLRES", "KESBANG", "KODIM", "KEJARI", "BIN"}
    assert all(call.data["exercise"] for call in news)
    await house.act(warning, "acknowledgements", by="POLRES")
    sheet = house.ask(lambda session: sheet_of(session, house.district, warning))
    assert sheet is not None
    assert {row.institution: row.acknowledged is not None for row in sheet[1]}["POLRES"]
    assert await look(house) == []
    key = await house.key("ratna", Role.COORDINATOR, "KESBANG")
    assert (await house.call("GET", "/v1/warnings", key=key)).body["record"]["raised"] == 0
    house.clock.forward(days=3)
    await look(house)
    assert house.rows(EarlyWarning, id=warning)[0].ended_at is not None


@pytest.mark.nats
async def test_silence_that_lasts_is_not_ended_because_nobody_looked_for_days(house: House) -> None:
    nil = [Happened(noon(TODAY - timedelta(days=back)), SEMANDING, form="NIHIL") for back in range(20, 80, 2)]
    happened(house, nil, conflict=False)
    (warning,) = await look(house)
    house.clock.forward(days=4)
    assert await look(house) == []
    assert house.rows(EarlyWarning, id=warning)[0].ended_at is None
