"""Reckon the satisfaction index of the nine elements (PermenPANRB 14/2017). Pure."""

from collections.abc import Sequence
from statistics import fmean
from typing import Final

ELEMENTS: Final = (
    "Persyaratan",
    "Sistem, mekanisme, dan prosedur",
    "Waktu penyelesaian",
    "Biaya atau tarif",
    "Produk layanan",
    "Kompetensi pelaksana",
    "Perilaku pelaksana",
    "Penanganan pengaduan, saran, dan masukan",
    "Sarana dan prasarana",
)
MARKS: Final = (1, 2, 3, 4)
# Lowest value of each grade of the index, of 100 (PermenPANRB 14/2017).
GRADES: Final = (
    (88.31, "A", "Sangat baik"),
    (76.61, "B", "Baik"),
    (65.0, "C", "Kurang baik"),
    (25.0, "D", "Tidak baik"),
)


def index(answers: Sequence[Sequence[int]]) -> float | None:
    """Give the satisfaction index, of 100: the mean of nine means, times 25. Pure; None without answers.

    >>> index([[4] * 9, [3] * 9])
    87.5
    """
    if not answers:
        return None
    return round(25 * fmean(fmean(one[place] for one in answers) for place in range(len(ELEMENTS))), 2)


def grade(value: float) -> tuple[str, str]:
    """Give the letter and the words of an index.

    >>> grade(87.5), grade(90.0)
    (('B', 'Baik'), ('A', 'Sangat baik'))
    """
    return next(((letter, words) for least, letter, words in GRADES if value >= least), ("D", "Tidak baik"))
