"""Fork services from one process that has loaded them already: a start then costs tenths of a second, not seconds.

Reading the program's modules takes one to two seconds of a processor, and many times that while the machine is busy:
most of what a killed front door was away for. The fork server reads them once and waits; asked for a service it forks,
so that what was read is also shared in memory. What it forks becomes a child of the supervisor, as if started by it.
Linux alone has what that takes; elsewhere, and while the fork server is not ready, a service is started the plain way.
"""

import contextlib
import ctypes
import gc
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import IO

from services.runtime.memory import give_back

PDEATHSIG, SUBREAPER = 1, 36  # prctl(2)
READY = b"ready"
LOADING = 60.0  # seconds for which a start waits for it: while it loads, a plain start beside it is slower than both
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0  # seconds between its starts while it ends before it is ready
STARTED_WITHIN = 5.0  # seconds until a child must have told its number
ROOM = 400  # bytes of its command line, into which a child writes what it runs
ORDER = 1 << 20  # bytes of an order at most: words and environment
ARGUMENTS = 45  # fields of /proc/self/stat after the name: where the command line lies in memory, and where it ends
# What services load when they have started: each would by itself, and change many pages that all share.
LATER = (
    *("phonenumbers", "apscheduler.executors.asyncio", "uvicorn.lifespan.off", "services.cli.main"),
    *("encodings.ascii", "encodings.idna", "encodings.unicode_escape"),
)
CODE = "import sys; from services.cli.supervision.fork_server import run; run(int(sys.argv[1]), int(sys.argv[2]))"


class Forked:
    """A child that the fork server has forked, by the words of `subprocess.Popen`."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Give its exit code once it has ended; negative: the signal that ended it."""
        if self.returncode is None:
            try:
                pid, status = os.waitpid(self.pid, os.WNOHANG)
            except ChildProcessError:
                self.returncode = -signal.SIGKILL
            else:
                self.returncode = os.waitstatus_to_exitcode(status) if pid else None
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end; raises TimeoutExpired after so many seconds."""
        until = None if timeout is None else time.monotonic() + timeout
        while (code := self.poll()) is None:
            if until is not None and time.monotonic() > until:
                raise subprocess.TimeoutExpired(str(self.pid), timeout or 0.0)
            time.sleep(0.01)
        return code

    def terminate(self) -> None:
        """Ask it to end."""
        self._signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it outright."""
        self._signal(signal.SIGKILL)

    def _signal(self, number: int) -> None:
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)


class ForkServer:
    """The supervisor's side: the process that forks, started when it is first wanted and again when it has ended.

    Where none is `wanted`, every start is a plain one.
    """

    def __init__(self, environment: Mapping[str, str], log: IO[bytes] | None, *, wanted: bool = True) -> None:
        self._environment, self._log = dict(environment), log
        self._wanted = wanted and sys.platform.startswith("linux")
        self._process: subprocess.Popen[bytes] | None = None
        self._line: socket.socket | None = None
        self._ready = False
        self._begun, self._pause = float("-inf"), FIRST_PAUSE

    def look(self) -> None:
        """Start it where it does not run; does nothing where the system cannot do what it takes.

        One that keeps ending before it is ready is started again ever more seldom.
        """
        now = time.monotonic()
        if not self._wanted or (self._process is not None and self._process.poll() is None):
            return
        if not self._ready and now - self._begun < self._pause:
            return
        self._pause = FIRST_PAUSE if self._ready else min(self._pause * 2, LONGEST_PAUSE)
        self._begun = now
        self.close()
        if ctypes.CDLL(None).prctl(SUBREAPER, 1) != 0:
            return
        self._line, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._line.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, ORDER)
        words = [sys.executable, "-c", CODE, str(theirs.fileno()), str(os.getpid()), " " * ROOM]
        self._process = subprocess.Popen(  # noqa: S603 - our own program
            words,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=self._log,
            pass_fds=[theirs.fileno()],
            start_new_session=True,
        )
        theirs.close()

    def loads(self) -> bool:
        """Say whether waiting for it is shorter than to start something beside it."""
        runs = self._process is not None and self._process.poll() is None
        return runs and not self.is_ready() and time.monotonic() - self._begun < LOADING

    def is_ready(self) -> bool:
        """Say whether it has loaded what it forks."""
        if self._line is not None and not self._ready:
            with contextlib.suppress(OSError):
                self._ready = self._line.recv(len(READY), socket.MSG_DONTWAIT) == READY
        return self._ready

    def fork(self, words: Sequence[str], environment: Mapping[str, str], *said: IO[bytes] | int) -> Forked | None:
        """Fork a process that runs an office's words, for instance `serve triage`; None where that cannot be done.

        What it says goes to `said`: one file for everything, or one for its output and one for its errors.
        """
        if self._line is None or not self.is_ready():
            return None
        order = json.dumps({"words": list(words), "environment": dict(environment)}).encode()
        try:
            self._line.settimeout(STARTED_WITHIN)
            files = [file if isinstance(file, int) else file.fileno() for file in said]
            socket.send_fds(self._line, [order], files)
            started = self._line.recv(32)
        except (OSError, ValueError):
            self.close()  # it hangs, or is gone: another stands in its place at the next look
            return None
        return Forked(int(started)) if started.isdigit() else None

    def close(self) -> None:
        """End it; what it has forked goes on."""
        self._ready = False
        if self._line is not None:
            self._line.close()
            self._line = None
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


def run(line: int, supervisor: int) -> None:
    """Run as the fork server: load, then fork what is asked for, until the supervisor ends."""
    ctypes.CDLL(None).prctl(PDEATHSIG, signal.SIGKILL)
    _load()
    control = socket.socket(fileno=line)
    if os.getppid() != supervisor or len(list(Path("/proc/self/task").iterdir())) > 1:
        return  # a process with threads is not to be forked
    gc.collect()
    give_back()
    gc.freeze()
    control.send(READY)
    while True:
        order, files, _, _ = socket.recv_fds(control, ORDER, 2)
        if not order:
            return
        first = os.fork()
        if first == 0:
            if os.fork():
                os._exit(0)  # so that the other becomes the supervisor's
            _live(order, files, control, supervisor)
        os.waitpid(first, 0)
        for file in files:
            os.close(file)


def _live(order: bytes, files: Sequence[int], control: socket.socket, supervisor: int) -> None:
    """Become what was asked for; raises SystemExit with its exit code."""
    asked = json.loads(order)
    until = time.monotonic() + STARTED_WITHIN
    while os.getppid() != supervisor and time.monotonic() < until:
        time.sleep(0.001)
    ctypes.CDLL(None).prctl(PDEATHSIG, signal.SIGTERM)
    if os.getppid() != supervisor:
        os._exit(1)
    sys.argv = ["kentongan", *asked["words"]]
    _name(sys.argv)
    control.send(str(os.getpid()).encode())
    control.close()
    if files:
        os.dup2(files[0], 1)
        os.dup2(files[-1], 2)
    for file in files:
        os.close(file)
    os.setpgrp()  # Ctrl-C reaches the supervisor alone, which stops the others in order
    os.environ.clear()
    os.environ.update(asked["environment"])
    from services.cli.main import main  # noqa: PLC0415 - the supervisor does not load it

    raise SystemExit(main(asked["words"]))


def _name(words: Sequence[str]) -> None:
    """Let lists of processes show what this one runs."""
    with contextlib.suppress(OSError, ValueError):
        fields = Path("/proc/self/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
        begin, end = int(fields[ARGUMENTS]), int(fields[ARGUMENTS + 1])
        said = b"\0".join(word.encode() for word in words)[: end - begin - 1]
        ctypes.memmove(begin, said.ljust(end - begin, b"\0"), end - begin)


def _load() -> None:
    """Read everything that a service needs, into the memory that its forks will share."""
    _read_rules()  # first: what is read for them and dropped is used again by the modules, and leaves no holes
    import services.cli.ops.bus  # noqa: PLC0415 - the supervisor, which shares this file, loads none of it
    import services.cli.serve  # noqa: PLC0415
    import services.cli.serve_web  # noqa: PLC0415
    import services.console.app  # noqa: PLC0415
    import services.console.incidents.api  # noqa: PLC0415
    import services.ingest.app  # noqa: PLC0415
    import services.metrics.app  # noqa: PLC0415
    import services.notify.replies.office_hand  # noqa: PLC0415
    import services.notify.replies.webhooks  # noqa: PLC0415
    import services.notify.worker  # noqa: PLC0415
    import services.triage.worker  # noqa: F401, PLC0415
    from services.notify.channels import discover  # noqa: PLC0415
    from services.store.transaction import make_records_ready  # noqa: PLC0415

    for later in LATER:
        import_module(later)
    discover()
    make_records_ready()  # else the first question to the store does it, in each service by itself
    with contextlib.suppress(ImportError):
        import uvloop  # noqa: F401, PLC0415 - optional speed


def _read_rules() -> None:
    """Read the folder's rules: the same texts give the same district, and mostly those are in force."""
    from services.policy.versions import read_version  # noqa: PLC0415 - as above
    from services.runtime.settings import Settings  # noqa: PLC0415

    with contextlib.suppress(Exception):  # a service that is started says what is wrong with it
        read_version(Settings().district, strict=False)
    gc.collect()
