"""Hold what was learned from labelled reports (`learned.json`) in half the memory that its text takes as lists."""

from array import array
from collections.abc import Mapping, Sequence
from typing import Any, Final

WHOLE: Final = "h"  # whole numbers of two bytes: classes, and weights in hundredths


def held(told: Mapping[str, Any]) -> dict[str, Any]:
    """Give a file's content with the numbers of each term as bytes, as `numbers` reads them; a second time, the same.

    Raises ValueError where they are no whole numbers of two bytes, no pairs, or of a class that the file does not name.
    """
    terms = told.get("terms", {})
    if not isinstance(terms, Mapping):
        msg = "learned: terms are no table"
        raise ValueError(msg)  # noqa: TRY004 - what a file holds, not what code was given
    # One is looked at: to look at each would count references in all, and so copy the pages that services share.
    if isinstance(next(iter(terms.values()), b""), bytes):
        return dict(told)
    classes = len(told.get("classes", ()))
    # Terms are copied: left where the text was read, each would keep a page of numbers that are gone.
    return {
        **told,
        "terms": {str(term.encode(), "utf-8"): _bytes_of(term, flat, classes) for term, flat in terms.items()},
    }


def numbers(kept: bytes) -> Sequence[int]:
    """Give the numbers of one term: class and weight, in turn."""
    return memoryview(kept).cast(WHOLE)


def _bytes_of(term: str, flat: Any, classes: int) -> bytes:
    try:
        kept = array(WHOLE, flat)
    except (TypeError, OverflowError) as error:
        msg = f"learned: the numbers of {term!r} are no whole numbers of two bytes"
        raise ValueError(msg) from error
    if len(kept) % 2 or any(not 0 <= at < classes for at in kept[::2]):
        msg = f"learned: the numbers of {term!r} are no pairs of a class of the file and a weight"
        raise ValueError(msg)
    return kept.tobytes()
