"""Each level's clock, walked to its end while the lead stays silent."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from tests.house import House
from tests.incidents import Level, opened

WIB = ZoneInfo("Asia/Jakarta")
LEADS = {Level.KRITIS: "POLRES", Level.TINGGI: "POLRES", Level.SEDANG: "POLSEK", Level.RENDAH: "POLSEK"}


async def walk(house: House, incident: str) -> list[tuple[str, str, str]]:
    """Let the lead be silent until nothing is due any more; gives when (WIB), why and whom."""
    told = []
    house.news()
    while due := [at for at in (house.ladder(incident).next_at, house.lead(incident).remind_at) if at]:
        await house.forward(seconds=(min(due) - house.clock.now).total_seconds())
        at = house.clock.now.astimezone(WIB).strftime("%a %H.%M")
        by_reason: dict[str, list[str]] = {}
        for call in house.news():
            assert house.lead(incident).institution == call.data["institution"] or call.data["reason"] == "escalated"
            by_reason.setdefault(call.data["reason"], []).append(call.data["institution"])
        told += [(at, reason, " ".join(sorted(whom))) for reason, whom in sorted(by_reason.items())]
    return told


async def test_kritis_runs_round_the_clock_and_ends_at_the_province(house: House) -> None:
    incident = await opened(house, Level.KRITIS)  # Monday, 23.00 WIB
    assert await walk(house, incident) == [
        ("Mon 23.02", "reminder", "POLRES"),
        ("Mon 23.05", "escalated", "KASATINTEL KESBANG"),
        ("Mon 23.05", "overdue", "POLRES"),
        ("Mon 23.10", "escalated", "KABAN KASATINTEL KASIINTEL PASIINTEL"),
        ("Mon 23.10", "overdue", "POLRES"),
        ("Mon 23.20", "escalated", "BUPATI DANDIM KAJARI KAPOLRES SEKDA"),
        ("Mon 23.20", "overdue", "POLRES"),
        ("Tue 00.00", "escalated", "POLDA PROV"),
        ("Tue 00.00", "overdue", "POLRES"),
        ("Tue 00.40", "escalated", "POLDA PROV"),
        ("Tue 00.40", "overdue", "POLRES"),
        ("Tue 01.20", "escalated", "POLDA PROV"),
        ("Tue 01.20", "overdue", "POLRES"),
    ]
    assert house.ladder(incident).stopped == "exhausted"


async def test_tinggi_runs_round_the_clock(house: House) -> None:
    incident = await opened(house, Level.TINGGI)
    assert [(at, reason) for at, reason, _ in await walk(house, incident)][:7] == [
        ("Mon 23.08", "reminder"),
        ("Mon 23.15", "escalated"),
        ("Mon 23.15", "overdue"),
        ("Mon 23.30", "escalated"),
        ("Mon 23.30", "overdue"),
        ("Tue 00.30", "escalated"),
        ("Tue 00.30", "overdue"),
    ]
    ladder = house.ladder(incident)
    assert (ladder.stopped, ladder.loops) == ("exhausted", 2)


async def test_sedang_waits_for_the_office_to_open(house: House) -> None:
    """120 minutes of working time from Monday 23.00 are Tuesday 09.30; a working day is 510 minutes."""
    incident = await opened(house, Level.SEDANG)
    house.expect_alert("POLSEK", duty="lead", reason="opened")  # told at once, by night too; only its time runs by day
    assert await walk(house, incident) == [
        ("Tue 08.30", "reminder", "POLSEK"),
        ("Tue 09.30", "escalated", "POLRES"),
        ("Tue 09.30", "overdue", "POLSEK"),
        ("Tue 11.30", "escalated", "KABID"),
        ("Tue 11.30", "overdue", "POLSEK"),
        ("Thu 14.30", "escalated", "KABAN"),
        ("Thu 14.30", "overdue", "POLSEK"),
        ("Tue 09.00", "escalated", "KABAN"),
        ("Tue 09.00", "overdue", "POLSEK"),
    ]


async def test_rendah_counts_working_days(house: House) -> None:
    incident = await opened(house, Level.RENDAH)
    assert await walk(house, incident) == [
        ("Wed 11.00", "reminder", "POLSEK"),
        ("Thu 14.30", "escalated", "KABID"),
        ("Thu 14.30", "overdue", "POLSEK"),
        ("Fri 11.30", "escalated", "KABAN"),
        ("Fri 11.30", "overdue", "POLSEK"),
    ]
    assert house.ladder(incident).stopped == "exhausted"


async def test_a_public_holiday_is_no_working_day(house: House) -> None:
    """Friday 25 December 2026 and the weekend behind it do not count: Thursday's two hours go on until Monday."""
    house.clock.now = datetime(2026, 12, 24, 8, 0, tzinfo=UTC)  # Thursday 15.00 WIB, offices close in an hour
    incident = await opened(house, Level.SEDANG)
    told = await walk(house, incident)
    assert told[0] == ("Thu 16.00", "reminder", "POLSEK")
    assert told[1] == ("Mon 08.30", "escalated", "POLRES")


async def test_a_notifier_that_slept_tells_one_rung_and_gives_its_time_before_the_next(house: House) -> None:
    incident = await opened(house, Level.KRITIS)
    house.news()
    await house.forward(minutes=25)  # in which three rungs fell due
    told = [(call.data["institution"], call.data["reason"]) for call in house.news()]
    assert len(told) == len(set(told))
    escalated = {whom for whom, reason in told if reason == "escalated"}
    assert {"KASATINTEL", "KESBANG"} <= escalated
    assert not {"PASIINTEL", "KAPOLRES", "BUPATI", "PROV", "POLDA"} & escalated
    assert house.ladder(incident).step == 1
    await house.forward(minutes=4)
    assert house.ladder(incident).step == 1
    await house.forward(minutes=1)
    assert house.ladder(incident).step == 2
    assert {whom for whom, _, reason in house.told() if reason == "escalated"} >= {"PASIINTEL"}


async def test_times_count_from_delivery_not_from_the_decision(house: House) -> None:
    """The lead's phone was off for ten minutes: its time to answer starts when the message has arrived."""
    house.sink.answers["POLRES"] = 503
    incident = await opened(house, Level.KRITIS)
    assert house.lead(incident).state == "owed"
    await house.forward(minutes=1)
    house.sink.answers.clear()
    await house.forward(minutes=2)
    arrived = house.clock.now
    assert house.lead(incident).state == "delivered"
    assert house.lead(incident).delivered_at == arrived
    assert (house.ladder(incident).next_at - arrived).total_seconds() == 5 * 60
