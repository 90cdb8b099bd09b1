"""A power cut drops whatever was not synced: what was promised and what was acknowledged was.

The disk is cut with EXT4_IOC_SHUTDOWN, which lets nothing reach it that did not before; only then are the processes killed.
"""

import io
import os
from pathlib import Path
from uuid import UUID

import pytest
from PIL import Image

from services.bus import Bus
from services.ingest.attachments import Attachments
from services.store.database import Store
from tests.faults.small_disk import cut_disk, may_mount
from tests.faults.test_black_holes import one_more
from tests.house import Clock
from tests.servers import NatsServer

REPORTS = 25


@may_mount
@pytest.mark.nats
async def test_what_was_promised_and_what_was_committed_outlives_a_power_cut(
    tmp_path: Path, blank_sqlite: bytes, clock: Clock
) -> None:
    with cut_disk(tmp_path / "disk", 64) as disk:
        file = disk.folder / "kentongan.db"
        file.write_bytes(blank_sqlite)
        for path in (file, disk.folder):  # the tables were made long ago
            handle = os.open(path, os.O_RDONLY)
            os.fsync(handle)
            os.close(handle)
        store = Store(f"sqlite:///{file}", clock)
        server = NatsServer(disk.folder / "nats").start()
        bus = Bus(server.url, name="test", kabupaten="35.23", declares=True)
        await bus.open()
        promised: list[UUID] = []
        for number in range(REPORTS):
            promised.append((await bus.publish_report(one_more(f"Warga resah, kabar {number}"), str(number))).id)
            assert await store.write(lambda tx: tx.audit("test", "test")) == number + 1
        unsynced = disk.folder / "unsynced"
        unsynced.write_bytes(b"nobody was promised this")
        disk.cut()
        await bus.close()
        server.kill()
        store.close()
        disk.unmount()
        disk.mount()
        assert not unsynced.exists() or unsynced.read_bytes() == b""  # else this proves nothing
        server.start()
        bus, store = Bus(server.url, name="test", kabupaten="35.23"), Store(f"sqlite:///{file}", clock)
        await bus.open()
        kept = [UUID(id_) async for _, id_, _ in bus.reports_on_disk()]
        assert kept == promised
        assert await store.write(lambda tx: tx.audit("test", "test")) == REPORTS + 1
        await bus.close()
        server.kill()
        store.close()


@may_mount
async def test_a_photograph_that_was_answered_for_outlives_a_power_cut(tmp_path: Path, clock: Clock) -> None:
    """The report that names it is promised after it, and would name nothing; or be refused whenever it is sent again."""
    picture = io.BytesIO()
    Image.linear_gradient("L").save(picture, "JPEG")
    with cut_disk(tmp_path / "disk", 64) as disk:
        photographs = Attachments(disk.folder / "attachments", clock)
        waiting = [await photographs.take(picture.getvalue()) for _ in range(2)]
        named = [await photographs.take(picture.getvalue()) for _ in range(2)]
        assert await photographs.keep(named) == []
        unsynced = disk.folder / "unsynced"
        unsynced.write_bytes(b"nobody was promised this")
        disk.cut()
        disk.unmount()
        disk.mount()
        assert not unsynced.exists() or unsynced.read_bytes() == b""  # else this proves nothing
        assert await photographs.keep(waiting + named) == []
        for id_ in waiting + named:
            file = photographs.find(id_)
            assert file is not None
            with Image.open(file) as found:
                found.load()
