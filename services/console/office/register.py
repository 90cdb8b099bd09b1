"""Serve the register of ormas, what was noted of each, and letters of referral. It sanctions nobody (rules.md 3)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from schemas.office.records import Ask, Document, Ormas, OrmasLink
from schemas.records.incidents import Incident
from services.console.dependencies import Deps
from services.console.office.exchange import written
from services.console.office.meetings import openly_spoken
from services.console.office.printing import Printing
from services.console.texts import name
from services.console.web.errors import STATUS, Kind, Sorry
from services.console.web.page_base import Endpoint, SignedInPages
from services.console.web.sessions import Visitor
from services.incidents.access import OVERSIGHT
from services.office import documents, ormas, queries
from services.office.access import CHAIRS, cleared, kept_from
from services.office.papers.letters import referral_paper
from services.office.papers.official import local_day, long_date, long_moment
from services.security.refusal import Refused
from services.store.transaction import Session

SHOWN = 200


@dataclass(frozen=True)
class Waiting:
    """A party that nobody has tied to the register yet, with the ormas whose names resemble it."""

    incident: Incident
    party: str
    suggested: tuple[tuple[Ormas, float], ...]


class RegisterPages:
    """The register of ormas of one installation."""

    def __init__(self, deps: Deps, counter: SignedInPages) -> None:
        self._deps = deps
        self._counter = counter
        self._printing = Printing(deps, counter)

    async def list(self, request: Request) -> Response:
        """Show ormas with incidents, parties that may be one, and the register."""
        visitor = await self._reader(request)
        who, district = visitor.identity, self._deps.district
        sought = request.query_params.get("cari", "")[:80]

        def ask(session: Session) -> dict[str, Any]:
            everyone = {one.number: one for one in queries.all_ormas(session)}
            links = list(queries.ormas_links(session))
            tied = {(one.incident_id, one.party) for one in links}
            named = queries.incidents_with_parties(session, openly_spoken(district))
            letters = queries.documents_of(session, documents.REFERRAL)
            told = {id_ for letter in letters for id_ in letter.body["incidents"]}
            kept = kept_from(
                session, who, district, {*(row.id for row in named), *told, *(one.incident_id for one in links)}
            )
            named = [row for row in named if row.id not in kept]
            names = {number: one.name for number, one in everyone.items()}
            waiting = [
                Waiting(row, str(party), tuple((everyone[number], score) for number, score in found))
                for row in named
                for party in dict.fromkeys(row.parties)
                if (row.id, str(party)) not in tied and (found := ormas.suggestions(str(party), names))
            ]
            return {
                "letters": _by_letter(
                    [one for one in links if one.incident_id not in kept],
                    everyone,
                    sorted(district.office.ormas_letters.items()),
                ),
                "waiting": waiting[:SHOWN],
                "register": _found(list(everyone.values()), sought),
                "total": len(everyone),
                "referrals": [
                    one
                    for one in letters
                    if cleared(who, one.classification) and kept.isdisjoint(one.body["incidents"])
                ],
            }

        facts = await self._deps.store.read(ask)
        facts |= {"may": visitor.identity.role in CHAIRS, "article": district.office.ormas_article, "sought": sought}
        facts |= {"all_letters": sorted(district.office.ormas_letters.items())}
        return self._counter.show(request, "register.html", visitor, facts)

    async def link(self, request: Request) -> Response:
        """Tie a party to an ormas: a person confirms."""
        visitor = await self._reader(request)
        form = await self._counter.form(request, visitor)
        await self._deps.store.write(
            lambda tx: ormas.link(
                tx,
                self._deps.district,
                visitor.identity,
                incident_id=form.get("incident", ""),
                party=form.get("party", ""),
                number=form.get("number", ""),
                letter=form.get("letter", ""),
            )
        )
        return RedirectResponse("/ormas", HTTPStatus.SEE_OTHER)

    async def one(self, request: Request) -> Response:
        """Show one ormas: its incidents, and a letter of referral."""
        return await self._one(request, await self._reader(request))

    async def refer(self, request: Request) -> Response:
        """Write a letter of referral."""
        visitor = await self._reader(request)
        form = await self._counter.form(request, visitor)
        number = form.get("number", "")
        district = self._deps.district

        def act(tx: Any) -> str:
            tied = list(dict.fromkeys(one.incident_id for one in queries.ormas_links(tx.session, number)))
            kept = kept_from(tx.session, visitor.identity, district, tied)
            incidents = [id_ for id_ in tied if id_ not in kept]
            return documents.refer_ormas(
                tx,
                district,
                visitor.identity,
                ormas=number,
                letter=form.get("letter", ""),
                to=form.get("to", ""),
                institution=form.get("institution", ""),
                text=form.get("text", ""),
                incidents=incidents,
            )

        try:
            id_ = await self._deps.store.write(act)
        except Refused as refused:
            return await self._one(request, visitor, form, refused)
        return RedirectResponse(f"/rujukan/{id_}", HTTPStatus.SEE_OTHER)

    async def letter(self, request: Request) -> Response:
        """Give a letter of referral with its trail."""
        visitor = await self._reader(request)
        district = self._deps.district

        def ask(session: Session) -> tuple[Document, list[Incident], Sequence[Ask]] | None:
            found = queries.document(session, request.path_params["id"])
            if found is None or found.kind != documents.REFERRAL:
                return None
            if not cleared(visitor.identity, found.classification):  # the list does not name it either
                return None
            if kept_from(session, visitor.identity, district, found.body["incidents"]):
                return None
            incidents = queries.incidents(session, found.body["incidents"])
            return found, list(incidents.values()), queries.asks_about(session, "document_id", [found.id])

        answer = await self._deps.store.read(ask)
        if answer is None:
            raise Sorry(Kind.NOT_FOUND, HTTPStatus.NOT_FOUND)
        found, incidents, asked = answer
        cases = [self._case(one) for one in sorted(incidents, key=lambda one: one.opened_at)]
        trail = [("Ditulis", long_moment(found.at, district))]
        for one in asked:
            trail.append(
                ("Dikirim oleh", f"{district.called(one.institution)}, batas {long_moment(one.due, district)}")
            )
            when = long_moment(one.answered_at, district) if one.answered_at else "belum ada"
            trail.append(("Jawaban", f"{when}{f': {one.answer}' if one.answer else ''}"))
        paper = referral_paper(written(found), district, cases, trail)
        kind = request.path_params.get("kind", "")
        return await self._printing.give(request, visitor, paper, f"rujukan-{found.id[:12]}", kind=kind, back="/ormas")

    def _case(self, one: Incident) -> tuple[str, ...]:
        district = self._deps.district
        issue, place = district.issues.get(one.issue), district.places.get(one.kecamatan or "")
        day = long_date(local_day(one.opened_at, district))
        return (day, issue.label_id if issue else one.issue, place.name if place else "-", name("state", one.state))

    async def _one(
        self, request: Request, visitor: Visitor, form: Mapping[str, str] | None = None, wrong: Refused | None = None
    ) -> Response:
        district = self._deps.district
        number = (form or request.query_params).get("nomor") or (form or {}).get("number", "")

        def ask(session: Session) -> tuple[Ormas | None, Sequence[OrmasLink], dict[str, Incident]]:
            links = queries.ormas_links(session, number)
            spoken = set(openly_spoken(district))
            incidents = queries.incidents(session, {one.incident_id for one in links})
            kept = kept_from(session, visitor.identity, district, incidents)
            seen = {
                id_: one
                for id_, one in incidents.items()
                if {one.issue, one.issue_secondary} <= spoken | {None, ""} and id_ not in kept
            }
            return queries.ormas_of(session, number), links, seen

        found, links, incidents = await self._deps.store.read(ask)
        if found is None:
            raise Sorry(Kind.NOT_FOUND, HTTPStatus.NOT_FOUND)
        facts: dict[str, Any] = {
            "path": "/ormas/satu",
            "one": found,
            "links": [(link, incidents[link.incident_id]) for link in links if link.incident_id in incidents],
            "letters": sorted(district.office.ormas_letters.items()),
            "article": district.office.ormas_article,
            "institutions": [
                (code, district.called(code))
                for code, one in district.institutions.items()
                if one.level in ("kabupaten", "provinsi")
            ],
            "may": visitor.identity.role in CHAIRS,
            "form": form or {},
            "wrong": wrong.say(visitor.language) if wrong else None,
        }
        return self._counter.show(
            request, "ormas.html", visitor, facts, STATUS[wrong.reason] if wrong else HTTPStatus.OK
        )

    async def _reader(self, request: Request) -> Visitor:
        visitor = await self._counter.visitor(request)
        if visitor.identity.role not in OVERSIGHT:
            raise Refused("page_not_for_role")
        return visitor


def _by_letter(
    links: Sequence[OrmasLink], everyone: Mapping[str, Ormas], letters: Sequence[tuple[str, str]]
) -> list[tuple[str, str, list[tuple[Ormas, int]]]]:
    """Give ormas with their incidents by letter of the article; those without a letter last."""
    found = []
    for letter, said in [*letters, ("", "")]:
        counts: dict[str, set[str]] = {}
        for link in links:
            if link.letter == letter and link.number in everyone:
                counts.setdefault(link.number, set()).add(link.incident_id)
        ranked = sorted(counts.items(), key=lambda pair: (-len(pair[1]), pair[0]))
        found.append((letter, said, [(everyone[number], len(ids)) for number, ids in ranked]))
    return found


def _found(register: Sequence[Ormas], sought: str) -> list[Ormas]:
    """Give the ormas of the register whose name or number holds what is sought."""
    wanted = sought.casefold().strip()
    return [one for one in register if not wanted or wanted in one.name.casefold() or wanted in one.number.casefold()][
        :SHOWN
    ]


def register_routes(deps: Deps, counter: SignedInPages) -> tuple[tuple[str, str, Endpoint], ...]:
    """Give the routes of the register."""
    pages = RegisterPages(deps, counter)
    return (
        ("/ormas", "GET", pages.list),
        ("/ormas", "POST", pages.link),
        ("/ormas/satu", "GET", pages.one),
        ("/ormas/rujukan", "POST", pages.refer),
        ("/rujukan/{id}", "GET", pages.letter),
        ("/rujukan/{id}/{kind}", "GET", pages.letter),
    )
