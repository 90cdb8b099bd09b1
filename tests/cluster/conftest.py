from collections.abc import AsyncIterator

import pytest_asyncio

from tests.servers import Sink


@pytest_asyncio.fixture
async def sink() -> AsyncIterator[Sink]:
    receiver = await Sink().start()
    yield receiver
    await receiver.stop()
