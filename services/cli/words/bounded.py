"""Read numbers of a command line within bounds, so that what no calendar holds is refused as bad usage."""

import argparse
import math
from collections.abc import Callable

MOST_DAYS = 36_500  # a hundred years: added to any day of now it is still one


def whole(least: int, most: int) -> Callable[[str], int]:
    """Give a type for argparse that takes a whole number from `least` to `most`."""

    def read(word: str) -> int:
        number = _within(word, least, most)
        if number != int(number):
            raise argparse.ArgumentTypeError(f"a whole number from {least} to {most}")
        return int(number)

    return read


def above(least: float, most: float) -> Callable[[str], float]:
    """Give a type for argparse that takes a number above `least`, `most` at most."""

    def read(word: str) -> float:
        number = _within(word, least, most)
        if number == least:
            raise argparse.ArgumentTypeError(f"a number above {least}, {most} at most")
        return number

    return read


def _within(word: str, least: float, most: float) -> float:
    try:
        number = float(word)
    except ValueError:
        number = math.nan
    if not least <= number <= most:  # what is no number fits neither
        raise argparse.ArgumentTypeError(f"a number from {least} to {most}")
    return number
