"""Serve the page behind a message's button: reading it changes nothing, pressing it acknowledges once.

Mail scanners follow links, run scripts and send forms. What counts as a press is what a page of ours offered, chosen by
its button, not sooner than a person can have read it (pressing.py); anything else is shown the page again.
"""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from fastapi import Request, Response

from schemas.records.alerts import Alert
from schemas.records.answers import AnswerToken
from schemas.records.incidents import Incident
from schemas.records.people import Person
from schemas.vocabulary import ANSWERED, OPEN_STATES, Level, Role
from services.console.acknowledge_link.button_press import CHOICE, Presses
from services.console.dependencies import Deps
from services.console.incidents.figures import in_danger
from services.console.incidents.presenter.composer import Composer
from services.console.web.errors import Kind, Sorry
from services.console.web.form_body import form_of
from services.console.web.rendering import Pages
from services.console.web.sessions import from_here, language_of
from services.incidents.access import named_persons_only
from services.incidents.answer_authority import DEPARTED, RELEASED, acknowledge_by_token, on_duty, speaker, standing_of
from services.incidents.responses import Answer
from services.security.auth import Identity, find_token, identity_of
from services.security.permissions import Act
from services.security.refusal import Refused
from services.store.transaction import Session, Transaction

REFUSED = (DEPARTED, RELEASED)  # who is told nothing of how the incident stands now
Frame = Callable[[Deps, Request, None], dict[str, Any]]
Endpoint = Callable[[Request], Coroutine[Any, Any, Response]]


@dataclass(frozen=True)
class Found:
    """What a token stands for: `alert` and `incident` as they count now, wherever a merge has taken them."""

    token: AnswerToken
    told: Alert  # what the message was about
    alert: Alert | None  # None: the institution has no duty in the incident it was merged into
    incident: Incident
    merged: bool
    person: Person | None

    @property
    def office(self) -> Alert:
        """Give the alert that says which institution is meant."""
        return self.alert or self.told


class Button:
    """The page from a message, its reader known only by the token."""

    def __init__(self, deps: Deps, pages: Pages, frame: Frame) -> None:
        self._deps = deps
        self._pages = pages
        self._frame = frame
        self._presses = Presses(deps.secret, deps.clock)

    async def show(self, request: Request) -> Response:
        """Show what is asked and one button; a program that follows links changes nothing here."""
        secret = request.path_params["token"]
        found = await self._deps.store.read(lambda session: _find(session, secret))
        return self._page(request, found, self._standing(found))

    async def press(self, request: Request) -> Response:
        """Acknowledge for the institution that the message went to."""
        if not from_here(request, self._deps):
            raise Sorry(Kind.STALE, 403)
        form = await form_of(request)
        secret = request.path_params["token"]
        meant = self._presses.meant(secret, form)

        def act(tx: Transaction) -> tuple[Found | None, str, Answer | None]:
            found = _find(tx.session, secret)
            standing = self._standing(found)
            if found is not None and standing in REFUSED:
                _journal(tx, found, standing)
            if found is None or standing != "ready":
                return found, standing, None
            if not meant:
                return found, "again", None
            answer = acknowledge_by_token(tx, found.token, self._speaker(found))
            return found, "done" if answer.first else "first", answer

        found, standing, answer = await self._deps.store.write(act)
        return self._page(request, found, standing, answer)

    def _standing(self, found: Found | None) -> str:
        """Return in one word what the button may still do: the first word whose condition holds."""
        if found is None:
            return "unknown"
        try:
            self._speaker(found)
        except Refused as refused:
            return refused.reason
        words = (
            ("used", found.token.used_at is not None),
            ("closed", found.incident.state not in OPEN_STATES),
            ("expired", found.token.ends_at < self._deps.clock()),
            ("elsewhere", found.alert is None),
            ("first", found.alert is not None and found.alert.state in ANSWERED),
        )
        return next((word for word, holds in words if holds), "ready")

    def _speaker(self, found: Found) -> Identity:
        """Give the recipient as a speaker for the institution that the message went to; raises Refused."""
        if found.person is None:
            on_duty(found.office, found.incident, self._deps.district)
            institution = found.office.institution
            return Identity(f"delivery:{found.token.delivery_id}", institution, Role.MEMBER, institution)
        return speaker(found.person, found.office, found.incident, self._deps.district)

    def _page(self, request: Request, found: Found | None, standing: str, answer: Answer | None = None) -> Response:
        person = identity_of(found.person) if found and found.person else None
        language = language_of(request, person)
        facts: dict[str, Any] = {**self._frame(self._deps, request, None), "standing": standing, "answer": answer}
        status = {"unknown": 404, "expired": 410, DEPARTED: 403, RELEASED: 403}.get(standing, 200)
        facts["shown"] = found is not None and standing not in REFUSED
        if found:
            facts |= self._headline(found, language)
        if standing in ("ready", "again"):
            facts |= {"nonce": self._presses.offer(request.path_params["token"]), "choice": CHOICE}
        return self._pages.answer("answer.html", language, facts, status)

    def _headline(self, found: Found, language: str) -> dict[str, Any]:
        """Give what a message may carry: level, issue, kecamatan; never the text (rules.md 9)."""
        incident, district, alert = found.incident, self._deps.district, found.office
        reader = Identity(found.token.delivery_id, alert.institution, Role.MEMBER, alert.institution)
        composer = Composer(district, reader, self._deps.clock(), language)
        kecamatan = district.places.get(incident.kecamatan or "")
        institution = district.institutions.get(alert.institution)
        local = district.called(alert.institution, alert.unit)  # "Polsek Kerek", where the institution is one of many
        coordinator = district.overlays.coordinator
        hidden = bool(named_persons_only(incident, district))  # not even its name is shown before signing in
        return {
            "incident": incident,
            "level": Level(incident.level).name,
            "issue_label": None if hidden else composer.issue_label(incident.issue),
            "place_label": f"Kec. {kecamatan.name}" if kecamatan else district.name,
            "institution": institution.name if institution and not alert.unit else local,
            "office": district.called(coordinator),
            "merged": found.merged,
            "duty": alert.duty,
            "ack_due": alert.ack_due,
            "danger": in_danger(incident),
        }


def _find(session: Session, secret: str) -> Found | None:
    token = find_token(session, secret)
    told = session.get(Alert, token.alert_id) if token else None
    standing = standing_of(session, told) if told else None
    if token is None or told is None or standing is None:
        return None
    person = session.get(Person, token.person_id) if token.person_id else None
    return Found(token, told, standing.alert, standing.incident, standing.merged, person)


def _journal(tx: Transaction, found: Found, why: str) -> None:
    """Journal that somebody pressed who no longer answers there; the button stays what it is."""
    actor, subject = found.token.person_id or "anonymous", found.office.id
    facts = {"channel": "button", "institution": found.office.institution, "why": why}
    tx.audit("answer.refused", actor, incident=found.incident.id, subject=subject, **facts)


def answer_routes(deps: Deps, pages: Pages, frame: Frame) -> tuple[tuple[str, str, Endpoint, Act], ...]:
    """Give the routes of the page from a message."""
    button = Button(deps, pages, frame)
    return (("/terima/{token}", "GET", button.show, Act.OPEN), ("/terima/{token}", "POST", button.press, Act.OPEN))
