"""Many incidents falling due in the same second, swept by two notifiers at once."""

import asyncio
import time
from collections import Counter
from typing import Any

import pytest

from tests.conftest import POSTGRES, SQLITE
from tests.house import House
from tests.incidents import Level, filed, judged, keep
from tests.servers import until

pytestmark = pytest.mark.long
MANY = 1000
AT_ONCE = 100


@pytest.mark.parametrize("database", [SQLITE, POSTGRES])
async def test_a_thousand_silent_leads_are_chased_by_two_notifiers_and_nobody_is_told_twice(
    new_house: Any, database: str
) -> None:
    house: House = await new_house(database, divert=True, duties=frozenset({"lead"}))
    other = await house.new_notify("2")
    reports = [filed(f"Kejadian {number}.") for number in range(MANY)]
    judgement = judged(Level.KRITIS)
    events = await house.store.write(lambda tx: [keep(tx, report, judgement) for report in reports])
    for start in range(0, MANY, AT_ONCE):  # a bus that a thousand wait for at once may be silent for seconds
        await house.publish(events[start : start + AT_ONCE])
    await until(lambda: len(house.sink.calls) >= MANY, "the first telling")
    await until(lambda: not (house.notify.dispatcher._under_way or other.dispatcher._under_way), "the marks")
    assert {call.told[1:] for call in house.news()} == {("lead", "opened")}
    house.clock.forward(minutes=2)  # every lead is due its reminder in this second
    started = time.perf_counter()
    await asyncio.gather(house.notify.tick(), other.tick())
    swept = time.perf_counter() - started
    await until(lambda: len(house.sink.calls) >= 2 * MANY, "the reminders")
    await until(lambda: not (house.notify.dispatcher._under_way or other.dispatcher._under_way), "the marks")
    arrived = time.perf_counter() - started
    print(f"{MANY} due: swept and written in {swept:.2f} s, all arrived after {arrived:.2f} s")  # shown by -rP
    await asyncio.gather(house.notify.tick(), other.tick())  # nothing is due any more
    await house.quiet()
    reminders = house.news()
    assert len(reminders) == MANY
    assert {call.data["reason"] for call in reminders} == {"reminder"}
    assert set(Counter(call.data["incident"] for call in reminders).values()) == {1}
    assert len({call.id for call in reminders}) == MANY
    house.clock.forward(minutes=3)  # and now the first rung of every ladder
    await asyncio.gather(house.notify.tick(), other.tick())
    await until(lambda: len(house.sink.calls) >= 3 * MANY, "the rungs")
    await until(lambda: not (house.notify.dispatcher._under_way or other.dispatcher._under_way), "the marks")
    overdue = house.news()
    assert (len(overdue), {call.data["reason"] for call in overdue}) == (MANY, {"overdue"})
    assert len({call.data["incident"] for call in overdue}) == MANY
