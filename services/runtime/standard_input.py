"""Take what no list of processes may show from standard input: `-` stands in its place among the words."""

import sys

DASH = "-"
HELP = "- reads it from standard input, so that no list of processes shows it"


def line_of(given: str) -> str:
    """Give a word of a command; for `-` the next line of standard input."""
    return sys.stdin.readline().strip() if given == DASH else given


def lines_of(given: list[str]) -> list[str]:
    """Give the words of a command that takes many; for `-` the lines of standard input that are left, in its place."""
    found: list[str] = []
    for one in given:
        found += [line.strip() for line in sys.stdin if line.strip()] if one == DASH else [one]
    return found
