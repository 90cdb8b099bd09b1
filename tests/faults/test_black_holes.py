"""Connections that neither answer nor break: nothing is half done behind them, nobody waits for them without end."""

import asyncio
import time
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from sqlalchemy import make_url

from schemas.messages import ReportFiled, ReportIn, Source
from services.bus import Bus, BusUnavailable
from services.runtime.signs import HUNG, KEEPS
from services.runtime.watchdog import Watchdog
from services.store.database import Store
from tests.faults.black_hole import BlackHole
from tests.house import SOKO, Clock
from tests.servers import GENEROUS, NatsServer, until


def one_more(text: str) -> ReportFiled:
    id_ = uuid4()
    report = ReportIn.model_validate({"id": str(id_), "text": text, "kecamatan": SOKO})
    return ReportFiled(id=id_, filed_at=datetime.now(UTC), report=report, source=Source(reporter="pelapor"))


@pytest.mark.postgres
async def test_behind_a_database_that_has_vanished_the_process_ends_itself_and_its_heir_gets_through(
    blank_postgres: str, postgres: str, new_database: object, clock: Clock
) -> None:
    assert callable(new_database)
    url = make_url(new_database("postgres"))
    folder = url.query.get("host")
    target = f"{folder}/.s.PGSQL.{url.port or 5432}" if isinstance(folder, str) else url.port
    assert target
    async with BlackHole(target) as hole:
        tcp = url.set(host="127.0.0.1", port=hole.port).difference_update_query(["host"])
        store = Store(tcp.render_as_string(hide_password=False), clock, limited=True)
        assert await store.write(lambda tx: tx.audit("test", "test")) == 1
        hole.swallow(old_only=True)
        ended: list[int] = []
        dog = Watchdog(longest=2, end=ended.append, second=0.05)
        with dog.watching("a batch"):
            stuck = asyncio.create_task(store.write(lambda tx: tx.audit("test", "test")))
            await until(lambda: ended == [HUNG], "the end of the process")
        assert not stuck.done()
        heir = Store(tcp.render_as_string(hide_password=False), clock, limited=True)
        assert await heir.write(lambda tx: tx.audit("test", "test")) == 2  # what vanished had no effect
        hole.cut()
        assert await stuck == 3  # it hung before it wrote anything, and writes on a new connection, once
        heir.close()
        store.close()


@pytest.mark.nats
async def test_behind_a_bus_that_has_vanished_nothing_is_promised_and_all_goes_on_when_it_is_back(
    nats: NatsServer,
) -> None:
    async with BlackHole(make_url(nats.url).port or 0) as hole:
        bus = Bus(f"nats://127.0.0.1:{hole.port}", name="test", kabupaten="35.23", declares=True)
        await bus.open()
        try:
            await bus.publish_report(one_more("Warga resah di Soko"), "a")
            assert await bus.ready()
            hole.swallow()
            begun = time.monotonic()
            lost = one_more("Warga berkumpul di Soko")
            refused = await asyncio.gather(
                *(bus.publish_report(lost if n == 0 else one_more(f"Warga {n}"), "b") for n in range(20)),
                return_exceptions=True,
            )
            assert all(isinstance(one, BusUnavailable) for one in refused), refused
            assert time.monotonic() - begun < 12
            bus._kept_at = float("-inf")
            assert not await bus.ready()
            hole.pass_on()
            async with asyncio.timeout(GENEROUS):
                while await bus.keeps() != KEEPS:  # noqa: ASYNC110 - another program
                    await asyncio.sleep(0.01)
            assert await bus.ready()
            again = await bus.publish_report(lost, "b")
            assert again.same
            ids = [id_ async for _, id_, _ in bus.reports_on_disk()]
            assert len(ids) == len(set(ids)) == 2  # of what was refused nothing was kept but what was sent again
        finally:
            await bus.close()
