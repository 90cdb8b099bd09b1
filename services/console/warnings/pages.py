"""Serve the pages of early warning: warnings, one warning, places, the year, dates, signs, the weekly brief."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from http import HTTPStatus
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from anyio.to_thread import run_sync
from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from schemas.rows.warnings import IndicatorRow
from schemas.vocabulary import Role
from schemas.warnings import WarningKind
from services.console.dependencies import Deps
from services.console.incidents.actions import permitted
from services.console.incidents.pages import IncidentPages
from services.console.incidents.queries import names_of
from services.console.warnings.brief import Brief, brief_of
from services.console.warnings.brief_paper import MARKED, foot_of, paper_of
from services.console.warnings.past import as_it_stood, changes
from services.console.warnings.queries import Later, Read, read, read_all
from services.console.warnings.views import Composer
from services.console.web.errors import STATUS, Kind, Sorry
from services.console.web.page_base import Endpoint, SignedInPages
from services.console.web.rendering import HEADERS
from services.console.web.sessions import Visitor
from services.early_warning.wording import how_often, one_in
from services.incidents.decisions import proposals
from services.office.access import cleared
from services.office.figures import Checkpoint
from services.office.papers.paper import Paper
from services.office.queries import checkpoint_at
from services.oncall.shifts import YEARS
from services.policy.geography import kecamatan_code
from services.security.permissions import Act
from services.security.refusal import Refused
from services.store.transaction import Session, Transaction
from services.warnings import entered
from services.warnings.counting import groups_of, kecamatan_of
from services.warnings.queries import warning
from services.warnings.watcher import Told, replayed
from services.web.localised import calendar_day

MAP_HEIGHT = 255  # pixels of the map's picture, 400 wide
OVER_SHOWN = 30
YEAR = 366  # days that a replay shows
YEARS_KEPT = 4  # replays, of readers who may count different incidents
SIGN_WEEKS = 8
INSTANT = timedelta(microseconds=1)  # before midnight: the last one of a week
DONE = ("dinilai", "ditutup", "tercatat", "dicabut", "usul")


class WarningPages:
    """Early warning of one installation, as pages."""

    def __init__(self, deps: Deps, counter: SignedInPages, desk: IncidentPages) -> None:
        self._deps = deps
        self._counter = counter
        self._desk = desk
        self._years: dict[tuple[date, float, frozenset[str]], Sequence[Told]] = {}

    # -- reading ---------------------------------------------------------------------------------------------------

    async def _visitor(self, request: Request) -> Visitor:
        visitor = await self._counter.visitor(request)
        if visitor.identity.role in (Role.REPORTER, Role.GATEWAY):
            raise Refused("warnings_for_officers")
        return visitor

    async def _cleared(self, request: Request) -> Visitor:
        visitor = await self._visitor(request)
        if not cleared(visitor.identity, MARKED):
            raise Refused("brief_above_clearance")
        return visitor

    async def _composer(self, visitor: Visitor, since: date | None = None) -> tuple[Composer, list[IndicatorRow]]:
        now, district, reader = self._deps.clock(), self._deps.district, visitor.identity
        week = since or entered.monday_of(now.date()) - timedelta(weeks=SIGN_WEEKS)
        found = await self._deps.store.read(lambda session: read(session, reader, district, now, week.isoformat()))
        composer = Composer(found, district, reader, now, visitor.language)
        return composer, composer.signs()

    def _show(
        self, request: Request, template: str, visitor: Visitor, facts: dict[str, Any], status: int = 200
    ) -> Response:
        message = request.query_params.get("pesan", "")
        said = f"warned.done.{message}" if message in DONE else None
        return self._counter.show(
            request, template, visitor, {"said": said, "briefed": cleared(visitor.identity, MARKED), **facts}, status
        )

    def _note(self, visitor: Visitor, composer: Composer, ids: Iterable[str]) -> None:
        """Owe a line for what of these warnings and incidents is secret."""
        self._deps.reads.note(visitor.identity, "warnings", composer.shown(ids))

    async def list(self, request: Request) -> Response:
        """List the warnings that are open and those that are over, and how they have done."""
        visitor = await self._visitor(request)
        composer, _ = await self._composer(visitor)
        desk = composer.desk()
        facts = {"open_ones": desk.open, "over": desk.over[:OVER_SHOWN], "record": desk.record}
        facts |= {"per_month": desk.per_month, "places": composer, "silent": composer.silent()}
        facts |= {"coming": composer.dates(14)}
        self._note(visitor, composer, (one.id for one in (*desk.open, *desk.over[:OVER_SHOWN])))
        return self._show(request, "warnings.html", visitor, facts)

    async def one(self, request: Request) -> Response:
        """Show one warning: its words, its picture, the incidents behind it, who has answered, what it was worth."""
        visitor = await self._visitor(request)
        id_ = _id_of(request)
        composer, _ = await self._composer(visitor)
        row = await self._deps.store.read(lambda session: warning(session, id_))
        line = await self._desk.facts(request, visitor, id_)
        if row is None or line is None:
            raise Sorry(Kind.NOT_FOUND, 404)
        outcomes = composer.outcomes_of(id_)
        who = {one["by"] for one in outcomes}
        names = await self._deps.store.read(lambda session: names_of(session, who))
        mine = composer.said_by(id_, visitor.identity.id)
        shown = composer.view(row)
        self._note(visitor, composer, (one.id for one, _ in composer.behind(row)))  # itself: `facts` has written it
        facts = {
            **line,
            "said": line["said"] or None,
            "warning": shown,
            "behind": composer.behind(row),
            "pictures": composer.pictures(row),
            "outcomes": [(names.get(one["by"], one["by"]), one) for one in outcomes],
            "mine": mine,
            "became": entered.BECAME,
            "chance": one_in(shown.chance, composer.language) if shown.chance else None,
            "often": how_often(shown.months_between, composer.language) if shown.months_between else None,
            "may_judge": visitor.identity.role in entered.JUDGES,
            "places": composer,
            "per_month": self._deps.district.warnings.false_per_month,
        }
        message = request.query_params.get("pesan", "")
        facts["said"] = f"warned.done.{message}" if message in DONE else facts["said"]
        return self._counter.show(request, "warning.html", visitor, facts)

    async def places(self, request: Request) -> Response:
        """Show where much has happened: the map by level, weeks in small, watched neighbourhoods, threads."""
        visitor = await self._visitor(request)
        composer, _ = await self._composer(visitor)
        facts = {
            "areas": composer.map(),
            "map_height": MAP_HEIGHT,
            "levels": composer.levels(),
            "villages": composer.levels(desa=True)[:10],
            "watched": composer.watch_notes(),
            "chains": composer.chains(),
            "known": composer.by_id(),
            "open_ids": composer.open_ids,
            "places": composer,
            "half_life": self._deps.district.warnings.half_life_days,
        }
        named = [id_ for one in composer.watch_notes() for id_ in (one.incident, *one.near)]
        self._note(visitor, composer, (*named, *(id_ for one in composer.chains() for id_ in one.incidents)))
        return self._show(request, "warning_places.html", visitor, facts)

    async def year(self, request: Request) -> Response:
        """Show every warning that the last year's incidents would have raised by today's settings: a replay."""
        visitor = await self._visitor(request)
        composer, _ = await self._composer(visitor)
        told = [one for one in await self._replayed(composer) if one.day > composer.today - timedelta(days=YEAR)]
        rises = sum(one.found.kind in (WarningKind.RISE, WarningKind.DISTRICT) for one in told)
        facts = {
            "told": told[::-1],
            "rises": rises,
            "rules": len(told) - rises,
            "followed": sum(one.followed is not None for one in told),
            "counted": sum(one.day > composer.today - timedelta(days=YEAR) for one in composer.incidents),
            "per_month": self._deps.district.warnings.false_per_month,
            "places": composer,
            "open_ids": composer.open_ids,
        }
        self._note(visitor, composer, (one.followed for one in told if one.followed))
        return self._show(request, "warning_year.html", visitor, facts)

    async def _replayed(self, composer: Composer) -> Sequence[Told]:
        """Replay what the reader may count, beside the loop: a second of work, kept until something changes."""
        district, per_month = self._deps.district, self._deps.district.warnings.false_per_month
        key = composer.today, per_month, frozenset(one.id for one in composer.incidents)
        if (known := self._years.get(key)) is None:
            incidents = list(composer.incidents)
            known = await run_sync(lambda: list(replayed(incidents, district, per_month, composer.today)))
            while len(self._years) >= YEARS_KEPT:
                self._years.pop(next(iter(self._years)))
            self._years[key] = known
        return known

    async def brief(self, request: Request) -> Response:
        """Show the brief of a week, to be read or printed; the last whole week unless the address names one."""
        visitor = await self._cleared(request)
        found, composer = await self._brief(request, visitor)
        facts = {"brief": found, "places": composer, "known": composer.by_id(), "signs": self._signs(visitor.language)}
        week = timedelta(days=7)
        now, district = self._deps.clock(), self._deps.district
        today = now.astimezone(ZoneInfo(district.timezone)).date()
        facts |= {"before": found.monday - week, "after": found.monday + week, "today": today}
        facts["foot"] = foot_of(found, district, visitor.language)
        self._note(visitor, composer, (one.id for one in found.warnings))
        return self._show(request, "warning_brief.html", visitor, facts)

    async def pdf(self, request: Request) -> Response:
        """Give the brief of a week as PDF, in Indonesian, with who drew it at its foot."""
        visitor = replace(await self._cleared(request), language="id")
        found, composer = await self._brief(request, visitor)
        now, district = self._deps.clock(), self._deps.district
        from services.office.papers.pdf import one_page_of  # noqa: PLC0415 - 15 MB, for who is asked for it

        def write(most: int) -> Paper:
            paper = paper_of(found, composer, district, now, visitor.identity.name, most)
            return replace(paper, sample=self._deps.sample)

        shown = composer.shown(one.id for one in found.warnings)
        await self._deps.reads.export(visitor.identity, "brief", shown)
        body = await run_sync(one_page_of, write, now)
        name = f"rekap-kewaspadaan-{found.monday:%G-W%V}.pdf"
        headers = {**HEADERS, "Content-Disposition": f'attachment; filename="{name}"'}
        return Response(body, media_type="application/pdf", headers=headers)

    async def _brief(self, request: Request, visitor: Visitor) -> tuple[Brief, Composer]:
        """Write the brief of a week as things stood at its end: the same whenever it is drawn."""
        district, reader, zone = self._deps.district, visitor.identity, ZoneInfo(self._deps.district.timezone)
        now = self._deps.clock()
        week = timedelta(days=7)
        monday = week_of(request.query_params.get("minggu", ""), entered.monday_of(now.astimezone(zone).date()) - week)
        end = datetime.combine(monday + week, time(), zone)
        moment = min(now, end - INSTANT)

        def look(session: Session) -> tuple[Read, Later, Checkpoint]:
            found, later = read_all(session, reader, district, moment, monday.isoformat())
            return found, later, checkpoint_at(session, moment)

        found, later, checkpoint = await self._deps.store.read(look)
        past = as_it_stood(found, later, moment, zone)
        since = changes(past, monday, monday + week - timedelta(days=1), district, reader, later.lines)
        composer = Composer(past.read, district, reader, moment, visitor.language)
        groups = [(one.code, composer.group_label(one.code)) for one in groups_of(district)]
        running, signs = now < end, list(found.signs)
        return (
            brief_of(composer, monday, groups, signs, moment, running=running, since=since, checkpoint=checkpoint),
            composer,
        )

    # -- dates -----------------------------------------------------------------------------------------------------

    async def dates(self, request: Request) -> Response:
        """Show the vulnerable windows that are open or come, and a form to enter one."""
        visitor = await self._visitor(request)
        return await self._dates(request, visitor, {}, None)

    async def _dates(
        self, request: Request, visitor: Visitor, form: dict[str, str], wrong: str | None, status: int = 200
    ) -> Response:
        composer, _ = await self._composer(visitor)
        found = composer.dates(366)
        authors = {one.by for one, _ in found if one.by}
        names = await self._deps.store.read(lambda session: names_of(session, authors))
        facts = {
            "path": "/peringatan/kalender",
            "windows": found,
            "today": composer.today,
            "names": names,
            "form": form,
            "wrong": wrong,
            "places": composer,
            "may": visitor.identity.role in entered.JUDGES,
            "may_lower": visitor.identity.role in entered.LOWERS,
            "issues": list(self._deps.district.issues.values()),
            "kecamatan": [(code, composer.place(code)) for code in kecamatan_of(self._deps.district)],
        }
        return self._show(request, "warning_dates.html", visitor, facts, status)

    async def enter(self, request: Request) -> Response:
        """Keep a window that a person enters."""
        visitor = await self._visitor(request)
        form = await self._counter.form(request, visitor)
        district = self._deps.district

        def act(tx: Transaction) -> str:
            return entered.enter_date(
                tx,
                district,
                visitor.identity,
                name=form.get("name", ""),
                first=day_of(form.get("first", "")),
                last=day_of(form.get("last", "") or form.get("first", "")),
                issue=form.get("issue", ""),
                source=form.get("source", ""),
                kecamatan=form.get("kecamatan") or None,
                lowered=form.get("lowered") == "ya",
                reason=form.get("reason", ""),
            )

        try:
            await self._deps.store.write(act)
        except Refused as refused:
            return await self._dates(request, visitor, form, refused.say(visitor.language), STATUS[refused.reason])
        return RedirectResponse("/peringatan/kalender?pesan=tercatat", HTTPStatus.SEE_OTHER)

    async def withdraw(self, request: Request) -> Response:
        """Take a window back."""
        visitor = await self._visitor(request)
        await self._counter.form(request, visitor)
        id_ = request.path_params["id"]
        await self._deps.store.write(lambda tx: entered.withdraw_date(tx, self._deps.district, id_, visitor.identity))
        return RedirectResponse("/peringatan/kalender?pesan=dicabut", HTTPStatus.SEE_OTHER)

    # -- signs -----------------------------------------------------------------------------------------------------

    async def signs(self, request: Request) -> Response:
        """Show the signs of the last weeks, and a form of one minute."""
        visitor = await self._visitor(request)
        composer, found = await self._composer(visitor)
        unit = kecamatan_code(visitor.identity.unit)
        facts = {
            "signs": self._signs(visitor.language),
            "found": found,
            "calendar_of": lambda day: calendar_day(date.fromisoformat(day), visitor.language),
            "week": entered.monday_of(composer.today),
            "places": composer,
            "may": visitor.identity.role in entered.JUDGES,
            "unit": unit,
            "chosen": request.query_params.get("kecamatan", unit),
            "kecamatan": [
                (code, composer.place(code)) for code in kecamatan_of(self._deps.district) if unit in ("", code)
            ],
        }
        return self._show(request, "warning_signs.html", visitor, facts)

    def _signs(self, language: str) -> dict[str, tuple[str, bool]]:
        return {
            one.code: (one.label_en if language == "en" else one.label_id, one.peace)
            for one in self._deps.district.warnings.sign
        }

    async def note(self, request: Request) -> Response:
        """Keep the signs of a week."""
        visitor = await self._visitor(request)
        form = await self._counter.form(request, visitor)
        district = self._deps.district
        codes = [one.code for one in district.warnings.sign if form.get(f"tanda-{one.code}") == "ya"]
        area = form.get("kecamatan", "")
        if back := form.get("cabut"):
            await self._deps.store.write(lambda tx: entered.take_sign_back(tx, district, visitor.identity, back))
            return RedirectResponse(f"/peringatan/tanda?pesan=dicabut&kecamatan={area}", HTTPStatus.SEE_OTHER)
        week, said = day_of(form.get("week", "")), form.get("note", "")
        await self._deps.store.write(
            lambda tx: entered.note_signs(tx, district, visitor.identity, week, area, codes, said)
        )
        return RedirectResponse(f"/peringatan/tanda?pesan=tercatat&kecamatan={area}", HTTPStatus.SEE_OTHER)

    # -- what a warning was worth ----------------------------------------------------------------------------------

    async def judge(self, request: Request) -> Response:
        """Keep what a person says a warning was worth; close it where that is asked for."""
        visitor = await self._visitor(request)
        form = await self._counter.form(request, visitor)
        id_ = _id_of(request)
        closing = form.get("tutup") == "ya"

        def act(tx: Transaction) -> str:
            self._see(tx.session, visitor, id_)
            useful, became = form.get("berguna") == "ya", form.get("menjadi", "")
            if form.get("berguna") not in ("ya", "tidak"):
                raise Refused("warning_worth_unknown")
            note = form.get("note", "")
            entered.judge(tx, id_, visitor.identity, useful=useful, became=became, note=note)
            if not closing:
                return "dinilai"
            # Closed like any incident: by who may, and by two where one alone could silence it.
            who = permitted(tx.session, visitor.identity, self._deps.district, id_, Act.CLOSE)
            reason = f"{CLOSING[became]} {note}".strip()
            verdict = proposals.close(tx, self._deps.district, id_, who, reason, dismissed=not useful)
            return "usul" if verdict.proposal else "ditutup"

        said = await self._deps.store.write(act)
        return RedirectResponse(f"/peringatan/{id_}?pesan={said}", HTTPStatus.SEE_OTHER)

    def _see(self, session: Session, visitor: Visitor, id_: str) -> None:
        now, district = self._deps.clock(), self._deps.district
        if id_ not in read(session, visitor.identity, district, now, "9999-12-31").rows:
            raise Sorry(Kind.NOT_FOUND, 404)


CLOSING = {
    "escalated": "Sesudahnya memburuk.",
    "calmed": "Mereda setelah ditangani.",
    "nothing": "Tidak terjadi apa-apa.",
    "unknown": "Belum diketahui.",
}


def _id_of(request: Request) -> str:
    try:
        return str(UUID(request.path_params["id"]))
    except ValueError:
        raise Sorry(Kind.NOT_FOUND, 404) from None


def day_of(text: str) -> date:
    """Read a day as a browser's field gives it. Raises Refused."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise Refused("date_unreadable") from None
    if day.year not in YEARS:
        raise Refused("year_impossible", year=str(day.year))
    return day


def week_of(text: str, otherwise: date) -> date:
    """Read a week as a browser's field gives it, `2026-W47`; gives its Monday, or `otherwise`.

    >>> week_of("2026-W48", date(2026, 1, 5)).isoformat(), week_of("x", date(2026, 1, 5)).isoformat()
    ('2026-11-23', '2026-01-05')
    """
    found = re.fullmatch(r"([0-9]{4})-W([0-9]{2})", text)
    if found is None or int(found[1]) not in YEARS:
        return otherwise
    try:
        return date.fromisocalendar(int(found[1]), int(found[2]), 1)
    except ValueError:
        return otherwise


def warning_page_routes(
    deps: Deps, counter: SignedInPages, desk: IncidentPages
) -> tuple[tuple[str, str, Endpoint], ...]:
    """Give the routes of the pages of early warning."""
    pages = WarningPages(deps, counter, desk)
    routes: tuple[tuple[str, str, Callable[[Request], Any]], ...] = (
        ("/peringatan", "GET", pages.list),
        ("/peringatan/tempat", "GET", pages.places),
        ("/peringatan/setahun", "GET", pages.year),
        ("/peringatan/rekap", "GET", pages.brief),
        ("/peringatan/rekap.pdf", "GET", pages.pdf),
        ("/peringatan/kalender", "GET", pages.dates),
        ("/peringatan/kalender", "POST", pages.enter),
        ("/peringatan/kalender/{id}/cabut", "POST", pages.withdraw),
        ("/peringatan/tanda", "GET", pages.signs),
        ("/peringatan/tanda", "POST", pages.note),
        ("/peringatan/{id}", "GET", pages.one),
        ("/peringatan/{id}/hasil", "POST", pages.judge),
    )
    return routes
