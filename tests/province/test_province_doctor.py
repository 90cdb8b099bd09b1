"""`doctor` says how the line to the province stands, and what to do, as the office reads it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from services.cli.ops.doctor import BEHIND, Finding, _line
from services.store.database import utc_now
from tests.province.servers import MORNING, TUBAN, Province, arrived, kept, told

pytestmark = pytest.mark.nats


async def test_nothing_is_said_where_there_is_no_province() -> None:
    assert await _line(utc_now()) == []


async def test_each_way_in_which_it_can_stand_is_told(
    province: Province, opened: Callable[[Any], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    await province.declare()
    leaf = province.leaf(TUBAN)
    monkeypatch.setenv("KENTONGAN_CHANNEL_PROVINCE_URL", province.url("line", leaf))
    monkeypatch.setenv("KENTONGAN_CHANNEL_PROVINCE_KABUPATEN", TUBAN)
    line = await opened(province.line(TUBAN))
    await kept(line, told())
    await arrived(await opened(province.reader()), 1)

    async def looked() -> Finding:
        (found,) = await _line(MORNING + timedelta(minutes=1))
        return found

    assert await looked() == (True, "province: its hub answers, no message waits")
    province.server.kill()
    await kept(line, told(7))
    good, said = await looked()
    assert not good
    assert "its hub does not answer, 1 messages wait since 2026-11-24 01:00Z" in said
    await line.close()  # nobody passes it on any more
    province.start()

    async def standing() -> list[Finding]:
        return await _line(MORNING + BEHIND + timedelta(minutes=1))

    while "its hub answers" not in (found := await standing())[0][1]:
        pass
    said = "province: its hub answers, 1 messages wait since 2026-11-24 01:00Z; is notify running? If it is, the hub"
    assert found == [(False, f"{said} keeps nothing: ask the province whether its disk is full")]
    leaf.kill()
    good, said = await looked()
    assert (good, "leaf node does not answer" in said) == (False, True)
