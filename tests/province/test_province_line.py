"""What the province is told reaches the hub once and in order, whatever is cut meanwhile; real servers at both ends."""

import asyncio
import shutil
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from services.bus.line import BusUnavailable
from services.bus.province.client import connected, left
from services.bus.province.conf import LINE_USER, kept_subject
from services.bus.province.hub import Hub
from services.bus.province.line import Line, kept_stream
from tests.province.servers import BOJONEGORO, TUBAN, Province, arrived, kept, told, withdrawn
from tests.servers import GENEROUS, until

pytestmark = pytest.mark.nats
Opened = Callable[[Any], Any]


async def test_what_two_districts_tell_is_read_at_the_hub_under_their_own_names(
    province: Province, opened: Opened
) -> None:
    await province.declare()
    for number, code in enumerate((TUBAN, BOJONEGORO)):
        province.leaf(code)
        await kept(await opened(province.line(code)), told(number, says=f"dari {code}"))
    found = await arrived(await opened(province.reader()), 2)
    assert {one.kabupaten: one.message.says for one in found} == {code: f"dari {code}" for code in (TUBAN, BOJONEGORO)}


async def test_a_line_that_was_cut_brings_all_of_it_once_and_in_order(province: Province, opened: Opened) -> None:
    await province.declare()
    province.leaf(TUBAN)
    line = await opened(province.line(TUBAN))
    messages = [told(number) for number in range(55)]
    for message in messages[:5]:
        await kept(line, message)
    await arrived(await opened(province.reader()), 5)
    province.server.kill()
    for message in messages[5:]:  # keeping does not wait for the hub
        await kept(line, message)
    state = await line.look()
    assert (state.waiting, state.since, state.hub_answers) == (50, messages[5].told_at, False)
    province.start()
    reader = await opened(province.reader())
    found = await arrived(reader, 55)
    assert [one.message for one in found] == messages
    for message in messages:  # whoever is not sure says it again
        await kept(line, message)
    assert len(await reader.everything()) == 55
    state = await line.look()
    assert (state.waiting, state.hub_answers) == (0, True)
    assert len(await reader.everything()) == 55  # to look keeps nothing


async def test_a_leaf_node_and_a_process_that_are_killed_lose_nothing(province: Province, opened: Opened) -> None:
    await province.declare()
    leaf = province.leaf(TUBAN)
    province.server.kill()
    line = await opened(province.line(TUBAN))
    messages = [told(number) for number in range(10)]
    for message in messages[:5]:
        await kept(line, message)
    leaf.kill()
    await line.close()
    province.leaf(TUBAN)
    province.start()
    line = await opened(province.line(TUBAN))
    for message in messages[5:]:
        await kept(line, message)
    found = await arrived(await opened(province.reader()), 10)
    assert [one.message for one in found] == messages


async def test_two_notifiers_pass_on_in_one_order(province: Province, opened: Opened) -> None:
    await province.declare()
    province.leaf(TUBAN)
    both = [await opened(province.line(TUBAN)) for _ in range(2)]
    messages = [told(number) for number in range(40)]
    for number, message in enumerate(messages):
        await kept(both[number % 2], message)
    found = await arrived(await opened(province.reader()), 40)
    assert [one.message for one in found] == messages


async def test_a_hub_that_lost_its_disk_takes_what_comes_from_then_on(province: Province, opened: Opened) -> None:
    await province.declare()
    province.leaf(TUBAN)
    line = await opened(province.line(TUBAN))
    await kept(line, told(0))
    await arrived(await opened(province.reader()), 1)
    province.server.kill()
    shutil.rmtree(province.folder / "hub" / "store")
    province.start()
    after = told(1)
    await kept(line, after)  # its stream is not there yet: it waits
    await province.declare()
    (found,) = await arrived(await opened(province.reader()), 1)
    assert found.message == after


async def test_a_leaf_node_that_is_away_promises_nothing(province: Province, opened: Opened) -> None:
    leaf = province.leaf(TUBAN)
    leaf.kill()
    line = await opened(province.line(TUBAN))
    with pytest.raises(BusUnavailable):
        await line.keep(told())
    with pytest.raises(BusUnavailable):
        await line.look()


async def test_of_one_incident_the_message_that_was_owed_last_counts(province: Province, opened: Opened) -> None:
    """A delivery that failed at first is tried again later, and comes behind a newer one about the same incident."""
    await province.declare()
    province.leaf(TUBAN)
    line, incident = await opened(province.line(TUBAN)), uuid4()
    newer, older, other = told(9, incident), told(3, incident), told(5)
    for message in (newer, older, other):
        await kept(line, message)
    reader = await opened(province.reader())
    assert [one.message for one in await arrived(reader, 3)] == [newer, older, other]
    assert [one.message for one in await reader.latest()] == [newer, other]
    closed = told(12, incident, reason="closed", outcome="settled")
    await kept(line, closed)
    await arrived(reader, 4)
    assert [one.message for one in await reader.latest()] == [other, closed]


async def test_who_follows_hears_each_once_through_a_cut(province: Province, opened: Opened) -> None:
    await province.declare()
    province.leaf(TUBAN)
    line, heard = await opened(province.line(TUBAN)), list[str]()
    reader = await opened(province.reader())
    before = told(0)
    await kept(line, before)
    await arrived(reader, 1)
    messages = [told(number) for number in range(1, 7)]

    async def follow() -> None:
        async for one in reader.follow():
            heard.append(one.message.id)
            if len(heard) == len(messages):
                return

    following = asyncio.create_task(follow())
    async with asyncio.timeout(GENEROUS):
        while reader.following is None:  # noqa: ASYNC110 - it has noted where it begins
            await asyncio.sleep(0.01)
    for message in messages[:3]:
        await kept(line, message)
    await arrived(reader, 4)
    province.server.kill()
    for message in messages[3:]:
        await kept(line, message)
    province.start()
    await asyncio.wait_for(following, GENEROUS)
    assert heard == [message.id for message in messages]


async def test_who_follows_hears_what_a_hub_is_told_that_lost_its_disk(province: Province, opened: Opened) -> None:
    """Its stream counts from 1 again, and may be beyond what was heard before anybody looks."""
    await province.declare()
    province.leaf(TUBAN)
    line, reader, heard = await opened(province.line(TUBAN)), await opened(province.reader()), list[str]()
    messages = [told(number) for number in range(4)]

    async def follow() -> None:
        async for one in reader.follow():
            heard.append(one.message.id)
            if len(heard) == len(messages):
                return

    following = asyncio.create_task(follow())
    async with asyncio.timeout(GENEROUS):
        while reader.following is None:  # noqa: ASYNC110 - it has noted where it begins
            await asyncio.sleep(0.01)
    await kept(line, messages[0])
    await until(lambda: len(heard) == 1, "the first")
    province.server.kill()
    shutil.rmtree(province.folder / "hub" / "store")
    for message in messages[1:]:
        await kept(line, message)
    province.start()
    await province.declare()
    await asyncio.wait_for(following, GENEROUS)
    assert heard == [message.id for message in messages]


async def test_a_connection_that_the_leaf_node_closed_for_good_is_made_anew(province: Province, opened: Opened) -> None:
    """The library comes back from a cut, and never from an error that the server says."""
    await province.declare()
    province.leaf(TUBAN)
    line = await opened(province.line(TUBAN))
    await kept(line, told(0))
    before = line._client
    await before._process_err("'Authentication Timeout'")
    await until(lambda: before.is_closed, "the end of its connection")
    await kept(line, told(1))
    await arrived(await opened(province.reader()), 2)


async def test_a_message_that_this_release_cannot_read_is_counted_and_hides_no_other(
    province: Province, opened: Opened
) -> None:
    await province.declare()
    province.leaf(TUBAN)
    line = await opened(province.line(TUBAN))
    await kept(line, told(0))
    await line._client.request(f"province.3523.{uuid4()}.told", b'{"v": 2}', timeout=5)
    await kept(line, told(1))
    reader = await opened(province.reader())
    assert len(await arrived(reader, 2)) == 2
    assert reader.unread >= 1


async def test_the_line_is_sealed_by_the_hubs_certificate(secured: Province, opened: Opened) -> None:
    await secured.declare()
    secured.leaf(TUBAN)
    await kept(await opened(secured.line(TUBAN)), told(1))
    assert len(await arrived(await opened(secured.reader()), 1)) == 1
    with pytest.raises(BusUnavailable):
        await Hub(secured.url("reader"), patience=0.5).open()  # who signed it is not known: it is not trusted


async def test_a_line_ends_though_a_cancellation_was_swallowed() -> None:
    """Until Python 3.12 `asyncio.wait_for` swallows one that meets its result; closing once waited for ever."""
    line, swallowed = Line("nats://line:word@127.0.0.1:1", TUBAN), list[bool]()

    async def stubborn() -> None:
        while True:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                if swallowed:
                    raise
                swallowed.append(True)

    line._task = asyncio.create_task(stubborn())
    await asyncio.sleep(0)
    await asyncio.wait_for(line.close(), GENEROUS)
    assert swallowed


async def test_a_late_older_message_never_revives_what_was_withdrawn(province: Province, opened: Opened) -> None:
    """It is not even kept: what was to be said by it is no longer to be seen."""
    await province.declare()
    province.leaf(TUBAN)
    line, incident = await opened(province.line(TUBAN)), uuid4()
    first, older, out = told(1, incident), told(3, incident), withdrawn(5, incident)
    for message in (first, out):
        await kept(line, message)
    assert await line.keep(older) is False
    assert await line.keep(out) is True  # whoever is not sure says it again
    after = told(9)
    await kept(line, after)
    reader = await opened(province.reader())
    assert [one.message for one in await arrived(reader, 3)] == [first, out, after]
    assert [one.message for one in await reader.latest()] == [out, after]
    again = told(12, incident)
    await kept(line, again)
    await arrived(reader, 4)
    assert [one.message for one in await reader.latest()] == [after, again]


async def test_a_withdrawal_that_comes_behind_a_newer_message_counts_no_more(
    province: Province, opened: Opened
) -> None:
    await province.declare()
    province.leaf(TUBAN)
    line, incident = await opened(province.line(TUBAN)), uuid4()
    newer, out = told(9, incident), withdrawn(5, incident)
    for message in (newer, out):
        await kept(line, message)
    reader = await opened(province.reader())
    assert [one.message for one in await arrived(reader, 2)] == [newer, out]
    assert [one.message for one in await reader.latest()] == [newer]


async def test_what_a_withdrawal_overtakes_while_the_line_is_cut_does_not_leave(
    province: Province, opened: Opened
) -> None:
    await province.declare()
    province.leaf(TUBAN)
    line, reader, incident = await opened(province.line(TUBAN)), await opened(province.reader()), uuid4()
    await kept(line, told(0))
    before = await arrived(reader, 1)
    province.server.kill()
    waiting, other, out, again = told(1, incident), told(2), withdrawn(3, incident), told(4, incident)
    for message in (waiting, other, out, again):
        await kept(line, message)
    province.start()
    reader = await opened(province.reader())
    found = await arrived(reader, 4)
    assert [one.message for one in found] == [before[0].message, other, out, again]
    assert (await line.look()).waiting == 0


async def test_a_leaf_node_of_an_earlier_release_learns_to_keep_withdrawals(province: Province, opened: Opened) -> None:
    await province.declare()
    leaf = province.leaf(TUBAN)
    client = await connected(province.url(LINE_USER, leaf), "", name="before")
    subjects = [kept_subject("*"), kept_subject("*", late=True)]
    await client.jetstream().add_stream(replace(kept_stream(), subjects=subjects))
    await left(client)
    line, incident = await opened(province.line(TUBAN)), uuid4()
    messages = [told(1, incident), withdrawn(2, incident)]
    for message in messages:
        await kept(line, message)
    assert [one.message for one in await arrived(await opened(province.reader()), 2)] == messages
