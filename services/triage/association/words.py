"""Know which words reports hold together: "jenazah" goes with "makam", "kotak suara" with "hitung". Pure.

A follow-up often shares no word with what was told before and is of the same matter all the same. `words.txt` gives
each stem its place among matters, as 32 whole numbers: stems that stand in the same reports lie near each other. It is
made from labelled reports by `services.triage.learned.fit_words`.
"""

from array import array
from base64 import b64decode
from collections.abc import Iterable
from functools import lru_cache
from math import fsum, log, sqrt
from operator import mul
from pathlib import Path

FILE = Path(__file__).with_name("words.txt")
HUNDREDTHS = 100

Matter = tuple[float, ...]  # of a text: a direction, of length 1; empty where none of its words is known


class Words:
    """Stems with the reports that hold them, how much they are said where nothing happened, and their matter."""

    def __init__(self, lines: Iterable[str]) -> None:
        """Read the file's lines: the number of reports first, then a stem a line."""
        rows = iter(lines)
        self.reports = int(next(rows))
        self._most = log(self.reports + 1)
        self._known: dict[str, tuple[int, int, bytes]] = {}
        for row in rows:
            stem, often, quiet, matter = row.split()
            self._known[stem] = int(often), int(quiet), b64decode(matter)

    def __len__(self) -> int:
        return len(self._known)

    def rarity(self, stem: str) -> float:
        """Give how rare a stem is: 1 where no report held it, less the more did."""
        known = self._known.get(stem)
        return 1 - log(known[0] + 1) / self._most if known else 1.0

    def matter(self, stems: Iterable[str]) -> Matter:
        """Give the matter of a text from its stems, the rarer counting for more."""
        weighed = [(log(self.reports / known[0]), array("b", known[2])) for known in self._those(stems)]
        if not weighed:
            return ()
        weights = [weight for weight, _ in weighed]
        sums = [sum(map(mul, weights, column)) for column in zip(*(numbers for _, numbers in weighed), strict=True)]
        length = sqrt(fsum(map(mul, sums, sums)))
        return tuple(one / length for one in sums) if length else ()

    def troubled(self, stems: Iterable[str]) -> float:
        """Give how much more a text's words are said of conflict than of everyday matters, on average: -2 to 2."""
        known = [one[1] for one in self._those(stems)]
        return sum(known) / len(known) / HUNDREDTHS if known else 0.0

    def unknown(self, stems: Iterable[str]) -> float:
        """Give the share of a text's stems that are not known."""
        listed = list(stems)
        return 1 - len(self._those(listed)) / len(listed) if listed else 0.0

    def _those(self, stems: Iterable[str]) -> list[tuple[int, int, bytes]]:
        return [known for stem in stems if (known := self._known.get(stem))]


@lru_cache(maxsize=1)
def known_words() -> Words:
    """Read the file once."""
    return Words(FILE.read_text(encoding="utf-8").splitlines())


def alike(one: Matter, two: Matter) -> float:
    """Give how near two matters are: 1 the same, 0 where one is not known.

    >>> alike((1.0, 0.0), (0.6, 0.8)), alike((), (1.0, 0.0))
    (0.6, 0.0)
    """
    return sum(map(mul, one, two)) if one and two else 0.0
