"""`kentongan province`: what districts tell their province, and the line between them."""

import argparse
import asyncio
import os
import re
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import ValidationError

from schemas.province import CODE_KABUPATEN, Told
from services.bus import BusUnavailable
from services.bus.province.conf import DECLARER, READER
from services.bus.province.hub import Hub
from services.cli.connect import add_place, settings_of
from services.cli.province import folder, table
from services.cli.province.folder import ProvinceError
from services.cli.up import BUS_MEMORY, nats_server
from services.policy.loader import load_district
from services.runtime.bus_users import LEAF_CONF, LEAF_FOLDER
from services.runtime.disk import has_room, is_full
from services.store.database import utc_now

CHANGE_SECONDS = 0.5  # between looks whether a kabupaten was taken in
LOOK_SECONDS = 30.0  # between looks whether the hub's stream stands
DAYS = 30
AWAY = {
    "id": "Pusat provinsi tidak menjawab; apakah `kentongan province run` berjalan?",
    "en": "The hub does not answer; is `kentongan province run` running?",
}

FULL = {
    "id": "{store}: cakram penuh. Tidak ada pesan yang disimpan; semuanya menunggu di kabupaten. Sediakan ruang.",
    "en": "{store}: the disk is full. No message is kept; all wait in the kabupaten. Make room.",
}
ROOM = {
    "id": "Ada ruang lagi; server pusat dimulai ulang.",
    "en": "There is room again; the server of the hub starts anew.",
}


def _code(given: str) -> str:
    if not re.fullmatch(CODE_KABUPATEN, given):
        raise argparse.ArgumentTypeError("35.23")
    return given


def _days(given: str) -> int:
    if not re.fullmatch("[0-9]{1,5}", given):
        raise argparse.ArgumentTypeError("30")
    return int(given)


def _zone(given: str) -> str:
    try:
        return ZoneInfo(given).key
    except (ValueError, OSError, ZoneInfoNotFoundError):
        raise argparse.ArgumentTypeError("Asia/Jakarta, Asia/Makassar, Asia/Jayapura") from None


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the acts of `province`."""
    acts = parser.add_subparsers(dest="act", required=True)
    made: dict[str, argparse.ArgumentParser] = {}
    for name, about in (
        ("list", "at the hub: the incidents that districts have told, the latest word about each"),
        ("follow", "at the hub: what comes, as it comes"),
        ("hub", "make a hub, or change its address"),
        ("add", "at the hub: take a kabupaten in, and write the file to hand over to it"),
        ("remove", "at the hub: let a kabupaten in no longer"),
        ("run", "at the hub: start it; systemd supervises it"),
        ("join", "in a district: make its leaf node out of the file that the province handed over"),
        ("leaf", "in a district: run its leaf node where no `up` does; systemd supervises it"),
    ):
        made[name] = acts.add_parser(name, help=about, description=about)
        if name not in ("join", "leaf"):
            made[name].add_argument("--hub", type=Path, default=Path(".hub"), metavar="DIR", help="the hub's folder")
    for name in ("list", "follow"):
        made[name].add_argument("--json", action="store_true", help="a JSON object per line")
    made["list"].add_argument("--all", action="store_true", help="also what is closed, or was withdrawn a day ago")
    made["list"].add_argument("--days", type=_days, default=DAYS, metavar="N", help="told within so many days")
    made["hub"].add_argument("--host", default="127.0.0.1", metavar="NAME", help="by which leaf nodes find the hub")
    made["hub"].add_argument("--port", type=int, default=4232, metavar="N", help="for readers on this machine")
    made["hub"].add_argument("--leaf-port", type=int, default=7422, metavar="N", help="for leaf nodes")
    made["hub"].add_argument("--tls", default="", metavar="FOLDER", help="of NAME.pem, NAME.key and ca.pem")
    made["hub"].add_argument("--zone", type=_zone, default="Asia/Jakarta", metavar="ZONE", help="of the times it shows")
    made["add"].add_argument("code", type=_code, metavar="CODE", help="Kemendagri code, for instance 35.23")
    made["add"].add_argument("name", nargs="?", default="", metavar="NAME")
    made["remove"].add_argument("code", type=_code, metavar="CODE")
    made["join"].add_argument("file", type=Path, metavar="FILE", help="- for standard input")
    made["join"].add_argument("--leaf-port", type=int, default=4223, metavar="N", help="of the leaf node, here")
    add_place(made["join"])
    made["leaf"].add_argument("--data", type=Path, metavar="DIR", help="data folder")


def run(options: argparse.Namespace) -> int:
    """Do it; 1 when it cannot be done, in a sentence."""
    acts: dict[str, Callable[[argparse.Namespace], int]] = {
        "list": _list,
        "follow": _follow,
        "hub": _hub,
        "add": _add,
        "remove": _remove,
        "run": _run,
        "join": _join,
        "leaf": _leaf,
    }
    try:
        return acts[options.act](options)
    except ProvinceError as error:
        print(error.english if options.language == "en" else error, file=sys.stderr)
    except BusUnavailable:
        print(AWAY[options.language], file=sys.stderr)
    return 1


def _say(options: argparse.Namespace, indonesian: str, english: str) -> None:
    print(english if options.language == "en" else indonesian)


def _names(hub: folder.HubFile) -> dict[str, str]:
    return {code: member.name for code, member in hub.kabupaten.items()}


def _list(options: argparse.Namespace) -> int:
    hub = folder.read_hub(options.hub)

    async def read() -> tuple[list[Told], int]:
        reader = Hub(folder.url_of(hub, READER))
        await reader.open()
        try:
            return await reader.latest(), reader.unread
        finally:
            await reader.close()

    found, unread = asyncio.run(read())
    shown = table.standing(found, utc_now(), days=options.days, closed=options.all)
    if options.json:
        for one in shown:
            print(table.as_json(one, _names(hub)))
    else:
        print(table.table(shown, _names(hub), options.language, ZoneInfo(hub.zone)))
    if unread:
        print(table.WORDS[options.language]["unread"].format(count=unread), file=sys.stderr)
    return 0


def _follow(options: argparse.Namespace) -> int:
    hub = folder.read_hub(options.hub)
    names, zone = _names(hub), ZoneInfo(hub.zone)

    async def follow() -> None:
        reader = Hub(folder.url_of(hub, READER))
        await reader.open()
        try:
            async for one in reader.follow():
                told = table.as_json(one, names) if options.json else table.line(one, names, options.language, zone)
                print(told, flush=True)
        finally:
            await reader.close()

    asyncio.run(follow())
    return 0


def _hub(options: argparse.Namespace) -> int:
    try:
        hub = folder.read_hub(options.hub)
    except ProvinceError:
        hub = folder.new_hub(options.host, options.port, options.leaf_port)
    told = {name: getattr(options, name) for name in ("host", "port", "leaf_port", "tls", "zone")}
    folder.write_hub(options.hub, hub.model_copy(update=told))
    _say(
        options,
        f"Pusat provinsi: {options.hub}. Lalu: kentongan province add KODE NAMA, dan kentongan province run",
        f"The hub: {options.hub}. Then: kentongan province add CODE NAME, and kentongan province run",
    )
    return 0


def _add(options: argparse.Namespace) -> int:
    file = folder.add(options.hub, options.code, options.name)
    _say(
        options,
        f"{file}: serahkan kepada kabupaten itu di tangan petugasnya; berkas ini adalah kata sandi.",
        f"{file}: hand it over to that kabupaten, into its officer's hand; this file is a password.",
    )
    return 0


def _remove(options: argparse.Namespace) -> int:
    folder.remove(options.hub, options.code)
    _say(options, f"{options.code} tidak dapat masuk lagi.", f"{options.code} is let in no longer.")
    return 0


def _join(options: argparse.Namespace) -> int:
    settings = settings_of(options)
    try:
        given = sys.stdin.buffer.read() if str(options.file) == "-" else options.file.read_bytes()
        invitation = folder.Invitation.model_validate_json(given)
    except ValidationError:
        raise ProvinceError(
            f"{options.file}: bukan berkas dari `kentongan province add`.",
            f"{options.file}: not a file of `kentongan province add`.",
        ) from None
    own = load_district(settings.district).code
    if invitation.kabupaten != own:  # it would tell in another one's name
        raise ProvinceError(
            f"{options.file}: berkas ini milik {invitation.kabupaten}, sedangkan di sini {own} "
            f"(KENTONGAN_DISTRICT={settings.district}). Mintalah berkas {own} kepada provinsi.",
            f"{options.file}: this file is that of {invitation.kabupaten}, and here is {own} "
            f"(KENTONGAN_DISTRICT={settings.district}). Ask the province for the file of {own}.",
        )
    folder.join(settings.data, invitation, options.leaf_port)
    conf = settings.data / LEAF_FOLDER / LEAF_CONF
    _say(
        options,
        f"Simpul daun {invitation.kabupaten}: {conf}. Mulai ulang: `kentongan up` menjalankannya; tanpa `up` jalankan "
        "kentongan province leaf dan mulai ulang notify.",
        f"The leaf node of {invitation.kabupaten}: {conf}. Start anew: `kentongan up` runs it; without `up` run "
        "kentongan province leaf and start notify anew.",
    )
    return 0


def _leaf(options: argparse.Namespace) -> int:
    """Become the leaf node."""
    conf = settings_of(options).data / LEAF_FOLDER / LEAF_CONF
    if not conf.exists():
        raise ProvinceError(
            f"{conf} tidak ada; dahulu: kentongan province join BERKAS",
            f"{conf} is not there; first: kentongan province join FILE",
        )
    os.execve(nats_server(), [nats_server(), "-c", str(conf)], _of_server())  # noqa: S606 - our own program


def _of_server() -> dict[str, str]:
    """Give the environment of a server: settings of ours, secrets among them, are of no use to it."""
    return {name: value for name, value in os.environ.items() if not name.startswith("KENTONGAN_")} | BUS_MEMORY


def _run(options: argparse.Namespace) -> int:
    """Run the hub's server, and see that its stream stands, until SIGTERM or the server's end."""
    hub = folder.read_hub(options.hub)
    folder.write_hub(options.hub, hub)
    return asyncio.run(_serve(hub, options.hub / folder.HUB_CONF, options.language))


async def _serve(hub: folder.HubFile, conf: Path, language: str) -> int:
    """Run the server, and start it anew when its configuration has changed, or its disk was full and is no longer.

    It is not told to reload: its stream does not hear a kabupaten that was added so (nats-server 2.15.1), and a start
    takes less than a second, in which every message waits at its leaf node.
    """
    stopping = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stopping.set)
    seeing = asyncio.create_task(_see_stream(hub))
    try:
        while not stopping.is_set():
            written = conf.stat().st_mtime_ns  # noqa: ASYNC240 - a local file
            server = await asyncio.create_subprocess_exec(nats_server(), "-c", str(conf), env=_of_server())
            anew = [asyncio.create_task(one) for one in (_changed(conf, written), _room_again(conf.parent, language))]
            ends = [asyncio.create_task(one) for one in (server.wait(), stopping.wait())]
            await asyncio.wait([*ends, *anew], return_when=asyncio.FIRST_COMPLETED)
            ended = server.returncode is not None
            if not ended:
                server.terminate()
                await server.wait()
            for one in (*ends, *anew):
                one.cancel()
            if ended:
                return 1
    finally:
        seeing.cancel()
    return 0


async def _changed(conf: Path, written: int) -> None:
    """Wait until the configuration was written anew."""
    while conf.stat().st_mtime_ns == written:  # noqa: ASYNC110, ASYNC240 - a local file, and files tell nobody
        await asyncio.sleep(CHANGE_SECONDS)


async def _room_again(hub: Path, language: str) -> None:
    """Wait until the disk was full and has room again: a stream that could not write once keeps nothing until a start.

    What districts told meanwhile waits at their leaf nodes.
    """
    store = hub / "store"
    while not store.is_dir() or not is_full(store):  # noqa: ASYNC110 - a disk tells nobody
        await asyncio.sleep(CHANGE_SECONDS)
    print(FULL[language].format(store=store), file=sys.stderr, flush=True)
    while not has_room(store):  # noqa: ASYNC110 - as above
        await asyncio.sleep(CHANGE_SECONDS)
    print(ROOM[language], file=sys.stderr, flush=True)


async def _see_stream(hub: folder.HubFile) -> None:
    while True:
        declarer = Hub(folder.url_of(hub, DECLARER))
        try:
            await declarer.open()
            await declarer.declare()
        except BusUnavailable:
            await asyncio.sleep(0.2)
            continue
        finally:
            await declarer.close()
        await asyncio.sleep(LOOK_SECONDS)
