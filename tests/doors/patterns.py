"""Collect every pattern that the services compile, and make for each the texts on which one that is not linear is slow."""

import importlib
import pkgutil
import re
import sys
from collections.abc import Callable, Iterator
from functools import cache
from re import _compiler, _parser  # type: ignore[attr-defined]  # how a pattern is built is known to nobody else
from typing import Any

import services

REPEATS = {_parser.MAX_REPEAT, _parser.MIN_REPEAT, _parser.POSSESSIVE_REPEAT}
LETTERS = "a1 .,-/@:+b"


def compiled() -> dict[tuple[str, int], str]:
    """Import every module of the services and build what reads texts; gives pattern and flags with who compiled it.

    To be called in a process that has imported none of them.
    """
    found: dict[tuple[str, int], str] = {}
    whole = _compiler.compile

    def noted(pattern: Any, flags: int = 0) -> Any:
        frame = sys._getframe(1)
        while frame.f_back is not None and frame.f_code.co_filename.endswith(("re/__init__.py", "re.py")):
            frame = frame.f_back
        if isinstance(pattern, str) and "/services/" in frame.f_code.co_filename:
            found.setdefault((pattern, int(flags)), frame.f_code.co_filename.rpartition("/services/")[2])
        return whole(pattern, flags)

    re.purge()
    _compiler.compile = noted
    try:
        for module in pkgutil.walk_packages(services.__path__, "services."):
            importlib.import_module(module.name)
        from services.policy.loader import default_folder, load_district
        from services.triage.assess import Assessor

        Assessor(load_district(default_folder()))
    finally:
        _compiler.compile = whole
    return found


def attacks(pattern: str, flags: int, length: int) -> Iterator[str]:
    """Give texts of about this length: before each repetition what leads to it, then what it repeats, then a misfit."""
    tree = _parser.parse(pattern, flags)
    for before, body in _repeats(tree, ""):
        for pump in dict.fromkeys((body, body + " ", body[:1])):
            if pump:
                yield before + pump * max(1, length // len(pump)) + "\x00!"


def _repeats(tree: Any, before: str) -> Iterator[tuple[str, str]]:
    for op, given in tree:
        if op in REPEATS:
            low, high, body = given
            if high > 20:
                for sample in dict.fromkeys(_samples(body)):
                    yield before, sample
            yield from _repeats(body, before)
            before += _sample(body) * low
            continue
        for part in _parts(op, given):
            yield from _repeats(part, before)
        before += _of(op, given)


def _parts(op: Any, given: Any) -> list[Any]:
    if op is _parser.SUBPATTERN:
        return [given[3]]
    if op is _parser.BRANCH:
        return list(given[1])
    if op is _parser.ATOMIC_GROUP:
        return [given]
    if op in (_parser.ASSERT, _parser.ASSERT_NOT):
        return [given[1]]
    return []


def _samples(tree: Any) -> Iterator[str]:
    """Give some texts that a part matches: the first, and one for each branch and each set's other letters."""
    yield _sample(tree)
    for op, given in tree:
        for part in _parts(op, given):
            yield from _samples(part)
        if op is _parser.IN:
            yield from _fitting(tuple(given))


def _sample(tree: Any) -> str:
    return "".join(_of(op, given) for op, given in tree)


def _of(op: Any, given: Any) -> str:
    """Give a text that one part of a pattern matches; none for what only looks."""
    made: dict[Any, Callable[[], str]] = {
        _parser.LITERAL: lambda: chr(given),
        _parser.NOT_LITERAL: lambda: "a" if given != ord("a") else "b",
        _parser.ANY: lambda: "a",
        _parser.IN: lambda: (_fitting(tuple(given)) or _first(given))[0],
        _parser.BRANCH: lambda: _sample(given[1][0]),
        _parser.SUBPATTERN: lambda: _sample(given[3]),
        _parser.ATOMIC_GROUP: lambda: _sample(given),
        **dict.fromkeys(REPEATS, lambda: _sample(given[2]) * max(1, given[0])),
    }
    return made.get(op, str)()


@cache
def _fitting(given: tuple[Any, ...]) -> str:
    """Give those of the letters that a set holds: most patterns have the same few sets."""
    state = _parser.State()
    state.str = "x"
    made = _compiler.compile(_parser.SubPattern(state, [(_parser.IN, list(given))]))
    return "".join(letter for letter in LETTERS if made.match(letter))


def _first(given: Any) -> str:
    for op, value in given:
        if op is _parser.LITERAL:
            return chr(value)
        if op is _parser.RANGE:
            return chr(value[0])
    return "a"


def named() -> list[tuple[str, int, str, list[str]]]:
    """Give every pattern with its flags, who compiled it, and the names of modules' own under which it is kept."""
    names: dict[tuple[str, int], list[str]] = {}
    found = compiled()
    for module in [one for name, one in sys.modules.items() if name.startswith("services.")]:
        for name, value in vars(module).items():
            if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
                names.setdefault((value.pattern, value.flags & ~re.UNICODE.value), []).append(name)
    return [
        (
            pattern,
            flags,
            file,
            sorted(set(names.get((pattern, re.compile(pattern, flags).flags & ~re.UNICODE.value), []))),
        )
        for (pattern, flags), file in found.items()
    ]
