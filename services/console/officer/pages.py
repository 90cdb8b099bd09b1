"""Serve `/p/{incident}`: one screen of a phone with one button, and what may be said besides."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from fastapi import Request, Response
from fastapi.responses import JSONResponse, RedirectResponse

from schemas.district import District
from schemas.vocabulary import ANSWERED, OPEN_STATES, AlertState, Duty
from services.console import texts as words
from services.console.dependencies import Deps, Ways
from services.console.incidents.actions import changes_of, perform, permitted
from services.console.incidents.reader import Reading
from services.console.incidents.views import AlertView, IncidentView
from services.console.officer.small_map import small_map
from services.console.place_choices import choices, matching
from services.console.together.presence import PART, present, takes_part
from services.console.web.errors import Kind, SignInFirst, Sorry, sorry_for
from services.console.web.page_base import Endpoint, SignedInPages
from services.console.web.sessions import Visitor, language_of
from services.incidents.access import READABLE, Reach
from services.incidents.decisions.proposals import correct_place
from services.incidents.other_answers import (
    SLIP,
    Standing,
    ask_for_help,
    decline,
    hand_over,
    standing_of,
    take_back,
    takers,
    withdraw,
)
from services.oncall.roster import Officer, Roster
from services.oncall.schedule import roster_of
from services.security.auth import Identity
from services.security.permissions import Act, may, suffices
from services.security.refusal import Refused
from services.store.database import StoreUnavailable
from services.store.transaction import Session, Transaction
from services.web.problem_details import Problem, answer

LIMIT = 1000  # characters of a reason
NAMED = 4  # places of one name that a refusal names
CALLS = 3  # people offered to call
ANY_FORM = "*"
FROM_LIST = "daftar"  # field of a form that stands on the list and leads back to it
OTHER_SESSION = "other_session"  # code for a tap's script: it waits until its own person has signed in (queue.js)
DONE = ("terima", "lagi", "lapjut", "batal", "bukan", "bantuan", "serah", "ambil", "tempat")
Form = Mapping[str, str]


@dataclass(frozen=True)
class Call:
    """Somebody who can be called at once: why, and at which number."""

    name: str
    office: str
    number: str


class OfficerPages:
    """The page of one incident for who was told of it."""

    def __init__(self, deps: Deps, counter: SignedInPages) -> None:
        self._deps = deps
        self._counter = counter
        self._reading = Reading(deps)

    async def show(self, request: Request) -> Response:
        """Show what is asked of one's own institution."""
        visitor = await self._counter.visitor(request)
        view = await self._reading.one(visitor, request.path_params["id"])
        if view is None:
            raise Sorry(Kind.NOT_FOUND, HTTPStatus.NOT_FOUND)
        now, district = self._deps.clock(), self._deps.district
        own = own_alert(view, visitor.identity)

        def ask(session: Session) -> tuple[Roster, list[Officer], Standing | None]:
            found, me = roster_of(session, now=now), visitor.identity
            if view.state not in OPEN_STATES or not may(me.role, Act.ANSWER):
                return found, [], None
            colleagues = takers(session, district, view.id, me, found, now)
            return found, colleagues, standing_of(session, district, view.id, me, found, now)

        roster, colleagues, standing = await self._deps.store.read(ask)
        message, whole = request.query_params.get("pesan", ""), view.reach == Reach.FULL
        facts = {
            "incident": view,
            "own": own,
            "text": view.told[0].text if view.told else "",
            "map": small_map(district, view.place, view.position),
            "open": view.state in OPEN_STATES,
            "answers": view.state in OPEN_STATES and may_answer(visitor.identity, own),
            "corrects": view.state in OPEN_STATES
            and (own is not None or may(visitor.identity.role, Act.ASSESS))
            and suffices(Act.SAY_PLACE, READABLE[Reach(view.reach)]),
            "judges": may(visitor.identity.role, Act.ASSESS) or view.decides,
            "takers": colleagues,
            "standing": standing if may_answer(visitor.identity, own) else None,
            "take_back": take_back_until(own, now),
            "undo": undo_until(own, visitor.identity, now),
            "templates": templates_for(district, view.form),
            "calls": calls(view, own, district, roster, now, self._deps.ways) if whole and self._deps.ways else (),
            "others": tuple(one for one in view.alerts if one is not own and one.duty != Duty.INFORM),
            "said": f"p.done.{message}" if message in DONE else None,
            "unseen": own is not None and own.seen is None and own.acknowledged is None,
            "here": await present(
                self._deps.store, visitor.identity, view.id, now, whole=whole, arrived=PART not in request.headers
            ),
            "takes_part": takes_part(visitor.identity) and whole,
            "script_words": words.say("p.kept", visitor.language),
        }
        return self._counter.show(request, "officer.html", visitor, facts)

    async def act(self, request: Request) -> Response:
        """Do one act and come back to the page; JSON for a tap that waited for a signal."""
        by_script = "application/json" in request.headers.get("accept", "")
        try:
            return await self._done(request, by_script=by_script)
        except SignInFirst:
            if not by_script:
                raise
            return answer(Problem(HTTPStatus.UNAUTHORIZED))  # not the form to sign in: the tap waits until he has
        except (Sorry, Refused, StoreUnavailable) as failed:
            if not by_script:
                raise
            language = language_of(request, getattr(request.state, "person", None))
            sorry = sorry_for(failed, language) if isinstance(failed, Refused) else failed
            status = sorry.status if isinstance(sorry, Sorry) else HTTPStatus.SERVICE_UNAVAILABLE
            stale = isinstance(sorry, Sorry) and sorry.kind is Kind.STALE
            code = failed.code if isinstance(failed, Refused) else OTHER_SESSION if stale else ""
            return answer(Problem(status, sorry.detail if isinstance(sorry, Sorry) else "", code=code))

    async def _done(self, request: Request, *, by_script: bool) -> Response:
        visitor = await self._counter.visitor(request)
        form = await self._counter.form(request, visitor)
        id_, name = request.path_params["id"], request.path_params["act"]
        if name not in ACTS:
            raise Sorry(Kind.NOT_FOUND, HTTPStatus.NOT_FOUND)
        said = await self._deps.store.write(lambda tx: self._perform(tx, visitor, id_, name, form))
        if by_script:
            return JSONResponse({"said": said})
        back = f"/?baru={id_}&" if form.get(FROM_LIST) else f"/p/{id_}?"
        return RedirectResponse(f"{back}pesan={said}", HTTPStatus.SEE_OTHER)

    def _perform(self, tx: Transaction, visitor: Visitor, id_: str, name: str, form: Form) -> str:
        as_who = permitted(tx.session, visitor.identity, self._deps.district, id_, Act.ANSWER)
        return ACTS[name](tx, self._deps.district, id_, as_who, form)


def _acknowledge(tx: Transaction, district: District, id_: str, who: Identity, _: Form) -> str:
    return perform(tx, district, id_, who, "terima", {})


def _report(tx: Transaction, district: District, id_: str, who: Identity, form: Form) -> str:
    said = [form.get("template", ""), form.get("text", "")]
    return perform(tx, district, id_, who, "lapjut", {"text": " ".join(part for part in said if part)})


def _withdraw(tx: Transaction, _: District, id_: str, who: Identity, __: Form) -> str:
    withdraw(tx, id_, who)
    return "batal"


def _decline(tx: Transaction, _: District, id_: str, who: Identity, form: Form) -> str:
    decline(tx, id_, who, form.get("reason", "")[:LIMIT])
    return "bukan"


def _help(tx: Transaction, _: District, id_: str, who: Identity, form: Form) -> str:
    if not form.get("text", "").strip():
        raise Refused("help_needs_words")
    ask_for_help(tx, id_, who, f"Minta bantuan: {form['text'][:LIMIT]}")
    return "bantuan"


def _hand_over(tx: Transaction, district: District, id_: str, who: Identity, form: Form) -> str:
    hand_over(tx, district, id_, who, form.get("to", ""))
    return "serah"


def _take_back(tx: Transaction, _: District, id_: str, who: Identity, __: Form) -> str:
    take_back(tx, id_, who)
    return "ambil"


def _place(tx: Transaction, district: District, id_: str, who: Identity, form: Form) -> str:
    who = permitted(tx.session, who, district, id_, Act.ASSESS if may(who.role, Act.ASSESS) else Act.SAY_PLACE)
    found = matching(form.get("where", ""), choices(district))
    if not found:
        raise Refused("place_unknown")
    if len(found) > 1:
        raise Refused("place_of_several", places="; ".join(one.label for one in found[:NAMED]))
    place = {"desa": found[0].desa} if found[0].desa else {"kecamatan": found[0].kecamatan}
    reason = form.get("reason", "")[:LIMIT].strip() or words.say("p.place_seen", words.LANGUAGES[0])
    changes = changes_of(place, district)
    if not found[0].desa:
        changes["desa"] = None  # who names the kecamatan alone says that the desa is wrong
    correct_place(tx, district, id_, who, changes, found[0].label, reason)
    return "tempat"


ACTS: dict[str, Callable[[Transaction, District, str, Identity, Form], str]] = {
    "terima": _acknowledge,
    "lapjut": _report,
    "batal": _withdraw,
    "bukan": _decline,
    "bantuan": _help,
    "serah": _hand_over,
    "ambil": _take_back,
    "tempat": _place,
}


def own_alert(view: IncidentView, who: Identity) -> AlertView | None:
    """Give what is asked of somebody's institution: of the own unit where it has one."""
    own = [one for one in view.alerts if one.institution == who.institution]
    return next((one for one in own if who.unit and one.unit == who.unit), own[0] if own else None)


def may_answer(who: Identity, own: AlertView | None) -> bool:
    """Say whether the button is offered."""
    return own is not None and own.state not in ANSWERED and may(who.role, Act.ANSWER)


def undo_until(own: AlertView | None, who: Identity, now: datetime) -> datetime | None:
    """Give until when one's own tap may be taken back; None when it may not."""
    if own is None or own.acknowledged is None or own.state != AlertState.ACKNOWLEDGED:
        return None
    until: datetime = own.acknowledged.at + SLIP
    return until if until > now and own.acknowledged_by in (who.id, who.name) else None


def take_back_until(own: AlertView | None, now: datetime) -> datetime | None:
    """Give until when what the reader handed over may be taken back; None when it may not."""
    handed = own.handed if own else None
    if own is None or handed is None or not handed.by_me or (own.acknowledged and own.acknowledged.at >= handed.at):
        return None
    return handed.at + SLIP if handed.at + SLIP > now else None


def templates_for(district: District, form: str) -> tuple[str, ...]:
    """Give the sentences offered for a sitrep: of this form first, then those of any."""
    offered = district.sitrep_templates
    return (*offered.get(form, ()), *offered.get(ANY_FORM, ()))


def calls(
    view: IncidentView, own: AlertView | None, district: District, roster: Roster, now: datetime, ways: Ways
) -> tuple[Call, ...]:
    """Give whom to call at once: who is on duty for the lead, then at the other institutions of the place."""
    found: dict[str, Call] = {}
    ranked = sorted(view.alerts, key=lambda one: (one.duty != Duty.LEAD, one.unit == ""))
    for alert in ranked:
        if alert is own or alert.duty == Duty.INFORM:
            continue
        for officer in roster.reached(alert.institution, alert.unit or None, now):
            if number := _number(officer, ways):
                found.setdefault(number, Call(officer.name, district.called(alert.institution, alert.unit), number))
                break
    return tuple(found.values())[:CALLS]


def _number(officer: Officer, ways: Ways) -> str | None:
    numbers = (ways.number(one.channel, one.address) for one in officer.addresses if one.verified)
    return next(filter(None, numbers), None)


def officer_routes(deps: Deps, counter: SignedInPages) -> tuple[tuple[str, str, Endpoint, Act], ...]:
    """Give the routes of the officer's page."""
    pages = OfficerPages(deps, counter)
    return (("/p/{id}", "GET", pages.show, Act.READ), ("/p/{id}/{act}", "POST", pages.act, Act.ANSWER))
