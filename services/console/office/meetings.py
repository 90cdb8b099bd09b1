"""Serve meetings and public forums: agenda, attendance, decisions, inputs, minutes to sign, all from one page."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from schemas.district import District
from schemas.office.records import Ask, ForumInput, Meeting
from schemas.vocabulary import Classification
from services.console.dependencies import Deps
from services.console.office.printing import Printing
from services.console.web.errors import STATUS, Kind, Sorry
from services.console.web.form_body import moment_of
from services.console.web.page_base import Endpoint, SignedInPages
from services.console.web.sessions import Visitor
from services.incidents.accusations import accused_in
from services.office import meetings, queries
from services.office.access import CHAIRS, READERS, cleared, is_logged
from services.office.papers import minutes as papers
from services.office.papers.official import local_day
from services.security.auth import Identity
from services.security.refusal import Refused
from services.store.transaction import Session, Transaction

Form = Mapping[str, str]
CLOSE = "tutup"
ROWS = 24  # lines of an attendance list


@dataclass(frozen=True)
class Whole:
    """A meeting with what belongs to it."""

    meeting: Meeting
    inputs: Sequence[ForumInput]
    asked: Sequence[Ask]
    agenda: Sequence[Any]


def openly_spoken(district: District, most: int = Classification.TERBATAS) -> list[str]:
    """Give the issues that a paper of a classification may speak of: none for named persons only, none above it."""
    return [code for code, one in district.issues.items() if not one.named_persons_only and one.classification <= most]


def asked_of(one: Ask, inputs: Mapping[str, ForumInput]) -> papers.Asked:
    """Give an ask as minutes name it."""
    put_in = inputs.get(one.input_id or "")
    return papers.Asked(
        institution=one.institution,
        unit=one.unit,
        text=one.text,
        due=one.due,
        answered_at=one.answered_at,
        answer=one.answer or "",
        element=put_in.element if put_in else "",
        wish=put_in.text if put_in else "",
    )


class MeetingPages:
    """Meetings of one installation."""

    def __init__(self, deps: Deps, counter: SignedInPages) -> None:
        self._deps = deps
        self._counter = counter
        self._printing = Printing(deps, counter)

    async def list(self, request: Request) -> Response:
        """Show meetings, and the form to plan one."""
        return await self._list(request, await self._reader(request))

    async def plan(self, request: Request) -> Response:
        """Plan a meeting."""
        visitor = await self._reader(request)
        form = await self._counter.form(request, visitor)
        try:
            starts_at = moment_of(form.get("starts_at", ""), self._zone)
            id_ = await self._deps.store.write(
                lambda tx: meetings.plan(
                    tx,
                    visitor.identity,
                    kind=form.get("kind", ""),
                    title=form.get("title", ""),
                    place=form.get("place", ""),
                    starts_at=starts_at,
                )
            )
        except Refused as refused:
            return await self._list(request, visitor, form, refused)
        return RedirectResponse(f"/rapat/{id_}", HTTPStatus.SEE_OTHER)

    async def show(self, request: Request) -> Response:
        """Show one meeting: everything about it on one page."""
        return await self._show(request, await self._reader(request))

    async def act(self, request: Request) -> Response:
        """Do one act of a meeting and come back to its page."""
        visitor = await self._reader(request)
        form = await self._counter.form(request, visitor)
        id_, name = request.path_params["id"], request.path_params["act"]
        if name not in (*ACTS, CLOSE):
            raise Sorry(Kind.NOT_FOUND, HTTPStatus.NOT_FOUND)
        try:
            await self._deps.store.write(lambda tx: self._perform(tx, visitor.identity, id_, name, form))
        except Refused as refused:
            return await self._show(request, visitor, form, refused)
        return RedirectResponse(f"/rapat/{id_}?pesan={name}", HTTPStatus.SEE_OTHER)

    def _perform(self, tx: Transaction, who: Identity, id_: str, name: str, form: Form) -> None:
        if name == CLOSE:
            whole = self._whole(tx.session, id_)
            if whole is None:
                raise Refused("meeting_not_found")
            meetings.close(tx, self._deps.district, who, id_, whole.agenda)
            return
        ACTS[name](tx, self._deps.district, who, id_, form)

    async def paper(self, request: Request) -> Response:
        """Give agenda or minutes as page, PDF or workbook."""
        visitor = await self._reader(request)
        which, kind = request.path_params["which"], request.path_params.get("kind", "")
        whole = await self._deps.store.read(lambda session: self._whole(session, request.path_params["id"]))
        unknown = whole is None or not cleared(visitor.identity, whole.meeting.classification)
        if whole is None or unknown or which not in ("agenda", "berita-acara"):
            raise Sorry(Kind.NOT_FOUND, HTTPStatus.NOT_FOUND)
        district, meeting = self._deps.district, told(whole.meeting)
        inputs = {one.id: one for one in whole.inputs}
        paper = (
            papers.agenda_paper(meeting, whole.agenda, district)
            if which == "agenda"
            else papers.minutes_paper(meeting, whole.agenda, [asked_of(one, inputs) for one in whole.asked], district)
        )
        back = f"/rapat/{whole.meeting.id}"
        return await self._printing.give(
            request, visitor, paper, f"{which}-{whole.meeting.id[:12]}", kind=kind, back=back
        )

    @property
    def _zone(self) -> ZoneInfo:
        return ZoneInfo(self._deps.district.timezone)

    async def _reader(self, request: Request) -> Visitor:
        visitor = await self._counter.visitor(request)
        if visitor.identity.role not in READERS:
            raise Refused("page_not_for_role")
        return visitor

    def _whole(self, session: Session, id_: str) -> Whole | None:
        meeting = queries.meeting(session, id_)
        if meeting is None:
            return None
        agenda: Sequence[Any] = meeting.agenda
        if meeting.closed_at is None:
            now, district = self._deps.clock(), self._deps.district
            overdue = queries.overdue_asks(session, now, meeting.classification)
            about = queries.incidents(session, {one.incident_id for one in overdue if one.incident_id})
            accusing = {known for known, incident in about.items() if accused_in(incident)}
            late = [asked_of(one, {}) for one in overdue if one.meeting_id != id_ and one.incident_id not in accusing]
            spoken = openly_spoken(district, meeting.classification)
            incidents, warnings = queries.open_incidents(session, spoken, now), queries.open_warnings(session, spoken)
            agenda = papers.agenda_of(incidents, late, warnings, district, local_day(now, district))
        return Whole(meeting, queries.inputs_of(session, id_), queries.asks_about(session, "meeting_id", [id_]), agenda)

    async def _list(
        self, request: Request, visitor: Visitor, form: Form | None = None, wrong: Refused | None = None
    ) -> Response:
        found = await self._deps.store.read(queries.meetings)
        facts: dict[str, Any] = {
            "path": "/rapat",
            "meetings": [one for one in found if cleared(visitor.identity, one.classification)],
            "kinds": meetings.KINDS,
            "may": visitor.identity.role in CHAIRS,
            "form": form or {},
            "wrong": wrong.say(visitor.language) if wrong else None,
        }
        status = STATUS[wrong.reason] if wrong else HTTPStatus.OK
        return self._counter.show(request, "meetings.html", visitor, facts, status)

    async def _show(
        self, request: Request, visitor: Visitor, form: Form | None = None, wrong: Refused | None = None
    ) -> Response:
        who, district, now = visitor.identity, self._deps.district, self._deps.clock()
        whole = await self._deps.store.read(lambda session: self._whole(session, request.path_params["id"]))
        if whole is None or not cleared(who, whole.meeting.classification):
            raise Sorry(Kind.NOT_FOUND, HTTPStatus.NOT_FOUND)
        if is_logged(whole.meeting.classification):
            await self._printing.write_down(visitor, f"rapat-{whole.meeting.id[:12]}", "page")
        inputs = {one.id: one for one in whole.inputs}
        said = request.query_params.get("pesan", "")
        members = [one.institution for one in seated(district, now)]
        facts: dict[str, Any] = {
            "path": f"/rapat/{whole.meeting.id}",
            "meeting": whole.meeting,
            "agenda": whole.agenda,
            "decisions": [one for one in whole.asked if one.input_id is None],
            "inputs": [(inputs[one.input_id], one) for one in whole.asked if one.input_id in inputs],
            "attendance": written(form) if form and "of0" in form else lines_of(whole.meeting, members),
            "marks": {
                "attendance": meetings.mark_of(whole.meeting.attendance),
                "minutes": meetings.mark_of(whole.meeting.minutes),
            },
            "changed": CHANGED.get(wrong.code) if wrong else None,
            "may": who.role in CHAIRS and whole.meeting.closed_at is None,
            "institutions": [
                (code, district.called(code))
                for code, one in district.institutions.items()
                if one.level not in ("kecamatan", "desa")
            ],
            "form": form or {},
            "wrong": wrong.say(visitor.language) if wrong else None,
            "offered": f"{self._offered(whole.meeting):%Y-%m-%dT%H:%M}",
            "said": f"of.done.{said}" if said in (*ACTS, CLOSE) else None,
        }
        status = STATUS[wrong.reason] if wrong else HTTPStatus.OK
        return self._counter.show(request, "meeting.html", visitor, facts, status)

    def _offered(self, meeting: Meeting) -> datetime:
        """Give the due time that is offered, local: working days are not reckoned with, a person may change it."""
        office = self._deps.district.office
        after = (
            timedelta(days=office.forum_days) if meeting.kind == meetings.FORUM else timedelta(hours=office.ask_hours)
        )
        return (self._deps.clock() + after).astimezone(self._zone)


def told(meeting: Meeting) -> papers.Meeting:
    """Give a meeting as papers are written from it."""
    return papers.Meeting(
        kind=meeting.kind,
        title=meeting.title,
        place=meeting.place,
        starts_at=meeting.starts_at,
        classification=meeting.classification,
        attendance=tuple(meeting.attendance),
        minutes=meeting.minutes,
        number=meeting.number or "",
        closed_at=meeting.closed_at,
    )


def seated(district: District, now: datetime) -> list[Any]:
    """Give who has a seat in the forum today."""
    today = local_day(now, district)
    return [
        one
        for one in district.office.members
        if one.valid_from <= today and (one.valid_to is None or today <= one.valid_to)
    ]


def lines_of(meeting: Meeting, members: Sequence[str]) -> list[Mapping[str, str]]:
    """Give the lines of an attendance list: who was written, else the members for a meeting of the forum."""
    kept = [*meeting.attendance]
    if not kept and meeting.kind == meetings.RAPAT:
        kept = [{"of": code, "name": "", "post": ""} for code in members]
    blank = {"of": "", "name": "", "post": ""}
    return [*kept, *([blank] * max(3, 6 - len(kept)))][:ROWS]


def written(form: Form) -> list[Mapping[str, str]]:
    """Give the lines of an attendance list as a form has them."""
    lines = ({name: form.get(f"{name}{n}", "") for name in LINE} for n in range(ROWS) if f"of{n}" in form)
    return list(lines)


def _attend(tx: Transaction, _: District, who: Identity, id_: str, form: Form) -> None:
    meetings.attend(tx, who, id_, written(form), form.get("read"))


def _write(tx: Transaction, _: District, who: Identity, id_: str, form: Form) -> None:
    meetings.write(tx, who, id_, form.get("minutes", ""), form.get("read"))


def _decide(tx: Transaction, district: District, who: Identity, id_: str, form: Form) -> None:
    due = moment_of(form.get("due", ""), ZoneInfo(district.timezone))
    meetings.decide(tx, district, who, id_, institution=form.get("institution", ""), text=form.get("text", ""), due=due)


def _put_in(tx: Transaction, district: District, who: Identity, id_: str, form: Form) -> None:
    due = moment_of(form.get("due", ""), ZoneInfo(district.timezone))
    meetings.put_in(
        tx,
        district,
        who,
        id_,
        element=form.get("element", ""),
        text=form.get("text", ""),
        institution=form.get("institution", ""),
        due=due,
    )


CHANGED = {"attendance_changed": "attendance", "minutes_changed": "minutes"}  # refusals, and what is compared
LINE = ("of", "name", "post")  # fields of one line of an attendance list
ACTS: dict[str, Callable[[Transaction, District, Identity, str, Form], None]] = {
    "hadir": _attend,
    "risalah": _write,
    "putusan": _decide,
    "masukan": _put_in,
}


def meeting_routes(deps: Deps, counter: SignedInPages) -> tuple[tuple[str, str, Endpoint], ...]:
    """Give the routes of meetings."""
    pages = MeetingPages(deps, counter)
    return (
        ("/rapat", "GET", pages.list),
        ("/rapat", "POST", pages.plan),
        ("/rapat/{id}", "GET", pages.show),
        ("/rapat/{id}/{act}", "POST", pages.act),
        ("/rapat/{id}/{which}", "GET", pages.paper),
        ("/rapat/{id}/{which}/{kind}", "GET", pages.paper),
    )
