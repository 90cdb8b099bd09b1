"""What is told by server-sent events, to whom, and how nothing is missed."""

import asyncio
import json
import re
from collections.abc import AsyncIterator

import aiohttp
import pytest

from schemas.vocabulary import Role
from services.console.dependencies import Deps
from services.console.incidents import event_stream
from services.console.incidents.event_stream import Head, stream
from services.console.incidents.queries import newest_line
from services.incidents import lifecycle
from services.policy.versions import Rules
from services.security import auth
from services.store.transaction import Transaction
from tests.console.desk import Desk
from tests.console.night import DISTRICT, PASSWORD
from tests.servers import GENEROUS

COORDINATOR = auth.Identity("ratna", "Ratna", Role.COORDINATOR, "KESBANG")


async def heard(lines: AsyncIterator[bytes], until: str) -> list[tuple[str, dict[str, str]]]:
    """Read events up to the first of a kind."""
    found, event = [], ""
    async for raw in lines:
        line = raw.decode().rstrip("\n")
        if line.startswith("event: "):
            event = line[7:]
        elif line.startswith("data: "):
            found.append((event, json.loads(line[6:])))
            if event == until:
                return found
    msg = f"the stream ended before {until}"
    raise AssertionError(msg)


def deps_of(desk: Desk) -> Deps:
    return Deps(store=desk.store, secret=b"", keys=desk.keys, rules=Rules.fixed(DISTRICT), base_url="")


def verify(desk: Desk, name: str) -> None:
    desk.write(lambda tx: lifecycle.verify(tx, desk.ids[name], COORDINATOR, ""))


async def test_a_watcher_hears_what_it_may_see_and_nothing_else(desk):
    headers = {"Authorization": f"Bearer {desk.key(Role.MEMBER, 'POLRES')}"}
    async with aiohttp.ClientSession(headers=headers) as session, session.get(f"{desk.url}/v1/events") as answer:
        assert answer.headers["content-type"].split(";")[0] == "text/event-stream"
        await heard(answer.content, "hello")
        for name in ("protest", "bomb", "clash"):
            verify(desk, name)
        told = await heard(answer.content, "incident")
    assert [desk.ids["clash"]] == [data["id"] for _, data in told]
    assert {"id", "revision", "state", "level", "changed_at"} == set(told[0][1])


async def test_after_an_interruption_what_was_missed_is_told_once_each(desk):
    headers = {"Authorization": f"Bearer {desk.key(Role.COORDINATOR)}"}
    async with aiohttp.ClientSession(headers=headers) as session:
        async with session.get(f"{desk.url}/v1/events") as answer:
            async for line in answer.content:
                if line.startswith(b"id: "):
                    last = line[4:].decode().strip()
                    break
        for _ in range(3):
            verify(desk, "clash")
        verify(desk, "church")
        async with session.get(f"{desk.url}/v1/events", headers={"Last-Event-ID": last}) as answer:
            told = [*await heard(answer.content, "incident"), *await heard(answer.content, "incident")]
    assert [desk.ids["clash"], desk.ids["church"]] == [data["id"] for event, data in told if event == "incident"]


async def test_a_page_hears_what_came_since_it_was_made(desk, person):
    """Its address names the line; a browser that comes back names the last one that it heard, which is later."""
    ratna = person("ratna")
    position = re.search(r'data-position="(\d+)"', ratna.get("/").body)
    assert position is not None
    verify(desk, "clash")
    between = desk.store.read_now(newest_line)
    verify(desk, "church")
    address = f"{desk.url}/v1/events?after={position[1]}"
    headers = {"Authorization": f"Bearer {desk.key(Role.COORDINATOR)}"}
    async with aiohttp.ClientSession(headers=headers) as session:
        async with session.get(address) as answer:
            told = [*await heard(answer.content, "incident"), *await heard(answer.content, "incident")]
        async with session.get(address, headers={"Last-Event-ID": str(between)}) as answer:
            again = await heard(answer.content, "incident")
    assert [data["id"] for event, data in told if event == "incident"] == [desk.ids["clash"], desk.ids["church"]]
    assert [data["id"] for event, data in again if event == "incident"] == [desk.ids["church"]]


async def test_reading_a_secret_wakes_nobody(desk):
    deps = deps_of(desk)
    before = desk.store.read_now(newest_line)

    def read(tx: Transaction) -> None:
        tx.audit("incident.read", "ratna", incident=desk.ids["church"])

    desk.write(read)
    assert await kinds(deps, before, 2) == ["hello", "heartbeat"]


async def kinds(deps: Deps, after: int | None, count: int, reader: auth.Identity = COORDINATOR) -> list[str]:
    """Take events from a stream with a fast heart until `count` are there."""
    found: list[str] = []

    async def still() -> bool:
        return len(found) < count

    async for part in stream(deps, Head(deps, look=0.01), reader, after, still, heartbeat=0.05):
        if part.comment:
            found.append("heartbeat")
        elif part.event:
            found.append(part.event)
    return found


async def test_silence_is_kept_alive_by_a_heartbeat(desk):
    deps = deps_of(desk)
    assert await kinds(deps, None, 3) == ["hello", "heartbeat", "heartbeat"]


async def test_who_is_far_behind_is_told_to_look_anew(desk, monkeypatch):
    monkeypatch.setattr("services.console.incidents.event_stream.FAR", 3)
    deps = deps_of(desk)
    assert await kinds(deps, 0, 2) == ["hello", "reset"]


async def test_who_names_a_line_that_is_not_there_yet_is_told_to_look_anew_and_hears_on(desk):
    """A database restored from a backup has fewer lines than a page has seen."""
    deps, newest = deps_of(desk), desk.store.read_now(newest_line)
    found: list[tuple[str | None, str | None]] = []

    async def still() -> bool:
        if len(found) == 2:
            verify(desk, "clash")
        return len(found) < 3

    async for part in stream(deps, Head(deps, look=0.01), COORDINATOR, newest + 1000, still, heartbeat=5):
        found += [(part.event, part.id)] if part.event else []
    assert found[:2] == [("hello", str(newest)), ("reset", str(newest))]
    assert found[2][0] == "incident"


async def test_more_changes_than_one_look_takes_all_arrive(desk, monkeypatch):
    monkeypatch.setattr("services.console.incidents.event_stream.PAGE", 2)
    deps = deps_of(desk)
    assert ["hello", *["incident"] * 5] == await kinds(deps, 0, 6)


async def test_one_stream_asks_once_for_what_changes_within_a_moment_and_the_first_change_does_not_wait(
    desk, monkeypatch
):
    """Each movement of the log made every stream ask: with fifty open pages a busy night had no readers left."""
    asked, real = [], event_stream.changed_after
    monkeypatch.setattr(event_stream, "changed_after", lambda *given, **how: asked.append(1) or real(*given, **how))
    monkeypatch.setattr(event_stream, "BETWEEN", 0.5)
    monkeypatch.setattr(event_stream, "QUESTIONS", 0.001)  # as many others watch
    deps, found = deps_of(desk), []

    async def still() -> bool:
        return len(found) < 3

    async def much_changes() -> None:
        for _ in range(5):
            desk.write(lambda tx: tx.audit("incident.read", "ratna", incident=desk.ids["church"]))
            await asyncio.sleep(0.02)
        verify(desk, "protest")

    async for part in stream(deps, Head(deps, look=0.01), COORDINATOR, None, still, heartbeat=5):
        if part.event:
            found.append(part.event)
            if len(found) == 1:
                verify(desk, "clash")
            elif len(found) == 2:
                assert len(asked) == 1
                burst = asyncio.create_task(much_changes())
    await burst
    assert found == ["hello", "incident", "incident"]
    assert len(asked) == 2


async def test_where_few_watch_a_change_soon_after_another_is_told_as_soon(desk, monkeypatch):
    """Each waited a second after the one before it: of a report every second half were late on screen."""
    monkeypatch.setattr(event_stream, "BETWEEN", 100 * GENEROUS)
    monkeypatch.setattr(event_stream, "SHARE", 0)
    deps, found = deps_of(desk), []

    async def still() -> bool:
        return len(found) < 3

    async with asyncio.timeout(GENEROUS):
        async for part in stream(deps, Head(deps, look=0.01), COORDINATOR, None, still, heartbeat=GENEROUS):
            if part.event:
                found.append(part.event)
                verify(desk, ("clash", "protest", "church")[len(found) - 1])
    assert found == ["hello", "incident", "incident"]


async def test_the_last_watcher_stops_the_looking(desk):
    deps = deps_of(desk)
    head = Head(deps)
    await head.enter("x")
    await head.enter("x")
    task = head._task
    assert task is not None
    head.leave("x")
    assert head._task is task
    head.leave("x")
    with pytest.raises(asyncio.CancelledError):
        await task
    assert head._task is None


async def test_the_stream_ends_when_the_session_does(desk):
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(cookie_jar=jar) as session:
        await session.post(f"{desk.url}/masuk", data={"login": "ratna", "password": PASSWORD}, allow_redirects=False)
        async with session.get(f"{desk.url}/v1/events") as answer:
            await heard(answer.content, "hello")
            desk.clock.forward(13 * 60)
            verify(desk, "clash")
            rest = await answer.content.read()
    # What was being told goes out; then the line ends.
    assert rest.count(b"event:") <= 1
