"""A house with an SMS gateway: a local server that takes what we send, and calls back as a provider does."""

import itertools
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import pytest
import pytest_asyncio

from tests.channels.provider_fakes import FakeHttp
from tests.house import Answer as HttpAnswer
from tests.house import House
from tests.people import Resident

OFFICER, SECOND, REPORTER = "+6281200004821", "+6281200005117", "+6281200009999"
PROOF = "Rahasia gerbang"


class Phones:
    """Everybody's telephone, as the gateway sees them."""

    def __init__(self, house: House, gateway: FakeHttp) -> None:
        self.house, self.gateway = house, gateway
        self._seen: dict[str, int] = {}
        self._numbers = itertools.count(1)

    def got(self, number: str = OFFICER) -> list[str]:
        """Give the texts that reached a telephone since the last look."""
        texts = [call.json["text"] for call in self.gateway.calls if call.json["to"] == number]
        seen, self._seen[number] = self._seen.get(number, 0), len(texts)
        return texts[seen:]

    async def text(self, text: str, number: str = OFFICER, id_: str | None = None) -> HttpAnswer:
        """Send a text to the service, and let it take its course."""
        body = {"from": number, "text": text, "id": id_ or f"in-{next(self._numbers)}"}
        return await self.call(body)

    async def call(self, body: Any, proof: str = PROOF) -> HttpAnswer:
        headers = {"x-gateway": proof}
        async with self.house.client.post("/v1/inbound/sms_gateway", json=body, headers=headers) as told:
            answer = HttpAnswer(told.status, await told.json(content_type=None), {})
        await self.house.settle()
        await self.house.settle()
        return answer

    async def receipt(self, provider_id: str, state: str) -> HttpAnswer:
        return await self.call({"id": provider_id, "status": state})


NewPhones = Callable[..., Awaitable[Phones]]


@pytest_asyncio.fixture
async def gateway() -> AsyncIterator[FakeHttp]:
    fake = FakeHttp()
    await fake.start()
    yield fake
    await fake.stop()


@pytest.fixture
def new_phones(
    new_house: Callable[..., Awaitable[House]], gateway: FakeHttp, monkeypatch: pytest.MonkeyPatch
) -> NewPhones:
    """Build a house in which the lead's officer is reached by SMS."""
    start = "KENTONGAN_CHANNEL_SMS_GATEWAY_"
    monkeypatch.setenv(f"{start}URL", f"{gateway.url}/send")
    monkeypatch.setenv(f"{start}SECRET_HEADER", "X-Gateway")
    monkeypatch.setenv(f"{start}SECRET", PROOF)
    given = itertools.count(1)

    async def make(
        database: str = "sqlite",
        addresses: tuple[tuple[str, str], ...] = (("sms_gateway", OFFICER),),
        *,
        login: str = "polres",
        others: Mapping[str, tuple[tuple[str, str], ...]] = MappingProxyType({}),
        **more: Any,
    ) -> Phones:
        reached = {login: addresses, **others}

        def with_phone(people: list[Resident]) -> list[Resident]:
            return [replace(one, addresses=reached.get(one.login, one.addresses)) for one in people]

        gateway.script = [_Numbered(given)]  # type: ignore[list-item]
        house = await new_house(database, people=with_phone, **more)
        return Phones(house, gateway)

    return make


class _Numbered:
    """What the gateway answers: a new id for each message."""

    status, silent, text = 200, False, None
    headers: dict[str, str] = {}  # noqa: RUF012

    def __init__(self, numbers: Any) -> None:
        self._numbers = numbers

    @property
    def body(self) -> dict[str, str]:
        return {"id": f"gw-{next(self._numbers)}"}


@pytest_asyncio.fixture
async def phones(new_phones: NewPhones) -> Phones:
    return await new_phones()
