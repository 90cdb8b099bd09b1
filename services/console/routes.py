"""Collect the routes of all pages."""

from fastapi import APIRouter

from services.console.account.pages import own_routes
from services.console.account.passkey_pages import own_passkey_routes
from services.console.account.security_pages import SecurityPages, security_routes
from services.console.account.sign_in import sign_in_routes
from services.console.acknowledge_link.pages import answer_routes
from services.console.dependencies import Deps
from services.console.figures.pages import figure_routes
from services.console.help.pages import help_routes
from services.console.incidents.actions import ASKED
from services.console.incidents.pages import IncidentPages, static_file
from services.console.office.routes import office_routes
from services.console.officer.pages import officer_routes
from services.console.oncall.pages import rota_page_routes
from services.console.queue.board import Board
from services.console.queue.bulk import bulk_routes
from services.console.queue.handover import handover_routes
from services.console.queue.map_pages import map_routes
from services.console.queue.owed import owed_routes
from services.console.queue.pages import QueuePages
from services.console.report.pages import report_routes
from services.console.report.status import status_routes
from services.console.settings.routes import settings_routes
from services.console.silences.pages import silence_page_routes
from services.console.source.pages import source_routes
from services.console.warnings.pages import warning_page_routes
from services.console.web.page_base import PageRoute, SignedInPages, frame
from services.console.web.rendering import Pages
from services.console.web.route_rules import page_asks
from services.security.permissions import Act


def page_routes(deps: Deps, pages: Pages, board: Board) -> APIRouter:
    """Build the routes of all pages."""
    counter = SignedInPages(deps, pages)
    account = SecurityPages(deps, counter)
    desk = IncidentPages(deps, counter)
    router = APIRouter()
    queue = QueuePages(deps, counter, desk.incidents, board)
    for path, method, endpoint, act in (
        ("/", "GET", queue.show, Act.OWN),
        ("/potongan/peristiwa", "GET", desk.fragment, Act.READ),
        ("/peristiwa/{id}", "GET", desk.incident, Act.READ),
        *((f"/peristiwa/{{id}}/{word}", "POST", desk.act, act) for word, act in ASKED.items()),
        ("/peristiwa/{id}/dibuka", "POST", desk.present, Act.READ),
        ("/peristiwa/{id}/singkap", "POST", desk.unmask, Act.UNMASK),
        ("/static/{name}", "GET", static_file, Act.OPEN),
        *sign_in_routes(deps, counter),
        *security_routes(account),
        *own_passkey_routes(deps, counter, account),
        *officer_routes(deps, counter),
        *report_routes(deps, counter),
        *status_routes(deps, counter),
        *answer_routes(deps, pages, frame),
        *((*one, Act.OPEN_SOURCE) for one in source_routes(deps, counter)),
        *silence_page_routes(deps, counter),
        *rota_page_routes(deps, counter),
        *own_routes(deps, counter),
        *settings_routes(deps, counter),
        *((*one, Act.STATISTICS) for one in figure_routes(deps, counter)),
        *((*one, Act.OPEN) for one in help_routes(deps, counter)),
        *office_routes(deps, counter),
        *(
            (*one, Act.READ_WARNINGS if one[1] == "GET" else Act.JUDGE_WARNINGS)
            for one in warning_page_routes(deps, counter, desk)
        ),
        *bulk_routes(deps, counter),
        *((*one, Act.READ) for one in map_routes(deps, counter, queue.board)),
        *((*one, Act.HANDOVER) for one in handover_routes(deps, counter, queue.board)),
        *((*one, Act.HANDOVER) for one in owed_routes(deps, counter)),
    ):
        router.routes.append(PageRoute(path, endpoint, method, page_asks(deps, act), deps=deps, pages=pages))
    return router
