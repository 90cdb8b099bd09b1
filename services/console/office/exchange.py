"""Serve information notes (Laporan Informasi) and asks: write, read, acknowledge, answer."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from schemas.district import District
from schemas.office.records import Ask, Document
from schemas.vocabulary import Classification, Role
from services.console.dependencies import Deps
from services.console.office.printing import Printing
from services.console.web.errors import STATUS, Kind, Sorry
from services.console.web.form_body import moment_of
from services.console.web.page_base import Endpoint, SignedInPages
from services.console.web.sessions import Visitor
from services.incidents.access import sees_all
from services.office import asks, documents, queries
from services.office.access import READERS, WRITERS, cleared, kept_from
from services.office.papers.letters import Receipt, Written, note_paper
from services.office.papers.official import long_moment
from services.security.auth import Identity
from services.security.refusal import Refused
from services.store.transaction import Session
from services.web.in_english import words_in

TO = "to_"  # names of the boxes by which recipients are chosen
LEVELS = ("kabupaten", "provinsi")


def written(found: Document) -> Written:
    """Give a document as papers are written from it."""
    return Written(found.number, found.institution, found.classification, found.subject, found.body, found.at)


class ExchangePages:
    """Notes between the members of the forum, and what they ask of each other."""

    def __init__(self, deps: Deps, counter: SignedInPages) -> None:
        self._deps = deps
        self._counter = counter
        self._printing = Printing(deps, counter)

    async def notes(self, request: Request) -> Response:
        """Show the notes from and to one's own institution."""
        return await self._notes(request, await self._reader(request))

    async def write_note(self, request: Request) -> Response:
        """Issue a note; a refusal comes back with what was written."""
        visitor = await self._reader(request)
        form = await self._counter.form(request, visitor)
        try:
            note = note_of(form, self._deps.district)
            id_ = await self._deps.store.write(
                lambda tx: documents.issue_note(tx, self._deps.district, visitor.identity, note)
            )
        except Refused as refused:
            return await self._notes(request, visitor, form, refused)
        return RedirectResponse(f"/li/{id_}", HTTPStatus.SEE_OTHER)

    async def note(self, request: Request) -> Response:
        """Show one note as it prints, or as PDF."""
        visitor = await self._reader(request)
        district = self._deps.district

        def ask(session: Session) -> tuple[Document, list[Receipt], str] | None:
            found = queries.document(session, request.path_params["id"])
            if found is None or found.kind != documents.NOTE:
                return None
            asked = queries.asks_about(session, "document_id", [found.id])
            if not concerned(visitor.identity, {found.institution, *(one.institution for one in asked)}):
                return None
            if kept_from(session, visitor.identity, district, (found.incident_id,)):
                return None
            names = queries.people_named(session, {one.answered_by for one in asked if one.answered_by})
            receipts = [
                Receipt(one.institution, one.answered_at, names.get(one.answered_by or "", "")) for one in asked
            ]
            incident = queries.incident(session, found.incident_id) if found.incident_id else None
            place = district.places.get(incident.kecamatan or "") if incident else None
            return found, receipts, f"Kec. {place.name}" if place else ""

        answer = await self._deps.store.read(ask)
        if answer is None:
            raise Sorry(Kind.NOT_FOUND, HTTPStatus.NOT_FOUND)
        found, receipts, place = answer
        paper = note_paper(written(found), district, receipts, place)
        kind = request.path_params.get("kind", "")
        return await self._printing.give(request, visitor, paper, f"LI-{found.id[:12]}", kind=kind, back="/li")

    async def asks(self, request: Request) -> Response:
        """Show what is asked of one's own institution, and what it has asked."""
        return await self._asks(request, await self._reader(request))

    async def make_ask(self, request: Request) -> Response:
        """Ask an institution for something by a time."""
        visitor = await self._reader(request)
        form = await self._counter.form(request, visitor)
        try:
            due = self._due(form)
            await self._deps.store.write(
                lambda tx: asks.ask(
                    tx,
                    self._deps.district,
                    visitor.identity,
                    kind=_kind(form.get("kind", "")),
                    institution=form.get("institution", ""),
                    unit=form.get("kecamatan", ""),
                    text=form.get("text", ""),
                    due=due,
                    classification=_number(form.get("classification", ""), Classification.TERBATAS),
                    incident=form.get("incident") or None,
                )
            )
        except Refused as refused:
            return await self._asks(request, visitor, form, refused)
        return RedirectResponse("/permintaan?pesan=diminta", HTTPStatus.SEE_OTHER)

    async def answer(self, request: Request) -> Response:
        """Answer an ask, or acknowledge a note."""
        visitor = await self._reader(request)
        form = await self._counter.form(request, visitor)
        id_ = request.path_params["id"]
        await self._deps.store.write(
            lambda tx: asks.answer(tx, self._deps.district, visitor.identity, id_, form.get("text", ""))
        )
        return RedirectResponse("/permintaan?pesan=dijawab", HTTPStatus.SEE_OTHER)

    def _due(self, form: Mapping[str, str]) -> datetime:
        if form.get("due"):
            return moment_of(form["due"], ZoneInfo(self._deps.district.timezone))
        return self._deps.clock() + timedelta(hours=self._deps.district.office.ask_hours)

    async def _reader(self, request: Request) -> Visitor:
        visitor = await self._counter.visitor(request)
        if visitor.identity.role not in READERS:
            raise Refused("page_not_for_role")
        return visitor

    async def _notes(
        self, request: Request, visitor: Visitor, form: Mapping[str, str] | None = None, wrong: Refused | None = None
    ) -> Response:
        who, district = visitor.identity, self._deps.district
        whose = None if who.role == Role.AUDITOR else who.institution or ""

        def ask(session: Session) -> tuple[list[Document], dict[str, list[Ask]]]:
            found = list(queries.notes_between(session, whose))
            kept = kept_from(session, who, district, (note.incident_id for note in found))
            found = [note for note in found if note.incident_id not in kept]
            asked: dict[str, list[Ask]] = {}
            for one in queries.asks_about(session, "document_id", [note.id for note in found]):
                asked.setdefault(one.document_id or "", []).append(one)
            return found, asked

        found, asked = await self._deps.store.read(ask)
        given = {**form} if form else {"incident": request.query_params.get("peristiwa", "")}
        facts: dict[str, Any] = {
            "path": "/li",
            "notes": [(note, asked.get(note.id, []), cleared(who, note.classification)) for note in found],
            "may": who.role in WRITERS and bool(who.institution),
            "form": given,
            "wrong": wrong.say(visitor.language) if wrong else None,
            "issues": [one for one in district.issues.values() if not one.named_persons_only],
            "classifications": [one for one in Classification if one <= who.clearance],
            "institutions": [
                (code, district.called(code)) for code, one in district.institutions.items() if one.level in LEVELS
            ],
            "to": TO,
        }
        status = STATUS[wrong.reason] if wrong else HTTPStatus.OK
        return self._counter.show(request, "notes.html", visitor, facts, status)

    async def _asks(
        self, request: Request, visitor: Visitor, form: Mapping[str, str] | None = None, wrong: Refused | None = None
    ) -> Response:
        who, district = visitor.identity, self._deps.district
        whose = None if sees_all(who) else who.institution or ""
        one_ask = request.path_params.get("id", "") if request.method == "GET" else ""

        def ask(session: Session) -> tuple[list[Ask], list[Ask], dict[str, str]]:
            waiting = list(queries.asks_between(session, whose, answered=False))
            done = list(queries.asks_between(session, whose, answered=True, most=30))
            kept = kept_from(session, who, district, (one.incident_id for one in (*waiting, *done)))
            waiting, done = ([one for one in some if one.incident_id not in kept] for some in (waiting, done))
            people = {one.asked_by for one in waiting} | {one.answered_by or "" for one in done}
            return waiting, done, queries.people_named(session, people)

        waiting, done, names = await self._deps.store.read(ask)
        say = words_in(visitor.language)
        given = {**form} if form else {"incident": request.query_params.get("peristiwa", "")}
        facts: dict[str, Any] = {
            "path": "/permintaan",
            "mine": [one for one in waiting if _owed_by(who, one)],
            "others": [one for one in waiting if not _owed_by(who, one)],
            "done": done,
            "names": names,
            "cleared": lambda one: cleared(who, one.classification),
            "text_of": lambda one: say(one.text) if one.kind in asks.WRITTEN else one.text,
            "may": who.role in WRITERS and bool(who.institution),
            "answers": who.role in asks.ANSWERERS,
            "form": given,
            "wrong": wrong.say(visitor.language) if wrong else None,
            "kinds": asks.KINDS,
            "classifications": [one for one in Classification if one <= who.clearance],
            "institutions": [
                (code, district.called(code)) for code, one in district.institutions.items() if one.level != "desa"
            ],
            "places": sorted((one.name, one.code) for one in district.places.values() if one.kind == "kecamatan"),
            "focus": one_ask,
            "said": f"of.done.{request.query_params['pesan']}"
            if request.query_params.get("pesan") in ("diminta", "dijawab")
            else None,
        }
        status = STATUS[wrong.reason] if wrong else HTTPStatus.OK
        return self._counter.show(request, "asks.html", visitor, facts, status)


def _owed_by(who: Identity, one: Ask) -> bool:
    return one.institution == who.institution and (not who.unit or not one.unit or who.unit == one.unit)


def concerned(reader: Identity, institutions: set[str]) -> bool:
    """Say whether a note between these institutions is the reader's business; an auditor's it always is."""
    return reader.role == Role.AUDITOR or (reader.role in READERS and (reader.institution or "") in institutions)


def note_of(form: Mapping[str, str], district: District) -> documents.Note:
    """Read a note from a form; what it lacks is refused when it is issued. Raises Refused."""
    obtained = form.get("obtained", "")
    return documents.Note(
        subject=form.get("subject", ""),
        issue=form.get("issue", ""),
        classification=_number(form.get("classification", ""), 0),
        source=form.get("source", ""),
        relation=form.get("relation", ""),
        how=form.get("how", ""),
        obtained=long_moment(moment_of(obtained, ZoneInfo(district.timezone)), district) if obtained else "",
        rating=form.get("reliability", "") + form.get("credibility", ""),
        facts=form.get("facts", ""),
        opinion=form.get("opinion", ""),
        recipients=tuple(name.removeprefix(TO) for name, value in form.items() if name.startswith(TO) and value),
        incident=form.get("incident") or None,
    )


def _number(text: str, otherwise: int) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 3 else otherwise  # noqa: PLR2004


def _kind(text: str) -> str:
    if text not in asks.KINDS:
        raise Refused("ask_kind_missing")
    return text


def exchange_routes(deps: Deps, counter: SignedInPages) -> tuple[tuple[str, str, Endpoint], ...]:
    """Give the routes of notes and asks."""
    pages = ExchangePages(deps, counter)
    return (
        ("/li", "GET", pages.notes),
        ("/li", "POST", pages.write_note),
        ("/li/{id}", "GET", pages.note),
        ("/li/{id}/{kind}", "GET", pages.note),
        ("/permintaan", "GET", pages.asks),
        ("/permintaan", "POST", pages.make_ask),
        ("/permintaan/{id}", "GET", pages.asks),
        ("/permintaan/{id}/jawab", "POST", pages.answer),
    )
