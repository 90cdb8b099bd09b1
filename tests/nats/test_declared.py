"""What the bus is declared to be, read back from the server."""

from collections.abc import Awaitable, Callable

import pytest
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy, DiscardPolicy, RetentionPolicy, StorageType

from services.bus import CONSUMERS, DAY, DELAYS, STREAMS, Bus
from services.bus.declaring import MOST_PENDING
from services.cli.up import nats_config
from tests.servers import NatsServer

pytestmark = pytest.mark.nats
NewBus = Callable[..., Awaitable[Bus]]


async def test_every_stream_stands_as_declared(new_bus: NewBus) -> None:
    bus = await new_bus()
    for declared in STREAMS:
        config = (await bus.js.stream_info(declared.name)).config
        assert config.subjects == declared.subjects
        assert config.storage == StorageType.FILE
        assert config.retention == RetentionPolicy.LIMITS
        assert config.discard == DiscardPolicy.NEW  # a full disk refuses what is new; what was promised stays
        assert config.max_age == declared.max_age
        assert config.duplicate_window == declared.duplicate_window
        assert config.num_replicas == 1
        assert config.allow_direct


async def test_a_reports_id_is_known_as_long_as_the_report_is_kept(new_bus: NewBus) -> None:
    bus = await new_bus()
    config = (await bus.js.stream_info("REPORTS")).config
    assert config.duplicate_window == config.max_age == 400 * DAY


async def test_an_events_id_is_known_for_longer_than_all_its_tries_and_no_longer_than_an_hour(new_bus: NewBus) -> None:
    """The server keeps each known id in memory: a day of them grew by 20 MB an hour at ten reports a second."""
    bus = await new_bus()
    window = (await bus.js.stream_info("INCIDENTS")).config.duplicate_window
    assert sum(DELAYS) < window <= DAY / 24


async def test_every_consumer_stands_as_declared(new_bus: NewBus) -> None:
    bus = await new_bus(ack_wait=7.0)
    for stream, durable, subjects in CONSUMERS:
        config = (await bus.js.consumer_info(stream, durable)).config
        assert (config.filter_subjects or [config.filter_subject]) == subjects
        assert config.ack_policy == AckPolicy.EXPLICIT
        assert config.deliver_policy == DeliverPolicy.ALL
        assert (config.ack_wait, config.max_deliver, config.max_ack_pending) == (7.0, 40, MOST_PENDING)


async def test_declaring_again_changes_nothing_and_loses_nothing(new_bus: NewBus) -> None:
    bus = await new_bus()
    before = {name: (await bus.js.stream_info(name)).config for name in ("REPORTS", "INCIDENTS", "DEADLETTERS")}
    await bus.provision()
    await new_bus("another")
    assert {name: (await bus.js.stream_info(name)).config for name in before} == before


async def test_settings_that_somebody_changed_by_hand_are_brought_back(new_bus: NewBus) -> None:
    bus = await new_bus()
    config = (await bus.js.stream_info("REPORTS")).config
    config.max_age = config.duplicate_window = 3600.0
    await bus.js.update_stream(config)
    changed = ConsumerConfig(durable_name="triage", ack_policy=AckPolicy.EXPLICIT, max_ack_pending=3, ack_wait=90)
    changed.filter_subjects = ["report.filed.>"]
    await bus.js.add_consumer("REPORTS", changed)
    await bus.provision()
    assert (await bus.js.stream_info("REPORTS")).config.max_age == 400 * DAY
    consumer = (await bus.js.consumer_info("REPORTS", "triage")).config
    assert (consumer.max_ack_pending, consumer.ack_wait) == (MOST_PENDING, 10.0)


def test_a_server_that_stands_alone_syncs_every_write(nats: NatsServer) -> None:
    written = nats_config(nats.folder, nats.port).read_text()
    assert "sync_interval: always" in written
    assert 'host: "127.0.0.1"' in written


async def test_ready_means_that_streams_and_consumers_are_there(new_bus: NewBus) -> None:
    bus = await new_bus()
    assert await bus.ready()
    await bus.js.delete_consumer("REPORTS", "triage")
    assert not await bus.ready()
    await bus.provision()
    assert await bus.ready()
