"""Set two kept runs side by side, or two lines of one run."""

from collections.abc import Iterator, Mapping
from typing import Any

from tests.bench.filled import compared_flat
from tests.bench.night import compared_nights

OF_A_LINE = (
    "sustained",
    "idle_mb",
    "peak_mb",
    "disk_mb_per_1000",
    "store_mb_per_1000",
    "bus_mb_per_1000",
    "lost",
    "doubled",
)
OF_A_RATE = ("p50", "p99", "cpu_s_per_1000")
BY_NAME = {
    "cpu_by_part": "CPU of {}",
    "lock_waits_s_per_1000": "waits for lock {}",
}  # figures of a rate that have parts


def compared(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    """Set two kept runs side by side: for each line and figure old, new and new over old."""
    lines = [f"{'':34}{old['commit'] or 'old':>12}{new['commit'] or 'new':>12}   ratio"]
    lines += [  # such runs differ by more than their commits
        f"  {what:32}{old[what]:>12}{new[what]:>12}"
        for what in ("store", "seconds", "cores")
        if what in old and what in new and old[what] != new[what]
    ]
    before = {part["name"]: part for part in old["parts"]}
    for part in new["parts"]:
        if (was := before.get(part["name"])) is None:
            continue
        of_floor = ("of the floor", old["ratios"].get(part["name"]), new["ratios"].get(part["name"]))
        lines.append(part["name"])
        lines += written([*figures(was, part), of_floor])
    if "flat" in old and "flat" in new:
        lines += compared_flat(old["flat"], new["flat"])
    if "night" in old and "night" in new:
        lines += compared_nights(old["night"], new["night"])
    return lines


def beside(one: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    """Set two lines of one run side by side."""
    return [f"{'':34}{one['name'][:20]:>21} {other['name'][:20]:>21}   ratio", *written(figures(one, other), 21)]


def figures(was: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    """Give each figure of a line by name, as it was and as it is; None where one of the two has none."""
    for name in OF_A_LINE:
        yield name, was.get(name), now.get(name)
    rates = {row["rate"]: row for row in was["rates"]}
    for row in now["rates"]:
        if known := rates.get(row["rate"]):
            for name in OF_A_RATE:
                yield f"{row['rate']}/s {name}", known.get(name), row.get(name)
            for kind, words in BY_NAME.items():
                for name, used in row.get(kind, {}).items():
                    yield f"{row['rate']}/s {words.format(name)}", known.get(kind, {}).get(name), used
    one, two = was.get("by_step", {}), now.get("by_step", {})
    if one.get("rate") == two.get("rate"):
        for step, row in two.get("steps", {}).items():
            for name, took in row.items():
                known_step = one.get("steps", {}).get(step, {})
                yield f"{two['rate']}/s {step} {name.replace('_', ' ')}", known_step.get(name), took


def written(found: Any, width: int = 12) -> list[str]:
    """Give a line for each figure that both have, and that is not nothing in both."""
    return [
        f"  {name:32}{one:>{width}}{two:>{width}}   {two / one if one else float('nan'):.2f}"
        for name, one, two in found
        if one is not None and two is not None and (one or two)
    ]
