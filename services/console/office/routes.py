"""Collect the routes of the office's own work."""

from services.console.dependencies import Deps
from services.console.office.exchange import exchange_routes
from services.console.office.front import front_routes
from services.console.office.harmony import harmony_routes
from services.console.office.meetings import meeting_routes
from services.console.office.public import public_routes
from services.console.office.register import register_routes
from services.console.office.reports import report_upward_routes
from services.console.web.page_base import Endpoint, SignedInPages
from services.security.permissions import Act


def office_routes(deps: Deps, counter: SignedInPages) -> tuple[tuple[str, str, Endpoint, Act], ...]:
    """Give the routes of all its pages."""
    papers = (
        *front_routes(deps, counter),
        *exchange_routes(deps, counter),
        *meeting_routes(deps, counter),
        *report_upward_routes(deps, counter),
        *register_routes(deps, counter),
        *harmony_routes(deps, counter),
    )
    declared = tuple((*one, Act.PAPERS if one[1] == "GET" else Act.WRITE_PAPERS) for one in papers)
    return (*declared, *((*one, Act.OPEN) for one in public_routes(deps, counter)))
