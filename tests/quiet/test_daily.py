"""What is done once a day goes by the hour that the rules say now."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from services.notify import worker
from services.notify.watchdog.checkpoints import Checkpoints
from services.runtime.daily import DailyJobs
from tests.house import SECRET, House

WIB, WIT = ZoneInfo("Asia/Jakarta"), ZoneInfo("Asia/Jayapura")
NOON = datetime(2026, 11, 24, 5, tzinfo=UTC)


async def nothing() -> None:
    """Do nothing."""


def next_of(scheduler: AsyncIOScheduler, name: str) -> str:
    job = scheduler.get_job(name)
    assert job is not None
    return f"{job.trigger.get_next_fire_time(None, NOON).astimezone(UTC):%d %H:%M}"


async def test_another_hour_and_another_zone_are_gone_by_at_the_next_look() -> None:
    scheduler, hour = AsyncIOScheduler(timezone="UTC"), [("02:30", WIB)]
    scheduler.start()
    daily = DailyJobs(scheduler)
    daily.add("retention", nothing, lambda: hour[0])
    for wanted, at in ((("02:30", WIB), "24 19:30"), (("13:05", WIB), "24 06:05"), (("02:30", WIT), "24 17:30")):
        hour[0] = wanted
        daily.look()
        assert next_of(scheduler, "retention") == at
        assert len(scheduler.get_jobs()) == 1
    scheduler.shutdown(wait=False)


@pytest.mark.nats
async def test_notify_goes_by_the_hours_of_the_rules_in_force(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    acts: dict[str, Callable[[], Awaitable[object]]] = {}
    monkeypatch.setattr(worker, "every", lambda _seconds, what, act, **_: acts.setdefault(what, act))
    scheduler = AsyncIOScheduler(timezone="UTC")
    scheduler.start()
    checkpoints = Checkpoints(house.store, SECRET, {}, "notify-1")
    assert list(worker._watch(scheduler, house.notify, house.settings, SECRET, checkpoints))
    assert (next_of(scheduler, "retention"), next_of(scheduler, "rota")) == ("24 19:30", "25 00:30")
    district = house.district
    changed = {
        "retention": district.retention.model_copy(update={"at": "14:00"}),
        "working": district.working.model_copy(update={"start": "08:15"}),
    }
    house.decide_by(district.model_copy(update=changed))
    await acts["a look at the hour"]()
    assert (next_of(scheduler, "retention"), next_of(scheduler, "rota")) == ("24 07:00", "25 01:15")
    scheduler.shutdown(wait=False)
