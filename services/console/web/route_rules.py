"""Hold a route to the act that it declares: who calls is asked before its endpoint runs (security/permissions.py)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import Depends, Request

from schemas.vocabulary import Role
from services.console.dependencies import Deps
from services.console.web.sessions import caller_of, visitor_of
from services.incidents.access import may_ever
from services.security.permissions import TABLE, Act, may
from services.security.refusal import Refused


@dataclass(frozen=True, eq=False)
class Asks:
    """The rule of a route of the API: a key or a session whose role the table allows this act."""

    act: Act
    deps: Deps

    async def __call__(self, request: Request) -> None:
        """Refuse strangers (Problem 401) and whoever may not (Refused); the rest is the endpoint's to check."""
        if TABLE[self.act].strangers:
            return
        who = (await caller_of(request, self.deps)).identity
        if not may_ever(who, self.act, self.deps.district):
            program = who.program and may(who.role, self.act)
            reporter = self.act is Act.READ and who.role == Role.REPORTER
            raise Refused("reporter_follows" if reporter else "program_decides_nothing" if program else "role_cannot")


@dataclass(frozen=True, eq=False)
class PageAsks:
    """The rule of a page: a person whose role the table allows this act; a stranger is led to the door by the page."""

    act: Act
    deps: Deps

    async def __call__(self, request: Request) -> None:
        """Refuse whoever has signed in and may not (Refused)."""
        if TABLE[self.act].strangers:
            return
        visitor = await visitor_of(request, self.deps)
        if visitor is not None and not may_ever(visitor.identity, self.act, self.deps.district):
            raise Refused("role_cannot")


def asks(deps: Deps, act: Act) -> Sequence[Any]:
    """Give the dependencies that declare and hold an act of the API."""
    return [Depends(Asks(act, deps))]


def page_asks(deps: Deps, act: Act) -> Sequence[Any]:
    """Give the dependencies that declare and hold an act of a page."""
    return [Depends(PageAsks(act, deps))]
