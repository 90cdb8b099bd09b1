"""Keep the conditions under which a reader may know of an incident, once they are put together.

A page asks the store several questions with the same ones, and to put them together takes as long as a question.
"""

from collections import deque
from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from schemas.district import District
from services.security.auth import Identity

T = TypeVar("T")
READERS = 256  # of whom conditions are kept, for each district
DISTRICTS = 2  # the rules in force, and those before


def kept(make: Callable[[Identity, District], list[T]]) -> Callable[[Identity, District], list[T]]:
    """Have conditions made once for each reader; whoever's rights have changed is another reader, as are new rules."""
    of_district: deque[tuple[District, dict[Identity, list[T]]]] = deque(maxlen=DISTRICTS)

    @wraps(make)
    def conditions(reader: Identity, district: District) -> list[T]:
        readers = next((readers for known, readers in tuple(of_district) if known is district), None)
        if readers is None:
            readers = {}
            of_district.append((district, readers))
        found = readers.get(reader)
        if found is None:  # of two threads that make them at once the later one's are kept: they are the same
            found = make(reader, district)
            if len(readers) >= READERS:
                readers.clear()
            readers[reader] = found
        return [*found]

    return conditions
