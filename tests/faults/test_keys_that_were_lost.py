"""Reports whose keys were lost with the stream that held them: they hold up no other one, and open once a key is back."""

import asyncio
from collections.abc import Sequence

import pytest
import pytest_asyncio

from schemas.records.reports import Report
from services.bus import Bus, Message
from services.bus import consumer as taking
from services.cli.ops.rebuild import tell_missing
from tests.house import SOKO, House
from tests.incidents import filed
from tests.servers import until

pytestmark = pytest.mark.nats


class Held:
    """Triage that takes nothing until it is let go; it counts what it was given each time."""

    def __init__(self, house: House) -> None:
        self.go = asyncio.Event()
        self.given: list[int] = []
        self._handle = house.triage.handle
        house.triage.handle = self._take  # type: ignore[method-assign]

    async def _take(self, bus: Bus, batch: Sequence[Message]) -> None:
        await self.go.wait()
        self.given.append(len(batch))
        await self._handle(bus, batch)


async def lost(house: House, text: str) -> str:
    """File a report whose key is gone before anybody judges it; gives its id."""
    report = filed(text, kecamatan=SOKO)
    await house.bus.publish_report(report, "digest")
    await house.bus.erase_keys([str(report.id)])
    return str(report.id)


@pytest_asyncio.fixture
async def held(house: House, monkeypatch: pytest.MonkeyPatch) -> Held:
    await until(lambda: hasattr(house, "triage"))
    monkeypatch.setattr(taking, "DELAYS", (600,))
    monkeypatch.setattr("services.bus.bus.KEY_PAUSES", (0.0,))
    return Held(house)


async def test_what_no_key_opens_fails_alone_and_the_rest_of_its_batch_at_once(house: House, held: Held) -> None:
    first = filed("Tawuran di Desa Bangunrejo Soko, lima orang luka.", kecamatan=SOKO)
    await house.bus.publish_report(first, "digest")  # it is held, so that all others make one batch
    gone = [await lost(house, f"Bentrok di Desa Mentoro Soko, kelompok {number}.") for number in range(3)]
    good = [filed(f"Warga memblokade jalan di Soko, {number} orang.", kecamatan=SOKO) for number in range(20, 26)]
    for report in good:
        await house.bus.publish_report(report, "digest")
    held.go.set()
    await until(lambda: all(house.rows(Report, id=str(report.id)) for report in good))
    assert sum(held.given) == 1 + len(gone) + len(good)  # nobody was tried a second time for their sake
    assert not any(house.rows(Report, id=id_) for id_ in gone)


async def test_what_no_key_opens_is_not_told_again(house: House, held: Held) -> None:
    """A copy would open no more than it does, and fail beside it."""
    await house.bus.publish_report(filed("Bentrok di Desa Mentoro Soko.", kecamatan=SOKO), "digest")
    await house.bus.js.delete_stream("KNOWN")
    await house.bus.provision()
    before = (await house.bus.mark("REPORTS")).last
    assert await tell_missing(house.bus, house.store) == 0
    assert (await house.bus.mark("REPORTS")).last == before
    held.go.set()
