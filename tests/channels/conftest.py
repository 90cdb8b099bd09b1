"""Local servers for channel tests, started and stopped."""

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
import pytest_asyncio
from provider_fakes import FakeHttp, FakeSmtp

from services.notify.channels import Channel
from tests.servers import free_port


@pytest_asyncio.fixture
async def http() -> AsyncIterator[FakeHttp]:
    server = FakeHttp()
    await server.start()
    yield server
    await server.stop()


@pytest_asyncio.fixture
async def smtp() -> AsyncIterator[FakeSmtp]:
    server = FakeSmtp()
    await server.start()
    yield server
    await server.stop()


@pytest_asyncio.fixture
async def opened() -> AsyncIterator[Callable[[Channel], Awaitable[Channel]]]:
    """Open channels and close them when the test is over."""
    channels: list[Channel] = []

    async def _open(channel: Channel) -> Channel:
        await channel.open()
        channels.append(channel)
        return channel

    yield _open
    for channel in channels:
        await channel.close()


@pytest.fixture
def nobody_there() -> str:
    """Give the address of a port where nobody listens."""
    return f"http://127.0.0.1:{free_port()}"
