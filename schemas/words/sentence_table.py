"""Find a sentence with something filled in among those that are written down in two languages. Pure."""

from collections.abc import Callable, Mapping, Sequence


def of_table(table: Mapping[str, str], said: str, named: Callable[[str], str] = str) -> str | None:
    """Say it as the longest sentence of the table that it can be, None for none of them; `named` says what fills it.

    >>> of_table({"{} and {}": "{} dan {}"}, "this and that")
    'this dan that'
    """
    for pattern in sorted(table, key=len, reverse=True):
        filled = _filled(pattern.split("{}"), said)
        if filled is not None:
            return table[pattern].format(*(named(one) for one in filled))
    return None


def _filled(fixed: Sequence[str], said: str) -> list[str] | None:
    """Give what stands between the fixed parts, None where `said` does not consist of them and something between."""
    first, *others = fixed
    if not others:
        return [] if said == first else None
    if not said.startswith(first):
        return None
    found, rest = [], said[len(first) :]
    for part in others[:-1]:
        value, cut, rest = rest.partition(part)
        if not (value and cut):
            return None
        found.append(value)
    last = rest.removesuffix(others[-1])
    return [*found, last] if last and rest.endswith(others[-1]) else None
