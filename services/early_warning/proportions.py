"""Say between which bounds a share may lie by chance: of the judgement and of sources. Pure."""

from math import sqrt

Z95 = 1.959964  # standard deviations of 95 of 100, on both sides
Interval = tuple[float, float]


def wilson(hits: int, of: int) -> Interval:
    """Give the Wilson score interval (95 %) of a proportion.

    >>> tuple(round(bound, 2) for bound in wilson(9, 10))
    (0.6, 0.98)
    """
    if of == 0:
        return 0.0, 1.0
    share, square = hits / of, Z95 * Z95
    middle = (share + square / (2 * of)) / (1 + square / of)
    half = Z95 * sqrt(share * (1 - share) / of + square / (4 * of * of)) / (1 + square / of)
    return max(0.0, middle - half), min(1.0, middle + half)
