"""A hub and leaf nodes as the program configures them: real servers, on ports of their own."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from schemas.province import ProvinceMessage, ProvinceTold, ProvinceWithdrawn
from services.bus.line import BusUnavailable
from services.bus.province.conf import LINE_USER, Address, Uplink, hub_conf, leaf_conf
from services.bus.province.hub import Hub
from services.bus.province.line import Line
from tests.servers import GENEROUS, NatsServer, free_port

TUBAN, BOJONEGORO = "35.23", "35.22"
MORNING = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)


def told(number: int = 0, incident: UUID | None = None, **changes: Any) -> ProvinceTold:
    """Give a message as the channel makes one; the higher its number, the later it was owed."""
    given: dict[str, Any] = {
        "id": str(uuid4()),
        "told_at": MORNING + timedelta(seconds=number),
        "incident": incident or uuid4(),
        "institution": "PROV",
        "duty": "inform",
        "reason": "escalated",
        "level": "KRITIS",
        "issue": "SLT",
        "says": f"KRITIS - pesan {number}",
    }
    return ProvinceTold(**(given | changes))


def withdrawn(number: int, incident: UUID) -> ProvinceWithdrawn:
    """Give the withdrawal of an incident, owed as late as its number says."""
    return ProvinceWithdrawn(id=str(uuid4()), told_at=MORNING + timedelta(seconds=number), incident=incident)


@dataclass
class Province:
    """A hub, and the leaf nodes of the districts that tell it something."""

    folder: Path
    authority: str = ""
    passwords: dict[str, str] = field(default_factory=lambda: {"reader": "readerword", "declare": "declareword"})
    kabupaten: dict[str, str] = field(default_factory=lambda: {TUBAN: "tubanword", BOJONEGORO: "bojoneword"})
    leaves: dict[str, NatsServer] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.server = NatsServer(self.folder / "hub")
        self.leaf_port = free_port()

    def start(self) -> None:
        """Start the hub as it is configured now."""
        at = "127.0.0.1"
        secured = [str(self.folder / f"hub.{kind}") for kind in ("pem", "key")] if self.authority else []
        conf = self.folder / "hub.conf"
        readers, leaves = Address(at, self.server.port, *secured), Address(at, self.leaf_port, *secured)
        conf.write_text(hub_conf(readers, leaves, str(self.folder / "hub" / "store"), self.passwords, self.kabupaten))
        self.server.run(conf)

    def leaf(self, code: str, word: str = "", *, claims: str = "") -> NatsServer:
        """Start the leaf node of a kabupaten; `claims`: it says it is another one."""
        server = self.leaves.setdefault(code, NatsServer(self.folder / code))
        up = Uplink(claims or code, (f"localhost:{self.leaf_port}",), word or self.kabupaten[code], self.authority)
        conf = self.folder / f"leaf-{code}.conf"
        conf.write_text(leaf_conf(Address("127.0.0.1", server.port), str(server.folder / "store"), "lineword", up))
        return server.run(conf)

    def url(self, user: str, server: NatsServer | None = None) -> str:
        kind = "tls" if self.authority and server is None else "nats"
        word = "lineword" if server else self.passwords[user]
        return f"{kind}://{user}:{word}@localhost:{(server or self.server).port}"

    def line(self, code: str) -> Line:
        return Line(self.url(LINE_USER, self.leaves[code]), code, ack_wait=1.0)

    def reader(self) -> Hub:
        return Hub(self.url("reader"), self.authority)

    async def declare(self) -> None:
        hub = Hub(self.url("declare"), self.authority)
        await hub.open()
        await hub.declare()
        await hub.close()

    def stop(self) -> None:
        for server in (self.server, *self.leaves.values()):
            server.stop()


async def kept(line: Line, message: ProvinceMessage) -> bool:
    """Keep it as the dispatcher does: the same again until it is promised."""
    async with asyncio.timeout(GENEROUS):
        while True:
            try:
                return await line.keep(message)
            except BusUnavailable:
                await asyncio.sleep(0.02)


async def arrived(hub: Hub, many: int) -> list[Any]:
    """Give all that lies at the hub once it is so much."""
    async with asyncio.timeout(GENEROUS):
        while len(found := await hub.everything()) < many:  # noqa: ASYNC110 - the server is asked
            await asyncio.sleep(0.05)
    return found
