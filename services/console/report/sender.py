"""Say who sends a form of the pages for reporters: in whose session, from which browser, from which address."""

from http import HTTPStatus

from fastapi import Request, Response

from schemas.vocabulary import Role
from services.console.dependencies import Deps, Filing
from services.console.web.errors import Kind, Sorry
from services.console.web.sessions import YEAR, Visitor, visitor_of
from services.security.devices import DEVICE_COOKIE, Devices
from services.web.problem_details import Problem

# What is said of a form that was not taken though nothing in it is wrong: the rest of a key of the texts.
WORST = {
    HTTPStatus.TOO_MANY_REQUESTS: "slow",
    HTTPStatus.SERVICE_UNAVAILABLE: "away",
    HTTPStatus.UNAUTHORIZED: "closed",
}


class Senders:
    """Tells browsers and people apart, as the limits on reports count them."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps
        self._devices = Devices(deps.secret)

    async def visitor(self, request: Request, form: dict[str, str]) -> Visitor | None:
        """Give whose session sends a form of ours, None for nobody's; raises Problem (403) for who may not report."""
        visitor = await visitor_of(request, self._deps)
        # A browser names the origin of every POST; without it a session counts only with its token.
        if visitor and not (request.headers.get("origin") or visitor.sent(form.get("csrf", ""))):
            visitor = None
        if visitor and visitor.identity.role == Role.AUDITOR:
            raise Problem(403, "Auditor tidak mengirim laporan")
        return visitor

    def device(self, request: Request) -> str | None:
        """Give the word that this browser has of us, None where it has none."""
        given = request.cookies.get(DEVICE_COOKIE, "")
        return given if self._devices.known(given) else None

    def mark(self, request: Request, response: Response) -> None:
        """Give a browser its word, if it has none: it is counted by that instead of its address alone."""
        if self.device(request) is None:
            response.set_cookie(
                DEVICE_COOKIE,
                self._devices.make(),
                max_age=YEAR,
                httponly=True,
                samesite="lax",
                secure=self._deps.base_url.startswith("https://"),
            )


def filing_of(deps: Deps) -> Filing:
    """Give what puts reports on disk; raises Sorry (503) where nothing can be reported."""
    if deps.filing is None:
        raise Sorry(Kind.AWAY, 503)
    return deps.filing


def wants_json(request: Request) -> bool:
    """Say whether it is the page's own script that asks."""
    return "application/json" in request.headers.get("accept", "")


def host_of(request: Request) -> str | None:
    """Give the address that a request comes from."""
    return request.client.host if request.client else None
