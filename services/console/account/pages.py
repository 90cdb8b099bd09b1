"""Serve "Cara saya dihubungi": a person's own ways to be reached, push on the device he holds, a trial message."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from http import HTTPStatus

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from schemas.records.people import Shift
from services.console import texts as words
from services.console.dependencies import Deps
from services.console.web.assets import ASSETS
from services.console.web.errors import Kind, Sorry
from services.console.web.formatting import clock_time
from services.console.web.page_base import Endpoint, SignedInPages
from services.console.web.rendering import HEADERS
from services.oncall import contact_methods as own_ways
from services.oncall.calendar_file import KIND as CALENDAR
from services.oncall.calendar_file import Entry, calendar_of
from services.oncall.contact_methods import Way, shown
from services.oncall.push_subscription import CHANNEL, Subscription, endpoint_of, load_push, public_key
from services.oncall.roster import Officer
from services.oncall.schedule import coming, roster_of
from services.security.auth import Identity
from services.security.permissions import Act
from services.security.refusal import Refused
from services.store.ids import derived
from services.store.transaction import Session, Transaction

PAGE = "/saya"
SHIFTS = 5  # of one's own that are listed
ENTRIES = 200  # of them that are looked at for a calendar file
ON_DUTY = ("duty", "override")  # stretches in which one works; an absence is none
DONE = ("nyala", "mati", "dulu", "uji")  # what an act says when it is done
WORKER = ASSETS["sw.js"].body
WORKER_HEADERS = {
    # A browser looks for a newer one by itself, at least once a day.
    "Cache-Control": "no-cache",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; connect-src 'self'; img-src 'self'",
}


@dataclass(frozen=True)
class WayView:
    """One way as its owner sees it; `device` lets a browser find itself without the page telling endpoints."""

    id: str
    channel: str
    shown: str
    state: str  # live, unproved, failing, stopped, gone, moved
    device: str | None
    sent_at: datetime | None
    shown_at: datetime | None
    leads: bool = False  # used for every alert, not for KRITIS alone


def views_of(ways: list[Way]) -> list[WayView]:
    """Show a person's ways; all devices are one, so that they lead together."""
    views = [view_of(way) for way in ways]
    best = next((view for view in views if view.state == "live"), None)
    if best is None:
        return views

    def leads(view: WayView) -> bool:
        return view.id == best.id or (view.state == "live" and view.channel == best.channel == CHANNEL)

    return [replace(view, leads=leads(view)) for view in views]


def view_of(way: Way) -> WayView:
    """Show one way; STOP is the only reason to disable an address that leaves no other word."""
    one = way.address
    state = "live" if one.verified_at else "unproved"
    if one.avoided_at is not None:
        state = "failing"
    if one.disabled_at is not None:
        state = one.disabled_why or "stopped"
    push = one.channel == CHANNEL
    device = hashlib.sha256(endpoint_of(one.address).encode()).hexdigest() if push else None
    label = one.label or "" if push else ""
    return WayView(
        one.id, one.channel, shown(one.channel, one.address, label), state, device, way.sent_at, way.shown_at
    )


class Own:
    """The pages about oneself."""

    def __init__(self, deps: Deps, counter: SignedInPages) -> None:
        self._deps = deps
        self._counter = counter
        self._push = load_push(deps.secret, deps.base_url)

    async def show(self, request: Request) -> Response:
        """Show a person's ways, in the order in which they are used."""
        visitor = await self._counter.visitor(request)
        me, now = visitor.identity, self._deps.clock()

        def read(session: Session) -> tuple[list[Way], Sequence[Shift], list[Officer]]:
            ways = own_ways.listed(session, me)
            if me.institution is None:
                return ways, (), []
            told = roster_of(session, now=now).reached(me.institution, me.unit or None, now)
            return ways, coming(session, me.id, now, SHIFTS), told

        ways, shifts, reached = await self._deps.store.read(read)
        message = request.query_params.get("pesan", "")
        facts = {
            "ways": views_of(ways),
            "key": public_key(self._push.secret.get_secret_value()),
            "told": me.institution is not None,
            "shifts": shifts,
            "on_duty": ON_DUTY,
            "reached": [one.name for one in reached],
            "asked_now": me.id in {one.id for one in reached},
            "said": f"own.done.{message}" if message in DONE else None,
        }
        return self._counter.show(request, "own.html", visitor, facts)

    async def calendar(self, request: Request) -> Response:
        """Give one's own coming shifts, as they stand now, as a file for a calendar; Sorry where there is none."""
        visitor = await self._counter.visitor(request)
        me, now, district = visitor.identity, self._deps.clock(), self._deps.district
        shifts = await self._deps.store.read(lambda session: coming(session, me.id, now, ENTRIES))

        def entry(one: Shift) -> Entry:
            said = words.name("shift", one.kind, visitor.language)
            office = district.called(one.institution, me.unit or None)
            return Entry(derived("calendar", one.id, one.person_id), one.start, one.end, f"{said}: {office}")

        entries = [entry(one) for one in shifts if one.kind in ON_DUTY]
        if not entries:
            raise Sorry(Kind.NOT_FOUND, HTTPStatus.NOT_FOUND)
        headers = {**HEADERS, "Content-Disposition": 'attachment; filename="piket.ics"'}
        return Response(calendar_of(entries, now), media_type=CALENDAR, headers=headers)

    async def turn_on(self, request: Request) -> Response:
        """Take the subscription that the browser in hand has made."""
        visitor = await self._counter.visitor(request)
        form = await self._counter.form(request, visitor)
        subscription = Subscription.of(*(form.get(name, "") for name in ("endpoint", "p256dh", "auth")))
        if subscription is None:
            raise Sorry(Kind.BAD, HTTPStatus.BAD_REQUEST)
        if not subscription.allowed(self._push.hosts):
            raise Refused("push_service_not_allowed")
        label = form.get("label", "")
        await self._deps.store.write(lambda tx: own_ways.turn_on(tx, visitor.identity, subscription, label))
        return _back("nyala")

    async def act(self, request: Request) -> Response:
        """Turn a device off, use an address first, or try a device out."""
        visitor = await self._counter.visitor(request)
        await self._counter.form(request, visitor)
        id_, what = request.path_params["id"], request.path_params["act"]
        acts: dict[str, Callable[[Transaction, Identity, str], object]] = {
            "mati": own_ways.turn_off,
            "dulu": own_ways.put_first,
            "uji": self._try_out,
        }
        if what not in acts:
            raise Sorry(Kind.NOT_FOUND, HTTPStatus.NOT_FOUND)
        await self._deps.store.write(lambda tx: acts[what](tx, visitor.identity, id_))
        return _back(what)

    def _try_out(self, tx: Transaction, who: Identity, id_: str) -> None:
        language = who.language if who.language in words.LANGUAGES else words.LANGUAGES[0]
        time = clock_time(tx.now, self._deps.district.timezone)
        said = words.say("own.trial_subject", language), words.say("own.trial_text", language, time=time)
        own_ways.try_out(tx, who, id_, said, f"{self._deps.base_url}{PAGE}")


def _back(message: str) -> Response:
    return RedirectResponse(f"{PAGE}?pesan={message}", HTTPStatus.SEE_OTHER)


async def _worker(_request: Request) -> Response:
    """Give the service worker at the root, so that it may speak for every page."""
    return Response(WORKER, media_type="text/javascript; charset=utf-8", headers=WORKER_HEADERS)


def own_routes(deps: Deps, counter: SignedInPages) -> tuple[tuple[str, str, Endpoint, Act], ...]:
    """Give the routes of the pages about oneself, and of the program that shows what is pushed."""
    own = Own(deps, counter)
    return (
        (PAGE, "GET", own.show, Act.OWN),
        (f"{PAGE}/piket.ics", "GET", own.calendar, Act.OWN),
        (f"{PAGE}/perangkat", "POST", own.turn_on, Act.OWN),
        (f"{PAGE}/{{id}}/{{act}}", "POST", own.act, Act.OWN),
        ("/sw.js", "GET", _worker, Act.OPEN),
    )
