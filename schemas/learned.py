"""Hold what was learned from labelled reports (`learned.json`) in the memory that its numbers take, not its text."""

from binascii import Error, a2b_base64
from collections.abc import Mapping
from typing import Any, Final

FORMAT: Final = 2  # 1 were weighted sums, until 30 November 2026
MIDDLE: Final = 128  # what stands for a weight of nought: a weight is one byte, from -128 to 127


def held(told: Mapping[str, Any]) -> dict[str, Any]:
    """Give a file's content with the numbers of each term as bytes, one for each hidden unit; a second time, the same.

    Raises ValueError where it has another format, where they are no bytes in base64, or not one for each hidden unit
    that the file names. Nothing learned is an empty file.
    """
    if told and told.get("format") != FORMAT:
        msg = f"learned: format {told.get('format')} is not known; docs/judgement.md says how the file is made anew"
        raise ValueError(msg)
    terms = told.get("terms", {})
    if not isinstance(terms, Mapping):
        msg = "learned: terms are no table"
        raise ValueError(msg)  # noqa: TRY004 - what a file holds, not what code was given
    # One is looked at: to look at each would count references in all, and so copy the pages that services share.
    if isinstance(next(iter(terms.values()), b""), bytes):
        return dict(told)
    units = len(told.get("biases", ()))
    # Terms are copied: left where the text was read, each would keep a page of numbers that are gone.
    return {
        **told,
        "terms": {str(term.encode(), "utf-8"): _bytes_of(term, flat, units) for term, flat in terms.items()},
    }


def _bytes_of(term: str, flat: Any, units: int) -> bytes:
    try:
        kept = a2b_base64(flat, strict_mode=True)
    except (TypeError, ValueError, Error) as error:
        msg = f"learned: the numbers of {term!r} are no bytes in base64"
        raise ValueError(msg) from error
    if len(kept) != units:
        msg = f"learned: the numbers of {term!r} are {len(kept)}, not one for each of {units} hidden units"
        raise ValueError(msg)
    return kept
