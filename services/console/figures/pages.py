"""Serve the figures: what happened, how fast who answered, each with its definition, and the same as CSV."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import Request, Response

from schemas.vocabulary import Level, Role
from services.console import texts as words
from services.console.dependencies import Deps
from services.console.figures.queries import Wanted, counted
from services.console.figures.tables import Figures, Line, figures
from services.console.web.errors import Kind, Sorry
from services.console.web.page_base import Endpoint, SignedInPages
from services.console.web.rendering import HEADERS
from services.console.web.sessions import Visitor

PAGE = "/angka"
READERS = (Role.COORDINATOR, Role.VERIFIER, Role.ADMIN, Role.LEADER, Role.AUDITOR)
DAYS = (7, 30, 90, 365)
USUAL = 30
TABLES = ("instansi", "masalah", "kecamatan", "minggu")


def _wanted(given: Mapping[str, str], now: datetime, zone: ZoneInfo) -> tuple[Wanted, int]:
    """Read what the address asks: whole local days up to now. Raises Sorry for what no list knows."""
    days = given.get("hari", str(USUAL))
    if days not in {str(one) for one in DAYS}:
        raise Sorry(Kind.BAD, 400)
    level = given.get("level", "")
    if level and level not in Level.__members__:
        raise Sorry(Kind.BAD, 400)
    today = datetime.combine(now.astimezone(zone).date(), time(), zone)
    start = today - timedelta(days=int(days) - 1)
    return Wanted(
        start, now, given.get("issue", ""), given.get("kecamatan", ""), Level[level].value if level else None
    ), int(days)


class FigurePages:
    """Figures of what one reader may know of."""

    def __init__(self, deps: Deps, counter: SignedInPages) -> None:
        self._deps = deps
        self._counter = counter

    async def _figures(self, request: Request) -> tuple[Visitor, Figures, Wanted, int]:
        visitor = await self._counter.visitor(request)
        if visitor.identity.role not in READERS:
            raise Sorry(Kind.NOT_YOURS, 403)
        district, zone = self._deps.district, ZoneInfo(self._deps.district.timezone)
        wanted, days = _wanted(request.query_params, self._deps.clock(), zone)
        reader = visitor.identity

        found = await self._deps.store.read(
            lambda session: figures(counted(session, reader, district, wanted), wanted.start, wanted.end, zone)
        )
        return visitor, found, wanted, days

    async def show(self, request: Request) -> Response:
        """Show them."""
        visitor, found, wanted, days = await self._figures(request)
        district, given = self._deps.district, request.query_params
        places = [place for place in district.places.values() if place.kind == "kecamatan"]
        facts = {
            "f": found,
            "wanted": wanted,
            "days": days,
            "choices": DAYS,
            "levels": [level.name for level in Level],
            "tables": TABLES,
            "issues": sorted(district.issues.values(), key=lambda one: getattr(one, f"label_{visitor.language}")),
            "places": sorted(places, key=lambda one: one.name),
            "label": lambda code: _issue(district.issues.get(code), code, visitor.language),
            "place": lambda code: district.places[code].name if code in district.places else code,
            "highest": max((week.incidents for week in found.weeks), default=0) or 1,
            "asked": {name: given[name] for name in ("hari", "issue", "kecamatan", "level") if given.get(name)},
        }
        return self._counter.show(request, "figures.html", visitor, facts)

    async def table(self, request: Request) -> Response:
        """Give one table as CSV: the codes beside the names, times in minutes, empty where there are too few."""
        visitor, found, _, days = await self._figures(request)
        name = request.query_params.get("tabel", TABLES[0])
        if name not in TABLES:
            raise Sorry(Kind.NOT_FOUND, 404)
        out = io.StringIO()
        csv.writer(out, lineterminator="\r\n").writerows(self._rows(name, found, visitor.language))
        headers = {
            **HEADERS,
            "Content-Disposition": f'attachment; filename="angka-{name}-{days}-hari.csv"',
        }
        return Response("\ufeff" + out.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)

    def _rows(self, name: str, found: Figures, language: str) -> Iterable[Sequence[Any]]:
        district = self._deps.district
        levels = [words.name("level", level.name, language) for level in Level]

        def head(*keys: str) -> list[str]:
            return [words.say(f"figures.csv.{key}", language) for key in keys]

        if name == "instansi":
            yield head("code", "institution", "asked", "answered", "due", "in_time", "median", "tenth", "sitrep")
            for one in found.institutions:
                times = (one.answer.median, one.answer.tenth, one.sitrep.median)
                counts = (one.asked, one.answered.part, one.in_time.whole, one.in_time.part)
                yield one.institution, district.called(one.institution, ""), *counts, *map(_blank, times)
        elif name == "minggu":
            yield [*head("week", "whole", "incidents"), *levels]
            for week in found.weeks:
                yield week.first.isoformat(), int(week.whole), week.incidents, *week.levels
        else:
            yield [*head("code", "issue" if name == "masalah" else "kecamatan", "incidents"), *levels]
            yield from self._counts(found.issues if name == "masalah" else found.kecamatan, language)

    def _counts(self, lines: Iterable[Line], language: str) -> Iterable[Sequence[Any]]:
        district = self._deps.district
        for one in lines:
            place = district.places.get(one.code)
            called = place.name if place else _issue(district.issues.get(one.code), one.code, language)
            yield one.code, called, one.total, *one.levels


def _issue(issue: Any, code: str, language: str) -> str:
    return getattr(issue, f"label_{language}", code)


def _blank(value: int | None) -> int | str:
    return "" if value is None else value


def figure_routes(deps: Deps, counter: SignedInPages) -> tuple[tuple[str, str, Endpoint], ...]:
    """Give the routes of the figures."""
    pages = FigurePages(deps, counter)
    return ((PAGE, "GET", pages.show), (f"{PAGE}.csv", "GET", pages.table))
