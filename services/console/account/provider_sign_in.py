"""Name the ways to an office's own provider and back, where there is one (OpenID Connect).

What goes them (provider_pages.py) is loaded where an office has a provider: 3 MB that others do without.
"""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from fastapi import Request, Response

from services.console.dependencies import Deps
from services.console.web.errors import Kind, Sorry
from services.console.web.page_base import Endpoint
from services.security.permissions import Act

PATH = "/masuk/penyedia"
BACK = f"{PATH}/kembali"
OVER = f"{PATH}/berakhir"  # called by the provider, not by a browser
FAREWELL = f"{PATH}/keluar"
PASSKEY_FIRST = "sign_in_passkey_first"
Page = Callable[[Request, dict[str, Any], int], Response]
Entered = Callable[[str, str], Response]


async def farewell_of(deps: Deps) -> str | None:
    """Give where people sign out at the office's provider; None where it has no such page, or is away."""
    if deps.provider is None:
        return None
    from services.security.oidc.provider import ProviderAwayError  # noqa: PLC0415 - where there is one

    try:
        return await deps.provider.farewell()
    except ProviderAwayError:
        return None


async def _none(_: Request) -> Response:
    raise Sorry(Kind.NOT_FOUND, HTTPStatus.NOT_FOUND)


def provider_routes(deps: Deps, page: Page, entered: Entered) -> tuple[tuple[str, str, Endpoint, Act], ...]:
    """Give the routes of the provider; without one, nothing is there."""
    ways = (PATH, "GET"), (BACK, "GET"), (OVER, "POST"), (FAREWELL, "GET")
    if deps.provider is None:
        return tuple((path, method, _none, Act.OPEN) for path, method in ways)
    from services.console.account.provider_pages import ProviderPages  # noqa: PLC0415 - where there is one

    pages = ProviderPages(deps, deps.provider, page, entered)
    endpoints = (pages.leave, pages.back, pages.over, pages.farewell)
    return tuple((*way, endpoint, Act.OPEN) for way, endpoint in zip(ways, endpoints, strict=True))
