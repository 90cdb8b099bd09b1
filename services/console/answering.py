"""Serve the page behind a message's button: reading it changes nothing, pressing it acknowledges once."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from typing import Any

from fastapi import Request, Response
from sqlmodel import Session

from schemas.records import Alert, AnswerToken, Incident, Person
from schemas.vocabulary import Level, Role
from services.acts import ANSWERED, OPEN_STATES, Answer, acknowledge_by_token
from services.auth import Identity, find_token, identity_of
from services.console.compose import Composer
from services.console.deps import Deps
from services.console.faces import Kind, Sorry
from services.console.figures import in_danger
from services.console.forms import form_of
from services.console.page import Pages
from services.console.visitors import from_here, language_of
from services.store import Unit

Frame = Callable[[Deps, Request, None], dict[str, Any]]
Endpoint = Callable[[Request], Coroutine[Any, Any, Response]]


@dataclass(frozen=True)
class Found:
    """What a token stands for."""

    token: AnswerToken
    alert: Alert
    incident: Incident
    person: Person | None


class Button:
    """The page from a message, its reader known only by the token."""

    def __init__(self, deps: Deps, pages: Pages, frame: Frame) -> None:
        self._deps = deps
        self._pages = pages
        self._frame = frame

    async def show(self, request: Request) -> Response:
        """Show what is asked and one button; a program that follows links changes nothing here."""
        secret = request.path_params["token"]
        found = await self._deps.store.read(lambda session: _find(session, secret))
        return self._page(request, found, self._standing(found))

    async def press(self, request: Request) -> Response:
        """Acknowledge for the institution that the message went to."""
        if not from_here(request, self._deps):
            raise Sorry(Kind.STALE, 403)
        await form_of(request)  # nothing in it counts, but it must be small
        secret = request.path_params["token"]

        def act(unit: Unit) -> tuple[Found | None, str, Answer | None]:
            found = _find(unit.session, secret)
            standing = self._standing(found)
            if found is None or standing != "ready":
                return found, standing, None
            answer = acknowledge_by_token(unit, found.token, _speaker(found))
            return found, "done" if answer.first else "first", answer

        found, standing, answer = await self._deps.store.write(act)
        return self._page(request, found, standing, answer)

    def _standing(self, found: Found | None) -> str:
        """Say in one word what the button may still do."""
        if found is None:
            return "unknown"
        if found.token.used_at is not None:
            return "used"
        if found.incident.state not in OPEN_STATES:
            return "closed"
        if found.token.ends_at < self._deps.clock():
            return "expired"
        return "first" if found.alert.state in ANSWERED else "ready"

    def _page(self, request: Request, found: Found | None, standing: str, answer: Answer | None = None) -> Response:
        person = identity_of(found.person) if found and found.person else None
        language = language_of(request, person)
        facts: dict[str, Any] = {**self._frame(self._deps, request, None), "standing": standing, "answer": answer}
        status = {"unknown": 404, "expired": 410}.get(standing, 200)
        if found:
            facts |= self._headline(found, language)
        return self._pages.answer("answer.html", language, facts, status)

    def _headline(self, found: Found, language: str) -> dict[str, Any]:
        """Give what a message may carry: level, issue, kecamatan; never the text (rules.md 9)."""
        incident, district = found.incident, self._deps.district
        composer = Composer(district, _speaker(found), self._deps.clock(), language)
        kecamatan = district.places.get(incident.kecamatan or "")
        institution = district.institutions.get(found.alert.institution)
        issue = district.issues.get(incident.issue)
        hidden = issue is not None and issue.named_persons_only  # not even its name is shown before signing in
        return {
            "incident": incident,
            "level": Level(incident.level).name,
            "issue_label": None if hidden else composer.issue_label(incident.issue),
            "place_label": f"Kec. {kecamatan.name}" if kecamatan else district.name,
            "institution": institution.name if institution else found.alert.institution,
            "duty": found.alert.duty,
            "ack_due": found.alert.ack_due,
            "danger": in_danger(incident),
        }


def _find(session: Session, secret: str) -> Found | None:
    token = find_token(session, secret)
    alert = session.get(Alert, token.alert_id) if token else None
    incident = session.get(Incident, alert.incident_id) if alert else None
    if token is None or alert is None or incident is None:
        return None
    return Found(token, alert, incident, session.get(Person, token.person_id) if token.person_id else None)


def _speaker(found: Found) -> Identity:
    """Give the recipient as a speaker for the institution that the alert went to.

    A duty officer may be told for an institution that is not his own (a superior on the ladder); the token was made
    for that, so it is what he speaks for.
    """
    institution = found.alert.institution
    if found.person is None:
        return Identity(f"delivery:{found.token.delivery_id}", institution, Role.MEMBER, institution)
    return replace(identity_of(found.person), institution=institution, role=Role.MEMBER)


def answer_routes(deps: Deps, pages: Pages, frame: Frame) -> tuple[tuple[str, str, Endpoint], ...]:
    """Give the routes of the page from a message."""
    button = Button(deps, pages, frame)
    return (("/terima/{token}", "GET", button.show), ("/terima/{token}", "POST", button.press))
