"""Let the wall clock of every service of one installation be moved by a file, as an operator or NTP moves a machine's.

Python imports this module at its start wherever this folder stands in PYTHONPATH. The file named by CHAOS_CLOCK holds
the seconds by which the clock is wrong. Seconds that nobody sets (monotonic, since boot) stay as they are, and so does
the bus's own clock. The program itself has no such switch.
"""

import importlib.abc
import importlib.machinery
import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

STORE = "services.store.database"  # where every service takes its clock from


def wrong_clock() -> datetime:
    """Read the wall clock, UTC, by as much wrong as the file says."""
    try:
        return datetime.now(UTC) + timedelta(seconds=float(Path(os.environ["CHAOS_CLOCK"]).read_text(encoding="ascii")))
    except (OSError, ValueError):  # no file yet, or it is being written
        return datetime.now(UTC)


class _Loader(importlib.abc.Loader):
    def __init__(self, real: importlib.abc.Loader) -> None:
        self._real = real

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType | None:
        return self._real.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        self._real.exec_module(module)
        made: Any = module
        real, made.utc_now = made.utc_now, wrong_clock
        start = made.Store.__init__
        start.__defaults__ = tuple(wrong_clock if given is real else given for given in start.__defaults__)


class _Finder(importlib.abc.MetaPathFinder):
    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if name != STORE:
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader = _Loader(spec.loader)
        return spec


if "CHAOS_CLOCK" in os.environ:
    sys.meta_path.insert(0, _Finder())
