from collections.abc import Callable, Iterator
from typing import Any

import pytest

from schemas.vocabulary import Role
from tests.console.caller import Caller
from tests.console.desk import Desk, running
from tests.console.night import PASSWORD


@pytest.fixture
def desk(new_database: Callable[[str], str]) -> Iterator[Desk]:
    """A desk with a night of incidents in it."""
    with running(new_database("sqlite")) as found:
        yield found


@pytest.fixture
def either_desk(database: str) -> Iterator[Desk]:
    """The same desk, once on each database."""
    with running(database) as found:
        yield found


@pytest.fixture
def person(desk: Desk) -> Callable[[str], Caller]:
    """Somebody who has signed in."""
    return lambda login: Caller(desk.url).sign_in(login, PASSWORD)


@pytest.fixture
def official(desk: Desk) -> Callable[..., Caller]:
    """Somebody of this role who calls the API in his own session."""

    def make(role: Role, institution: str | None = "KESBANG", **facts: Any) -> Caller:
        return desk.official(role, institution, **facts)

    return make


@pytest.fixture
def program(desk: Desk) -> Callable[..., Caller]:
    """A program with a key."""

    def make(role: Role, institution: str | None = None) -> Caller:
        return Caller(desk.url, desk.key(role, institution))

    return make
