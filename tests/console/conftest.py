import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from caller import Caller
from desk import PASSWORD, Desk, running

from schemas.vocabulary import Role


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with running(tmp_path) as found:
        yield found


@pytest.fixture
def person(desk: Desk) -> Callable[[str], Caller]:
    """Somebody who has signed in."""
    return lambda login: Caller(desk.url).sign_in(login, PASSWORD)


@pytest.fixture
def program(desk: Desk) -> Callable[..., Caller]:
    """A program with a key."""

    def make(role: Role, institution: str | None = None) -> Caller:
        return Caller(desk.url, desk.key(role, institution))

    return make
