"""Count and time what comes to the front door, in this process and in plain numbers: a POST must not pay for it."""

from bisect import bisect_left
from collections.abc import Iterator
from time import perf_counter

from prometheus_client import Metric
from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily
from prometheus_client.registry import Collector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)  # seconds, upper ends
ROUTES = {"/v1/reports": "/v1/reports", "/v1/reports:batch": "/v1/reports:batch"}
INBOUND = "/v1/inbound/"
BROKEN = 0  # status of a call that got no answer


def route_of(path: str) -> str | None:
    """Give the front door's route of a path, gateways' names left out; None when it is not the front door's.

    >>> route_of("/v1/reports"), route_of("/v1/inbound/sms"), route_of("/v1/incidents")
    ('/v1/reports', '/v1/inbound/{gateway}', None)
    """
    return ROUTES.get(path) or ("/v1/inbound/{gateway}" if path.startswith(INBOUND) else None)


class DoorCounts(Collector):
    """What one process counted since its start."""

    def __init__(self) -> None:
        self._requests: dict[tuple[str, int], int] = {}
        self._buckets: dict[str, list[int]] = {}
        self._seconds: dict[str, float] = {}

    def count(self, route: str, status: int, seconds: float) -> None:
        """Count one call."""
        key = (route, status)
        self._requests[key] = self._requests.get(key, 0) + 1
        buckets = self._buckets.get(route)
        if buckets is None:
            buckets = self._buckets[route] = [0] * (len(BOUNDS) + 1)
        buckets[bisect_left(BOUNDS, seconds)] += 1
        self._seconds[route] = self._seconds.get(route, 0.0) + seconds

    def collect(self) -> Iterator[Metric]:
        """Give the counts as Prometheus knows them."""
        requests = CounterMetricFamily(
            "kentongan_door_requests",
            "Calls of the front door by the status of their answer (202 accepted, 0 none)",
            labels=("route", "status"),
        )
        for (route, status), number in sorted(self._requests.items()):
            requests.add_metric((route, str(status)), number)
        yield requests
        durations = HistogramMetricFamily(
            "kentongan_door_request_duration_seconds",
            "From the first byte of a call of the front door to the end of its answer",
            labels=("route",),
        )
        for route, buckets in sorted(self._buckets.items()):
            below, told = 0, []
            for bound, number in zip((*map(str, BOUNDS), "+Inf"), buckets, strict=True):
                below += number
                told.append((bound, below))
            durations.add_metric((route,), told, self._seconds[route])
        yield durations


class Counted:
    """Count the calls that pass through, on the outside of everything else."""

    def __init__(self, app: ASGIApp, *, counts: DoorCounts) -> None:
        self._app = app
        self._counts = counts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a call on, and count it when it is the front door's."""
        route = route_of(scope["path"]) if scope["type"] == "http" and scope["method"] == "POST" else None
        if route is None:
            await self._app(scope, receive, send)
            return
        status, begun = BROKEN, perf_counter()

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noted)
        finally:
            self._counts.count(route, status, perf_counter() - begun)
