"""Make the services of one installation fail, or say too much, where a test asks for it by a word in what it sends.

Python imports this module at its start wherever this folder stands in PYTHONPATH. What is raised quotes everything it
was given: what reporters sent, addresses, keys. The program itself has no such switch.
"""

import asyncio
import importlib.abc
import importlib.machinery
import logging
import sys
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

DOOR, PAGE, READING, SENDING, TASK = "pecah-pintu", "pecah-halaman", "pecah-baca", "pecah-kirim", "pecah-tugas"
LEAK_LOG, LEAK_ANSWER, LEAK_METRIC = "bocor-log", "bocor-jawaban", "bocor-angka"


def _in_the_door(module: Any) -> None:
    real = module.read_report

    async def fail(body: bytes) -> None:
        raise RuntimeError(body.decode())

    def read_report(body: bytes, *more: Any, **named: Any) -> Any:
        told = body.decode("utf-8", "replace")
        if DOOR in told:
            raise RuntimeError(told)
        if TASK in told:
            asyncio.get_running_loop().create_task(fail(body))
        if LEAK_LOG in told:
            logging.getLogger("kentongan.door").debug("read %s", told)
        if LEAK_ANSWER in told:
            raise module.Refused(422, [module.Fault("text", told)])
        return real(body, *more, **named)

    module.read_report = read_report


def _on_the_page(module: Any) -> None:
    real = module.written

    def written(form: Any, *more: Any) -> Any:
        if PAGE in form.get("text", ""):
            raise RuntimeError(repr(form))
        return real(form, *more)

    module.written = written


def _in_triage(module: Any) -> None:
    real = module.Triage._judge

    def judge(self: Any, filed: Any, *more: Any) -> Any:
        if READING in filed.report.text:
            raise RuntimeError(repr(filed))
        return (yield from real(self, filed, *more))  # a batch is judged in step: it fails where judging does

    module.Triage._judge = judge


def _in_a_channel(module: Any) -> None:
    real = module.HttpChannel._send

    async def send(self: Any, message: Any, address: str) -> Any:
        if SENDING in address:
            raise RuntimeError(f"{address} {message!r} {vars(self)}")
        return await real(self, message, address)

    module.HttpChannel._send = send


def _in_the_counts(module: Any) -> None:
    real = module.route_of
    module.route_of = lambda path: path if LEAK_METRIC in path else real(path)


CHANGES: dict[str, Callable[[Any], None]] = {
    "services.ingest.app": _in_the_door,
    "services.console.report.pages": _on_the_page,
    "services.triage.worker": _in_triage,
    "services.notify.channel_kit.http_channel": _in_a_channel,
    "services.metrics.request_counts": _in_the_counts,
}


class _Loader(importlib.abc.Loader):
    def __init__(self, real: importlib.abc.Loader) -> None:
        self._real = real

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType | None:
        return self._real.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        self._real.exec_module(module)
        CHANGES[module.__name__](module)


class _Finder(importlib.abc.MetaPathFinder):
    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if name not in CHANGES:
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader = _Loader(spec.loader)
        return spec


if __name__ == "sitecustomize":  # not where a test takes the words from here
    sys.meta_path.insert(0, _Finder())
