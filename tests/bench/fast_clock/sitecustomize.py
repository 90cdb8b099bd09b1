"""Let the wall clock of every service of one installation run faster, and what notify counts by seconds with it.

Python imports this module at its start wherever this folder stands in PYTHONPATH. BENCH_CLOCK holds three numbers: an
instant of the real clock, what the clock shows at it (both seconds since 1970), and how fast it runs. What the program
decides by goes with it: deadlines, ladders, working hours, retries, leases, limits of callers. What a machine needs its
own time for stays as it is: the bus, its acknowledgements, HTTP, how often a service looks at something.
The program itself has no such switch.
"""

import importlib.abc
import importlib.machinery
import os
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from types import FunctionType, ModuleType
from typing import Any

REAL, SHOWN, SPEED = (float(one) for one in os.environ.get("BENCH_CLOCK", "0 0 1").split())


def fast_now() -> datetime:
    """Give the time that is shown, UTC."""
    return datetime.fromtimestamp(SHOWN + (time.time() - REAL) * SPEED, UTC)


def fast_seconds() -> float:
    """Count seconds as fast as the clock goes: to whoever compares the two it was never moved."""
    return time.monotonic() * SPEED


def _replace(function: FunctionType, old: object, new: object) -> None:
    """Put another value in the place of a default."""
    function.__defaults__ = tuple(new if given is old else given for given in function.__defaults__ or ())


def _store(module: Any) -> None:
    real, module.utc_now = module.utc_now, fast_now
    _replace(module.Store.__init__, real, fast_now)


def _ticks(module: Any) -> None:
    real, module.seconds_of_this_machine = module.seconds_of_this_machine, fast_seconds
    _replace(module.ClockWatch.__init__, real, fast_seconds)


def _notify(module: Any) -> None:
    _replace(module.Notify.__init__, time.monotonic, fast_seconds)


CHANGED: dict[str, Callable[[Any], None]] = {
    "services.store.database": _store,
    "services.runtime.ticks": _ticks,
    "services.notify.worker": _notify,
}


class _Loader(importlib.abc.Loader):
    def __init__(self, real: importlib.abc.Loader, change: Callable[[Any], None]) -> None:
        self._real, self._change = real, change

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType | None:
        return self._real.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        self._real.exec_module(module)
        self._change(module)


class _Finder(importlib.abc.MetaPathFinder):
    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if name not in CHANGED:
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader = _Loader(spec.loader, CHANGED[name])
        return spec


if "BENCH_CLOCK" in os.environ:
    sys.meta_path.insert(0, _Finder())
