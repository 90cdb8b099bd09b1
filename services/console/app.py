"""Put the desk together: pages, API and events on one application, alone or beside the front door."""

import asyncio
from functools import partial

from fastapi import APIRouter, FastAPI, Request, Response
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware

from services.console.dependencies import Deps
from services.console.incidents.api import api_routes, ready_routes
from services.console.oncall.api import rota_routes
from services.console.queue.board import Board
from services.console.routes import page_routes
from services.console.silences.api import silence_routes
from services.console.warnings.api import warning_routes
from services.console.web.errors import Kind, Sorry
from services.console.web.page_base import sorry_page
from services.console.web.rendering import Pages, compile_beforehand
from services.web.problem_details import answer, set_up_problems
from services.web.routing import add_routes
from services.web.security_headers import protect

__all__ = ["Deps", "create_app", "mount", "routes"]

NOT_FOUND = 404
FIRST = ("sign_in.html", "queue.html", "incident.html")  # what whoever oversees opens first
MINIMUM = 800  # bytes; a smaller answer fits one packet anyway


def create_app(deps: Deps) -> FastAPI:
    """Build the application of a desk that stands alone."""
    app = FastAPI(
        title="Kentongan", version="1", openapi_url="/v1/openapi.json", docs_url=None, redoc_url=None, telemetry=None
    )
    set_up_problems(app)
    add_routes(app, ready_routes(deps))
    mount(app, deps)
    protect(app, deps.base_url)
    return app


def routes(deps: Deps, pages: Pages, board: Board) -> APIRouter:
    """Build the desk's routes, to be included in any application that has problem bodies."""
    router = APIRouter()
    add_routes(router, api_routes(deps), silence_routes(deps), rota_routes(deps), warning_routes(deps))
    add_routes(router, page_routes(deps, pages, board))
    return router


async def _ready(deps: Deps, board: Board) -> None:
    """Prepare what the first look needs, and keep it so until it is cancelled."""
    await asyncio.to_thread(compile_beforehand, FIRST)
    await board.keep_ready(lambda: deps.district, deps.clock, deps.posts)


def mount(app: FastAPI, deps: Deps) -> None:
    """Put the desk on an application; addresses that nobody serves get a page where a browser asks."""
    pages, board = Pages(lambda: deps.district), Board(deps.store)
    add_routes(app, routes(deps, pages, board))
    app.state.ready = partial(_ready, deps, board)
    app.add_middleware(
        GZipMiddleware, minimum_size=MINIMUM, compresslevel=5
    )  # events and what is packed stay as they are

    async def lost(request: Request, error: Exception) -> Response:
        if not isinstance(error, HTTPException):
            raise error
        if request.url.path.startswith("/v1/") or "text/html" not in request.headers.get("accept", ""):
            return answer(error)
        return await sorry_page(pages, deps, request, Sorry(Kind.NOT_FOUND, NOT_FOUND))

    app.add_exception_handler(NOT_FOUND, lost)
