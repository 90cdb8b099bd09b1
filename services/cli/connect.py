"""Open what an office command works on: the settings, the store, the bus."""

import argparse
import asyncio
import atexit
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from schemas.district import District
from services.policy.loader import load_district
from services.runtime.bus_users import know_leaf, passwords_of
from services.runtime.private import give_all_to_owner
from services.runtime.settings import Settings
from services.sources.vault import Vault
from services.store.database import Store

if TYPE_CHECKING:
    from services.bus import Bus

T = TypeVar("T")
PATIENCE = 10.0  # seconds until a bus that does not answer is said to be away


def add_place(parser: argparse.ArgumentParser) -> None:
    """Declare the options that say which installation is meant."""
    parser.add_argument("--data", type=Path, metavar="DIR", help="data folder (default: KENTONGAN_DATA or .data)")
    parser.add_argument("--nats-port", type=int, metavar="N", help="port of the bus on this machine")


def settings_of(options: argparse.Namespace, user: str = "office") -> Settings:
    """Give the settings, with what the command line said over them, as `user` of this machine's bus.

    What a command that root runs has made in a service's data folder is that service's when the command ends.
    """
    settings = Settings()
    if data := getattr(options, "data", None):
        settings = settings.model_copy(update={"data": data.resolve()})
    know_leaf(settings.data)
    atexit.unregister(give_all_to_owner)  # a command may ask more than once
    atexit.register(give_all_to_owner, settings.data)
    port = getattr(options, "nats_port", None)
    if port is None and (data or "nats_url" not in settings.model_fields_set):
        port = _port_of(settings.data / "nats-server.conf")
    if port is None:
        return settings
    password = passwords_of(settings.data).get(user)
    who = f"{user}:{password}@" if password else ""
    return settings.model_copy(update={"nats_url": f"nats://{who}127.0.0.1:{port}"})


def _port_of(conf: Path) -> str | None:
    """Give the port that `up` wrote for its bus on this machine: asking for it again would be asking twice."""
    lines = conf.read_text().splitlines() if conf.exists() else []
    return next((line.split()[1] for line in lines if line.startswith("port:")), None)


def open_store(settings: Settings, *, make: bool = False) -> Store:
    """Open the store as it is; raises StoreShapeError when its tables are not those of this release.

    An office command never changes tables under the services that run: only with `make` are they made or upgraded.
    """
    store = Store(settings.database)
    if make:
        store.upgrade()
        return store
    try:
        store.check_shape()
    except Exception:
        store.close()
        raise
    return store


def with_bus(settings: Settings, act: Callable[["Bus", District], Awaitable[T]], vault: Vault | None = None) -> T:
    """Run `act` on an open bus; with the vault it opens what lies sealed there."""
    from services.bus import Bus  # noqa: PLC0415 - a quarter of a command's start, for those that ask the bus alone

    async def run() -> T:
        district = load_district(settings.district)
        bus = Bus(
            settings.nats_url,
            name="office",
            kabupaten=district.code,
            authority=settings.nats_ca,
            sealer=vault,
            partitions=settings.partitions,
        )
        await asyncio.wait_for(bus.open(), PATIENCE)
        try:
            return await act(bus, district)
        finally:
            await bus.close()

    return asyncio.run(run())
