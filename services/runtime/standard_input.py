"""Take what no list of processes may show from standard input: `-` stands in its place among the words."""

import sys

DASH = "-"
HELP = "- reads it from standard input, so that no list of processes shows it"


class Unreadable(Exception):  # noqa: N818 - said as a fact
    """What a command was given cannot be read; the sentence says which file and, where it can, which line of it."""


class NothingGiven(Exception):  # noqa: N818 - said as a fact
    """Something was to be read and nothing is there: to go on without it could do the opposite of what was meant."""

    def __init__(self, sentence: str = "- stands for what standard input holds, and it holds nothing.") -> None:
        super().__init__(sentence)


def line_of(given: str) -> str:
    """Give a word of a command; for `-` the next line of standard input; raises NothingGiven where there is none."""
    if given != DASH:
        return given
    if line := sys.stdin.readline().strip():
        return line
    raise NothingGiven


def lines_of(given: list[str]) -> list[str]:
    """Give the words of a command that takes many; for `-` the lines of standard input that are left, in its place.

    Raises NothingGiven where none is left.
    """
    found: list[str] = []
    for one in given:
        read = [line.strip() for line in sys.stdin if line.strip()] if one == DASH else [one]
        if not read:
            raise NothingGiven
        found += read
    return found
