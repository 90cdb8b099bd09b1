"""Collect the routes of all pages."""

from fastapi import APIRouter

from services.console.account.pages import own_routes
from services.console.acknowledge_link.pages import answer_routes
from services.console.dependencies import Deps
from services.console.figures.pages import figure_routes
from services.console.help.pages import help_routes
from services.console.incidents.pages import IncidentPages, static_file
from services.console.office.routes import office_routes
from services.console.officer.pages import officer_routes
from services.console.oncall.pages import rota_page_routes
from services.console.queue.handover import handover_routes
from services.console.queue.pages import QueuePages
from services.console.report.pages import report_routes
from services.console.report.status import status_routes
from services.console.settings.routes import settings_routes
from services.console.silences.pages import silence_page_routes
from services.console.source.pages import source_routes
from services.console.warnings.pages import warning_page_routes
from services.console.web.page_base import SignedInPages, frame, page_route
from services.console.web.rendering import Pages


def page_routes(deps: Deps, pages: Pages) -> APIRouter:
    """Build the routes of all pages."""
    counter = SignedInPages(deps, pages)
    desk = IncidentPages(deps, counter)
    router = APIRouter(route_class=page_route(deps, pages), include_in_schema=False)
    queue = QueuePages(deps, counter, desk.incidents)
    for path, method, endpoint in (
        ("/", "GET", queue.show),
        ("/potongan/peristiwa", "GET", desk.fragment),
        ("/masuk", "GET", desk.sign_in_page),
        ("/masuk", "POST", desk.sign_in),
        ("/keluar", "POST", desk.sign_out),
        ("/peristiwa/{id}", "GET", desk.incident),
        ("/peristiwa/{id}/{act}", "POST", desk.act),
        ("/static/{name}", "GET", static_file),
        *officer_routes(deps, counter),
        *report_routes(deps, counter),
        *status_routes(deps, counter),
        *answer_routes(deps, pages, frame),
        *source_routes(deps, counter),
        *silence_page_routes(deps, counter),
        *rota_page_routes(deps, counter),
        *own_routes(deps, counter),
        *settings_routes(deps, counter),
        *figure_routes(deps, counter),
        *help_routes(deps, counter),
        *office_routes(deps, counter),
        *warning_page_routes(deps, counter, desk),
        *handover_routes(deps, counter, queue.board),
    ):
        router.add_api_route(path, endpoint, methods=[method], response_model=None)
    return router
