"""Do things once a day at an hour that the rules say, and go by another hour as soon as the rules say another."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from apscheduler.schedulers.base import BaseScheduler
from apscheduler.triggers.cron import CronTrigger

Hour = tuple[str, ZoneInfo]  # "02:30", and where


@dataclass
class _Job:
    act: Callable[[], Awaitable[object]]
    hour: Callable[[], Hour]
    by: Hour | None = None


class DailyJobs:
    """The jobs of one scheduler that have an hour of the day."""

    def __init__(self, scheduler: BaseScheduler) -> None:
        self._scheduler = scheduler
        self._jobs: dict[str, _Job] = {}

    def add(self, name: str, act: Callable[[], Awaitable[object]], hour: Callable[[], Hour]) -> None:
        """Do `act` each day at `hour`, which is asked again at every look."""
        self._jobs[name] = _Job(act, hour)
        self.look()

    def look(self) -> None:
        """Go by the hours of now; the scheduler also looks at the clock anew, which somebody may have moved."""
        for name, job in self._jobs.items():
            now = job.hour()
            if now == job.by:
                continue
            (hour, minute), zone = now[0].split(":"), now[1]
            daily = CronTrigger(hour=int(hour), minute=int(minute), timezone=zone)
            self._scheduler.add_job(job.act, daily, id=name, replace_existing=True, max_instances=1, coalesce=True)
            job.by = now
        if self._scheduler.running:
            self._scheduler.wakeup()
