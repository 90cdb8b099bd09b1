"""Serve the guides, one page for each role, and the glossary; for anybody, signed in or not."""

from fastapi import Request, Response

from schemas.vocabulary import Role
from services.console.dependencies import Deps
from services.console.texts.admin.guides import GUIDES, TERMS
from services.console.web.errors import Kind, Sorry
from services.console.web.page_base import Endpoint, SignedInPages
from services.console.web.sessions import visitor_of

ROLES = tuple(Role(role) for role in GUIDES)


class HelpPages:
    """What anybody may read."""

    def __init__(self, deps: Deps, counter: SignedInPages) -> None:
        self._deps = deps
        self._counter = counter

    async def guide(self, request: Request) -> Response:
        """Show the guide of a role: the visitor's own unless the address names another."""
        visitor = await visitor_of(request, self._deps)
        asked = request.path_params.get("role")
        role = asked or (visitor.identity.role.value if visitor else Role.REPORTER.value)
        if role not in ROLES:
            raise Sorry(Kind.NOT_FOUND, 404)
        facts = {"role": role, "roles": ROLES, "steps": range(1, len(GUIDES[role]) + 1)}
        return self._counter.show(request, "guide.html", visitor, facts)

    async def glossary(self, request: Request) -> Response:
        """Show what the words mean."""
        visitor = await visitor_of(request, self._deps)
        return self._counter.show(request, "glossary.html", visitor, {"terms": tuple(TERMS)})


def help_routes(deps: Deps, counter: SignedInPages) -> tuple[tuple[str, str, Endpoint], ...]:
    """Give the routes of guides and glossary."""
    pages = HelpPages(deps, counter)
    return (
        ("/panduan", "GET", pages.guide),
        ("/panduan/{role}", "GET", pages.guide),
        ("/istilah", "GET", pages.glossary),
    )
