"""FastAPI's routes, each analysed when it is first called: a house has forty of them, and a test calls two."""

from collections.abc import Callable
from typing import Any

import pytest
from fastapi.routing import APIRoute
from starlette.routing import Route, compile_path

_analyse = APIRoute.__init__


def _init(
    self: APIRoute, path: str, endpoint: Callable[..., Any], *, methods: list[str] | None = None, **more: Any
) -> None:
    self.__dict__["_given"] = {"path": path, "endpoint": endpoint, "methods": methods, **more}
    # What tells whether a request is for this route, as FastAPI itself sets it.
    self.path, self.endpoint = path, endpoint
    self.methods = {method.upper() for method in methods or ["GET"]}
    self.path_regex, self.path_format, self.param_convertors = compile_path(path)


def _missing(self: APIRoute, name: str) -> Any:
    given = self.__dict__.pop("_given", None)
    if given is None:
        raise AttributeError(name)
    _analyse(self, **given)
    return getattr(self, name)


def make_routes_when_called(patch: pytest.MonkeyPatch) -> None:
    """Let a route be analysed at the first look at anything beyond its path and methods."""
    assert "matches" in vars(APIRoute)
    assert "__getattr__" not in vars(APIRoute)
    assert "__getattr__" not in vars(Route)
    patch.setattr(APIRoute, "__init__", _init)
    patch.setattr(APIRoute, "__getattr__", _missing, raising=False)
