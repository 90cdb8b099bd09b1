"""Compare headings of columns as people write them. Pure."""

import re
from typing import Final

# The note under which a report keeps the number by which another program knows it. It names nobody, and stays readable.
ORIGIN_NUMBER: Final = "Nomor asal"
_NUMBER = re.compile(r"(?=.*\d)[A-Za-z0-9][A-Za-z0-9./_-]{0,59}")


def is_number(value: str) -> bool:
    """Say whether a value can be the number of a report: one word with a digit.

    >>> is_number("SLD-001/XI/2026"), is_number("Budi Santoso"), is_number("")
    (True, False, False)
    """
    return _NUMBER.fullmatch(value) is not None


def plain(heading: object) -> str:
    """Give a heading without case, spaces and signs.

    >>> plain(" Kelurahan / DESA ")
    'kelurahandesa'
    """
    return re.sub(r"[\W_]+", "", str(heading or "").casefold())
