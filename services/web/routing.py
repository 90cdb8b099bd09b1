"""Put routes on an application."""

from fastapi import APIRouter, FastAPI


def add_routes(to: FastAPI | APIRouter, *routers: APIRouter) -> None:
    """Put the routes of routers on an application or another router, in this order, as they were declared.

    FastAPI's `include_router` analyses the parameters of each route a second time, on the first request (50 ms of
    CPU for the desk): that is for routes which get another prefix or other dependencies there, and ours get none.
    """
    for router in routers:
        to.routes.extend(router.routes)
