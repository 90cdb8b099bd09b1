"""Run everything on one machine: start nats-server and the services, watch over them, stop them in order.

Only the standard library is imported here, or what needs nothing else: this process stays for as long as the
installation runs, and what it does not load, it does not hold in memory.
"""

import argparse
import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

from services.cli.supervision.children import Child, Steward
from services.cli.supervision.fork_server import LOADING, ForkServer
from services.runtime.bus_users import ACCOUNTS_FILE, LEAF_CONF, LEAF_FOLDER, passwords_of
from services.runtime.disk import BUS_FOLDER
from services.runtime.listening import Fault, fault_of, sentence
from services.runtime.private import keep_private
from services.runtime.standard_input import HELP, line_of

CONSUMER_GONE = 75  # exit code of a worker whose consumer is not there (EX_TEMPFAIL)
# nats-server collects once its memory is 1.2 times what it needs, not twice (docs/performance.md). No fixed limit
# (GOMEMLIMIT): what it needs grows with the reports it knows, and beyond a limit Go does little else than collect.
BUS_MEMORY = {"GOGC": "20"}
# By default nats-server keeps three quarters of what is free at its start, and refuses what is beyond that, also when
# the disk is empty again. What stops before the disk is full is the watermark (services/runtime/disk.py).
MOST_KEPT = "1PB"
# Bus user and services of each process; the first of them names it.
PROCESSES = (("pages", ("ingest", "console")), ("triage", ("triage",)), ("notify", ("notify",)))
ONE_PROCESS = (("all", ("ingest", "console", "triage", "notify")),)
OURS = "KENTONGAN_"  # settings of ours, secrets among them: the bus has no use for any


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `up`."""
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("KENTONGAN_DATA") or ".data"), metavar="DIR")
    parser.add_argument("--port", type=int, default=os.environ.get("KENTONGAN_PORT", "8080"), metavar="N")
    parser.add_argument("--nats-port", type=int, default=4222, metavar="N")
    parser.add_argument("--host", default=os.environ.get("KENTONGAN_HOST", "127.0.0.1"), metavar="ADDRESS")
    parser.add_argument("--district", type=Path, default=None, metavar="DIR")
    parser.add_argument(
        "--divert", default="", metavar="ADDRESS", help=f"send every delivery to this one address; {HELP}"
    )
    parser.add_argument(
        "--one-process",
        action="store_true",
        help="all services in one process: for a machine with little memory; slower with many reports",
    )
    parser.add_argument("--duties", default="", help="send only those of the named duties, for instance lead,support")
    parser.add_argument(
        "--new-store", action="store_true", help="start with an empty store although the bus holds reports"
    )
    parser.add_argument("--demo", action="store_true", help="file a lively day of sample reports, with sample people")


class Declarer:
    """Lets streams and consumers be declared again while everything else goes on, one run at a time."""

    def __init__(self, fork_server: ForkServer, data: Path, environment: dict[str, str], log: IO[bytes]) -> None:
        words = ["bus", "declare", "--data", str(data)]
        self._child = Child("declare", [*_kentongan(words[0]), *words[1:]], environment, words, fork_server, log=log)

    def look(self, services: Sequence[Child]) -> None:
        """Begin a run when a service says that its consumer is not there, or has ended because of that."""
        if self._child.process is not None:
            if self._child.process.poll() is None:
                return
            self._child.process = None
        missing = [child for child in services if child.misses or child.ended == CONSUMER_GONE]
        if missing:
            for child in missing:
                child.misses, child.ended = False, None
            self._child.start()

    def stop(self) -> None:
        """End a run under way."""
        self._child.stop(2)


def run(options: argparse.Namespace) -> int:
    """Run until Ctrl-C or SIGTERM; returns 0, or a sentence and 1 when it cannot start, 2 when it is told nonsense."""
    options.divert = line_of(options.divert)
    if options.divert and _divert_refused(options.divert, options.language):
        return 2
    data: Path = options.data.resolve()
    keep_private(data)
    with (data / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            already = f"Kentongan is already running on {data}. Stop it first, or choose another --data."
            return _sorry(already, options.language)
        return _run(options, data)


def _run(options: argparse.Namespace, data: Path) -> int:
    """Run on a data folder that is ours."""
    for what, host, port, option in (
        ("pages", options.host, options.port, "--port N"),
        ("bus", "127.0.0.1", options.nats_port, "--nats-port N"),
    ):
        if fault := fault_of(host, port):
            return _sorry(sentence(fault, port, option, what), options.language, 2 if fault is Fault.ADDRESS else 1)
    environment = _environment(options, data)
    logs = data / "log"
    logs.mkdir(exist_ok=True, mode=0o700)
    # One process is started plainly: what a fork server holds for later starts is more than it would share.
    fork_server = ForkServer(environment, (logs / "fork-server.log").open("ab"), wanted=not options.one_process)
    fork_server.look()
    try:
        return _start(options, data, environment, fork_server)
    finally:
        fork_server.close()


def _start(options: argparse.Namespace, data: Path, environment: dict[str, str], fork_server: ForkServer) -> int:
    """Start the bus, then what it serves, and watch over them."""
    logs = data / "log"
    of_bus = BUS_MEMORY | {name: value for name, value in environment.items() if not name.startswith(OURS)}
    bus = Child(
        "nats-server",
        _nats_command(data, options.nats_port),
        of_bus,
        log=(logs / "nats-server.log").open("ab"),
    )
    if failed := _begin(bus, options, data, environment, fork_server):
        return failed
    passwords = passwords_of(data)
    services = []
    for user, names in ONE_PROCESS if options.one_process else PROCESSES:
        own = {**environment, "KENTONGAN_NATS_URL": _bus_url(options.nats_port, f"{user}:{passwords[user]}@")}
        log = (logs / f"{names[0]}.log").open("ab")
        words = ["serve", *names]
        services.append(Child(names[0], [*_kentongan(words[0]), *names], own, words, fork_server, log=log))
    declarer = Declarer(fork_server, data, environment, (logs / "bus.log").open("ab"))
    return _supervise(bus, services, declarer, fork_server, options, _leaf(data, of_bus))


def _leaf(data: Path, environment: dict[str, str]) -> list[Child]:
    """Give the leaf node by which the province is told, where one was joined."""
    conf = data / LEAF_FOLDER / LEAF_CONF
    if not conf.exists():
        return []
    log = (data / "log" / "leaf-node.log").open("ab")
    return [Child("leaf-node", [nats_server(), "-c", str(conf)], environment, log=log)]


def _divert_refused(address: str, language: str) -> bool:
    """Look at where everything is to go, in a child: the channels would take 70 MB here for as long as we run."""
    code = (
        "import sys; from services.notify.divert import check_divert\n"
        "try: check_divert(sys.stdin.read(), sys.argv[1])\n"
        "except ValueError as error: sys.exit(str(error))"
    )
    words = [sys.executable, "-c", code, os.environ.get("KENTONGAN_BASE_URL", "")]
    looked = subprocess.run(words, check=False, capture_output=True, text=True, input=address)  # noqa: S603 - our own program
    if looked.returncode:
        _sorry(looked.stderr.rstrip("\n"), language)
    return looked.returncode != 0


def _begin(
    bus: Child, options: argparse.Namespace, data: Path, environment: dict[str, str], fork_server: ForkServer
) -> int:
    """Make what everybody finds at its start: secret, passwords and tables, then the bus, then its streams."""
    _wait(lambda: not fork_server.loads(), LOADING)
    prepare = ["db", "prepare", *(["--demo"] if options.demo else [])]
    if failed := _office(fork_server, prepare, environment):
        return failed
    nats_config(data, options.nats_port)
    bus.start()
    if not _wait(lambda: fault_of("127.0.0.1", options.nats_port) is Fault.TAKEN, 30):
        bus.stop(2)
        return _sorry(f"nats-server did not start; see {data / 'log' / 'nats-server.log'}.", options.language)
    check = ["--check", *(["--new-store"] if options.new_store else [])]
    with (data / "log" / "bus.log").open("ab") as log:  # what the check of a start says is shown, what it does is not
        declared = _office(fork_server, ["bus", "declare", "--data", str(data), *check], environment, log)
    if declared:
        bus.stop(5)
    return declared


def _office(
    fork_server: ForkServer, words: Sequence[str], environment: Mapping[str, str], errors: IO[bytes] | None = None
) -> int:
    """Run an office command to its end, and let its output be ours; gives its exit code."""
    sys.stdout.flush()
    said = 2 if errors is None else errors
    forked = fork_server.fork(words, environment, 1, said)
    if forked is not None:
        return forked.wait()
    plain = [*_kentongan(words[0]), *words[1:]]
    return subprocess.run(plain, env=dict(environment), stderr=said, check=False).returncode  # noqa: S603 - our own program


def _bus_url(port: int, who: str = "") -> str:
    return f"nats://{who}127.0.0.1:{port}"


def _file_the_day(options: argparse.Namespace, address: str) -> None:
    """File the sample day that was laid out at the first start; ids make a second time harmless."""
    day = options.data.resolve() / "demo-reports.jsonl"
    if options.demo and day.exists():
        environment = _environment(options, options.data.resolve())
        key = subprocess.run(  # noqa: S603
            [*_kentongan("key"), "add", "demo", "--role", "reporter", "--reliability", "B"],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        # Whoever is on the machine sees the words of a command, and only its owner the environment.
        known = environment | {"KENTONGAN_KEY": key.stdout.strip()}
        words = ["file", str(day), "--url", address]
        subprocess.run([*_kentongan(words[0]), *words[1:]], env=known, check=False)  # noqa: S603
        day.unlink()


def _environment(options: argparse.Namespace, data: Path) -> dict[str, str]:
    environment = dict(os.environ)
    environment["KENTONGAN_DATA"] = str(data)
    environment["KENTONGAN_HOST"] = options.host
    environment["KENTONGAN_PORT"] = str(options.port)
    environment["KENTONGAN_NATS_URL"] = _bus_url(options.nats_port)
    environment["KENTONGAN_LANGUAGE"] = options.language
    environment["MALLOC_ARENA_MAX"] = "2"  # threads of small services need no heaps of their own
    # What is larger than this goes back to the system once it is free. By itself the C library raises the bound to the
    # largest block it has seen: after the texts of the rules, 3 MB, each read of them leaves a hole in what stays.
    environment["MALLOC_MMAP_THRESHOLD_"] = str(256 * 1024)
    environment.setdefault("PYTHONUNBUFFERED", "1")
    environment.setdefault("PYTHONNODEBUGRANGES", "1")  # where in a line an error was, for each instruction: 2 MB
    if options.demo or (data / "sample").exists():
        (data / "sample").touch()  # invented people stay invented, however it is started the next time
        environment["KENTONGAN_SAMPLE"] = "true"
    if options.district:
        environment["KENTONGAN_DISTRICT"] = str(options.district.resolve())
    if options.divert:
        environment["KENTONGAN_DIVERT"] = options.divert
    if options.duties:
        environment["KENTONGAN_DUTIES"] = options.duties
    return environment


def _supervise(
    bus: Child,
    services: list[Child],
    declarer: Declarer,
    fork_server: ForkServer,
    options: argparse.Namespace,
    leaf: Sequence[Child],
) -> int:
    stopping: list[int] = []
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda number, _frame: stopping.append(number))
    address = f"http://{options.host}:{options.port}"
    for child in (*leaf, *services):
        child.start()
    ready = _wait(lambda: bool(stopping) or fault_of(options.host, options.port) is Fault.TAKEN, 60)
    if ready and not stopping:
        print(f"Kentongan is at {address}   (Ctrl-C stops it)", flush=True)
        _file_the_day(options, address)
    data = options.data.resolve()
    steward = Steward(bus, services, (data, data / BUS_FOLDER))
    while not stopping:
        fork_server.look()
        for child in (bus, *leaf, *services):
            _watch(child)
        steward.look(time.monotonic())
        declarer.look(services)
        time.sleep(0.1)
    print("Stopping ...", flush=True)
    for child in services:
        if child.process and child.process.poll() is None:
            child.process.terminate()
    for child in services:
        child.stop(10)
    declarer.stop()
    for child in (*leaf, bus):
        child.stop(10)
    print("Stopped. Nothing is lost; start again to carry on.", flush=True)
    return 0


def _watch(child: Child) -> None:
    """Start a child again that has ended."""
    if said := child.watch(time.monotonic()):
        print(said, file=sys.stderr, flush=True)


def _kentongan(command: str) -> list[str]:
    return [sys.executable, "-c", "import sys; from services.cli.main import main; sys.exit(main())", command]


def _nats_command(data: Path, port: int) -> list[str]:
    return [nats_server(), "-c", str(nats_config(data, port))]


def nats_server() -> str:
    """Give the path of the nats-server program, which the packages put beside Python."""
    return str(Path(sys.executable).parent / "nats-server")


def nats_config(data: Path, port: int) -> Path:
    """Write nats-server's configuration for one machine and return its path.

    `sync_interval: always`: by default an acknowledged message may be lost for two minutes at a power cut.
    """
    file = data / "nats-server.conf"
    store = str(data / BUS_FOLDER).replace("\\", "\\\\").replace('"', '\\"')  # as nats-server reads what is quoted
    accounts = f'include "{ACCOUNTS_FILE}"\n' if (data / ACCOUNTS_FILE).exists() else ""
    file.write_text(
        f'host: "127.0.0.1"\nport: {port}\nserver_name: "kentongan"\nmax_payload: 1MB\n'
        f'jetstream {{\n  store_dir: "{store}"\n  sync_interval: always\n  max_memory_store: 64MB\n'
        f"  max_file_store: {MOST_KEPT}\n}}\n"
        f"{accounts}"
    )
    return file


def _wait(condition: Callable[[], bool], seconds: float) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if condition():
            return True
        time.sleep(0.02)
    return False


def _sorry(sentence: str, language: str, code: int = 1) -> int:
    from services.cli.words.in_indonesian import said  # noqa: PLC0415 - not for as long as we run

    print(said(sentence, language), file=sys.stderr)
    return code
