"""Serve the figures: what happened, how fast who answered, which source was right, each with its definition."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from anyio.to_thread import run_sync
from fastapi import Request, Response

from schemas.vocabulary import Level, Role
from services.console import texts as words
from services.console.dependencies import Deps
from services.console.figures.queries import Told, Wanted, counted, told
from services.console.figures.sources import MOST, Track, Truth, reporters, tracks, truths_of
from services.console.figures.tables import Figures, Line, figures
from services.console.web.errors import Kind, Sorry
from services.console.web.formatting import date_time
from services.console.web.page_base import Endpoint, SignedInPages
from services.console.web.rendering import HEADERS
from services.console.web.sessions import Visitor
from services.office.papers.paper import Table
from services.security.permissions import Act, may
from services.sources.person import PROGRAMS
from services.store.transaction import Session

PAGE = "/angka"
READERS = (Role.COORDINATOR, Role.VERIFIER, Role.ADMIN, Role.LEADER, Role.AUDITOR)
DAYS = (7, 30, 90, 365)
USUAL = 30
TABLES = ("instansi", "masalah", "kecamatan", "minggu")
SOURCES = ("sumber", "pelapor")  # tables of what sources told, for those who may know of sources
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FIRST = 6  # institutions that are shown at once, those that are asked most; the others are folded
SHORT = 6  # signs of a handle: enough to tell reporters apart on a page
TITLES = {
    "instansi": "institutions",
    "masalah": "issues",
    "kecamatan": "kecamatan",
    "minggu": "weeks",
    "sumber": "sources",
    "pelapor": "reporters",
}
TRACK = ("reports", "right", "partly", "wrong", "unknown", "percent", "grades")  # columns of what sources told
DEFINITIONS = (
    "lead",
    "without",
    "times_text",
    "institutions_text",
    "issues_text",
    "closed_text",
    "sources_text",
    "reporters_text",
)


@dataclass(frozen=True)
class Shown:
    """What one reader is shown of one stretch; None where who reported is not for him."""

    figures: Figures
    sources: tuple[Track, ...] | None
    reporters: tuple[Track, ...] | None


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

    async def _figures(self, request: Request) -> tuple[Visitor, Shown, Wanted, int]:
        visitor = await self._counter.visitor(request)
        if visitor.identity.role not in READERS:
            raise Sorry(Kind.NOT_YOURS, 403)
        district, zone = self._deps.district, ZoneInfo(self._deps.district.timezone)
        wanted, days = _wanted(request.query_params, self._deps.clock(), zone)
        reader = visitor.identity

        def asked(session: Session) -> Shown:
            found = figures(counted(session, reader, district, wanted), wanted.start, wanted.end, zone)
            sources = told(session, reader, district, wanted)
            if sources is None:
                return Shown(found, None, None)
            truths = truths_of(sources.states, sources.lines)
            own = (
                reporters(sources.reports, truths, self._nobodies(sources))
                if may(reader.role, Act.OPEN_SOURCE)
                else None
            )
            return Shown(found, tracks(sources.reports, truths), own)

        return visitor, await self._deps.store.read(asked), wanted, days

    def _nobodies(self, sources: Told) -> frozenset[str]:
        """Give the handles behind which stands no one reporter: nameless people of one channel share one."""
        vault, channels = self._deps.vault, {(one.institution, one.channel) for one in sources.reports}
        if vault is None:
            return frozenset(one.source for one in sources.reports)  # nobody is told apart without it
        return frozenset(vault.source_of(who, office, way, None) for who in PROGRAMS for office, way in channels)

    async def show(self, request: Request) -> Response:
        """Show them."""
        visitor, shown, wanted, days = await self._figures(request)
        found, language = shown.figures, visitor.language
        district, given = self._deps.district, request.query_params
        places = [place for place in district.places.values() if place.kind == "kecamatan"]
        facts = {
            "f": found,
            "sources": shown.sources,
            "reporters": shown.reporters,
            "most": MOST,
            "source": lambda kind: self._source(kind, language),
            "handle": _short,
            "wanted": wanted,
            "days": days,
            "choices": DAYS,
            "levels": [level.name for level in Level],
            "level_names": [words.name("level", level.name, language) for level in reversed(Level)],
            "track_heads": {key: words.say(f"figures.head.{key}", language) for key in TRACK},
            "titles": TITLES,
            "issues": sorted(district.issues.values(), key=lambda one: getattr(one, f"label_{visitor.language}")),
            "places": sorted(places, key=lambda one: one.name),
            "label": lambda code: _issue(district.issues.get(code), code, visitor.language),
            "place": lambda code: district.places[code].name if code in district.places else code,
            "highest": max((week.incidents for week in found.weeks), default=0) or 1,
            "first": FIRST,
            "everything": given.get("buka") == "semua",
            "shown_parts": _parts(shown),
            "asked": {name: given[name] for name in ("hari", "issue", "kecamatan", "level") if given.get(name)},
        }
        return self._counter.show(request, "figures.html", visitor, facts)

    async def table(self, request: Request) -> Response:
        """Give one table as CSV: the codes beside the names, times in minutes, empty where there are too few."""
        visitor, shown, _, days = await self._figures(request)
        name = request.query_params.get("tabel", TABLES[0])
        if name not in (*TABLES, *SOURCES):
            raise Sorry(Kind.NOT_FOUND, 404)
        if name not in self._tables(shown):
            raise Sorry(Kind.NOT_YOURS, 403)
        out = io.StringIO()
        csv.writer(out, lineterminator="\r\n").writerows(self._rows(name, shown, visitor.language))
        headers = {
            **HEADERS,
            "Content-Disposition": f'attachment; filename="angka-{name}-{days}-hari.csv"',
        }
        return Response("\ufeff" + out.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)

    async def workbook(self, request: Request) -> Response:
        """Give every table that the reader may have as one workbook, their definitions on its first sheet."""
        visitor, shown, wanted, days = await self._figures(request)
        language = visitor.language

        def drawn() -> bytes:
            from services.office.papers.workbook import xlsx_of_tables  # noqa: PLC0415 - openpyxl takes a while

            tables = []
            for name in self._tables(shown):
                head, *rows = self._rows(name, shown, language)
                tables.append(
                    Table(
                        tuple(head),
                        tuple(tuple(row) for row in rows),
                        name=words.say(f"figures.{TITLES[name]}", language),
                    )
                )
            zone = self._deps.district.timezone
            start, end = date_time(wanted.start, zone, language), date_time(wanted.end, zone, language)
            said = [words.say(f"figures.{key}", language, start=start, end=end) for key in DEFINITIONS]
            return xlsx_of_tables(words.say("figures.definitions", language), said, tables, self._deps.clock())

        headers = {**HEADERS, "Content-Disposition": f'attachment; filename="angka-{days}-hari.xlsx"'}
        return Response(await run_sync(drawn), media_type=XLSX, headers=headers)

    @staticmethod
    def _tables(shown: Shown) -> tuple[str, ...]:
        """Name the tables that this reader may have."""
        own = [name for name, track in zip(SOURCES, (shown.sources, shown.reporters), strict=True) if track is not None]
        return (*TABLES, *own)

    def _source(self, kind: str, language: str) -> str:
        """Name a kind of source: an office, who gave no name, or the way by which people outside offices told it."""
        group, _, code = kind.partition(":")
        if group == "office":
            return self._deps.district.called(code, "")
        if group == "nameless":
            return words.say("figures.nameless", language)
        return words.say("figures.by_channel", language, channel=words.name("channel", code, language))

    def _track_rows(self, name: str, lines: Iterable[Track], language: str) -> Iterable[Sequence[Any]]:
        keys = ("reports", *Truth, "percent", "low", "high", "grades")
        yield [words.say(f"figures.csv.{key}", language) for key in ("code", "source", *keys)]
        for one in lines:
            low, high = one.between or ("", "")
            counts = (one.reports, *(one.truths[truth] for truth in Truth))
            grades = " ".join(f"{letter}{count}" for letter, count in one.grades)
            code = _short(one.code) if name == "pelapor" else one.code
            yield code, self._source(one.kind, language), *counts, _blank(one.percent), low, high, grades

    def _rows(self, name: str, shown: Shown, language: str) -> Iterable[Sequence[Any]]:
        district, found = self._deps.district, shown.figures
        if name in SOURCES:
            yield from self._track_rows(name, (shown.sources if name == "sumber" else shown.reporters) or (), language)
            return
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
            yield [*head("code", "issue" if name == "masalah" else "kecamatan", "incidents"), *levels, *head("closed")]
            yield from self._counts(found.issues if name == "masalah" else found.kecamatan, language)

    def _counts(self, lines: Iterable[Line], language: str) -> Iterable[Sequence[Any]]:
        district = self._deps.district
        for one in lines:
            place = district.places.get(one.code)
            called = place.name if place else _issue(district.issues.get(one.code), one.code, language)
            yield one.code, called, one.total, *one.levels, one.closed.part


def _parts(shown: Shown) -> list[tuple[str, str]]:
    """Name the parts of the page that this reader is shown, by their words and by what leads to them."""
    parts = [("times", "lama"), ("weeks", "minggu")]
    parts += [(TITLES[name], name) for name in ("instansi", "masalah", "kecamatan")]
    return parts + [
        (TITLES[name], name) for name, track in zip(SOURCES, (shown.sources, shown.reporters), strict=True) if track
    ]


def _issue(issue: Any, code: str, language: str) -> str:
    return getattr(issue, f"label_{language}", code)


def _short(handle: str) -> str:
    """Give what a page shows of a reporter's handle."""
    return handle[-SHORT:].upper()


def _blank(value: int | None) -> int | str:
    return "" if value is None else value


def figure_routes(deps: Deps, counter: SignedInPages) -> tuple[tuple[str, str, Endpoint], ...]:
    """Give the routes of the figures."""
    pages = FigurePages(deps, counter)
    return ((PAGE, "GET", pages.show), (f"{PAGE}.csv", "GET", pages.table), (f"{PAGE}.xlsx", "GET", pages.workbook))
