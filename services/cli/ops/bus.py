"""Declare the bus: the one command that may change streams and consumers."""

import argparse
import asyncio
import logging

from services.bus import CONSUMERS, Bus, BusUnavailable
from services.cli.connect import add_place, settings_of
from services.policy.loader import load_district
from services.runtime.logging import set_up_logging
from services.runtime.settings import Settings

log = logging.getLogger("kentongan.bus")
EVERY = 30.0  # seconds between looks of `declare --keep`


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `bus`."""
    acts = parser.add_subparsers(dest="act", required=True)
    declare = acts.add_parser("declare", help="make streams and consumers, or bring them to their settings")
    declare.add_argument("--keep", action="store_true", help="look again every half minute, for ever")
    rewind = acts.add_parser("rewind", help="let a consumer take everything again that its stream still holds")
    rewind.add_argument("consumer", choices=[durable for _, durable, _ in CONSUMERS])
    for parser_ in (declare, rewind):
        add_place(parser_)


def run(options: argparse.Namespace) -> int:
    """Do it; raises BusUnavailable when the bus does not answer."""
    set_up_logging("INFO")
    settings = settings_of(options, user="deploy")
    if options.act == "rewind":
        asyncio.run(_rewind(settings, options.consumer))
        return 0
    office: Settings | None = settings_of(options)
    if office is not None and office.nats_url == settings.nats_url:  # a cluster: it has known its ids from the first on
        office = None
    asyncio.run(_declare(settings, office, keep=options.keep))
    return 0


async def _declare(settings: Settings, office: Settings | None, *, keep: bool) -> None:
    bus = _bus(settings, declares=True)
    await bus.open()
    try:
        if office is not None and await bus.knows_less_than_it_holds():
            await _remember(office)
        while keep:
            await asyncio.sleep(EVERY)
            try:
                await bus.provision()
            except BusUnavailable:
                log.warning("the bus does not answer; looking again")
    finally:
        await bus.close()


async def _remember(settings: Settings) -> None:
    """Write down the ids of reports that were filed before ids had a stream of their own."""
    bus = _bus(settings, declares=False)
    await bus.open()
    try:
        log.info("%d reports of before are known by their ids now", await bus.remember())
    finally:
        await bus.close()


async def _rewind(settings: Settings, consumer: str) -> None:
    bus = _bus(settings, declares=True)
    await bus.open()
    try:
        await bus.rewind(consumer)
    finally:
        await bus.close()


def _bus(settings: Settings, *, declares: bool) -> Bus:
    district = load_district(settings.district)
    return Bus(
        settings.nats_url,
        name="deploy" if declares else "office",
        kabupaten=district.code,
        replicas=settings.replicas,
        ack_wait=settings.ack_wait,
        declares=declares,
        authority=settings.nats_ca,
    )
