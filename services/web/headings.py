"""Compare headings of columns as people write them. Pure."""

import re


def plain(heading: object) -> str:
    """Give a heading without case, spaces and signs.

    >>> plain(" Kelurahan / DESA ")
    'kelurahandesa'
    """
    return re.sub(r"[\W_]+", "", str(heading or "").casefold())
