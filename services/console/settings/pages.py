"""Serve the settings' first page: what is missing on the first day, ways to reach people, the proof of the rules."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from fastapi import Request, Response

from schemas.district import District
from schemas.vocabulary import Role
from services.console.dependencies import Deps, Ways
from services.console.settings import queries
from services.console.settings.first_day import Known, steps
from services.console.web.errors import Kind, Sorry
from services.console.web.page_base import SignedInPages
from services.console.web.sessions import Visitor
from services.oncall import queries as oncall
from services.oncall import schedule as book
from services.oncall.roster import DESK
from services.oncall.shifts import Gap, gaps
from services.policy import active
from services.policy.proof import check
from services.policy.proof_words import said
from services.store.transaction import Session

READERS = (Role.ADMIN, Role.COORDINATOR)  # of the first day; whatever changes something is the admin's
AHEAD = timedelta(days=14)
FINDINGS = 25  # shown of a proof


@dataclass(frozen=True)
class ChannelView:
    """A channel, and whether it has its settings."""

    name: str
    ready: bool


def channels_of(ways: Ways | None, *left_out: str) -> list[ChannelView]:
    """Give the channels, those that are set up first."""
    found = [ChannelView(name, ready) for name, ready in ways.channels() if name not in left_out] if ways else []
    return sorted(found, key=lambda one: not one.ready)


async def admin_of(request: Request, counter: SignedInPages, roles: Sequence[Role] = (Role.ADMIN,)) -> Visitor:
    """Give the visitor if he may be here; raises Sorry."""
    visitor = await counter.visitor(request)
    if visitor.identity.role not in roles:
        raise Sorry(Kind.NOT_YOURS, 403)
    return visitor


class SettingsPages:
    """What an admin looks at first."""

    def __init__(self, deps: Deps, counter: SignedInPages) -> None:
        self._deps = deps
        self._counter = counter

    async def first_day(self, request: Request) -> Response:
        """Show what is done and what is missing."""
        visitor = await admin_of(request, self._counter, READERS)
        deps, now, district = self._deps, self._deps.clock(), self._deps.district
        posts = deps.posts(district)
        channels = await asyncio.to_thread(channels_of, self._deps.ways, DESK)

        def ask(session: Session) -> tuple[Known, active.ActivePolicy | None]:
            found = gaps(posts, book.roster_of(session, now=now), now, now + AHEAD)
            used = oncall.channels_in_use(session)
            states, standing = queries.address_states(session), active.standing(session)
            known = Known(
                people=queries.count_people(session),
                without_password=queries.without_password(session),
                posts=len(posts),
                empty_posts=_names([gap for gap in found if gap.start <= now], district),
                channels_ready=[one.name for one in channels if one.ready],
                channels_lacking=[one.name for one in channels if not one.ready and one.name in used],
                usable=states["usable"],
                unproved=states["unproved"],
                failing=states["failing"],
                holes=_names(found, district),
                rules_proved=standing.proved and not standing.refused if standing else None,
            )
            return known, standing

        known, standing = await deps.store.read(ask)
        found = steps(known)
        facts = {
            "steps": found,
            "left": sum(not one.done for one in found),
            "known": known,
            "standing": standing,
            "may": visitor.identity.role == Role.ADMIN,
        }
        return self._counter.show(request, "settings.html", visitor, facts)

    async def channels(self, request: Request) -> Response:
        """Show which channels are set up, and the admin's own addresses to try them."""
        visitor = await admin_of(request, self._counter)
        channels = await asyncio.to_thread(channels_of, self._deps.ways, DESK)
        me = visitor.identity.id
        own = await self._deps.store.read(lambda session: queries.addresses_of(session, [me]).get(me, []))
        tries = await self._deps.store.read(lambda session: queries.last_tries(session, own))
        said = f"settings.done.{request.query_params.get('pesan')}"
        facts = {
            "channels": channels,
            "own": [one for one in own if one.disabled_at is None],
            "tries": tries,
            "ways": self._deps.ways,
            "said": said if said == "settings.done.uji" else None,
        }
        return self._counter.show(request, "settings_channels.html", visitor, facts)

    async def proof(self, request: Request) -> Response:
        """Prove the rules in force with the people as they are now, for the week to come."""
        visitor = await admin_of(request, self._counter, READERS)
        deps, now, district = self._deps, self._deps.clock(), self._deps.district
        roster, standing = await deps.store.read(
            lambda session: (book.roster_of(session, now=now), active.standing(session))
        )
        walk = await asyncio.to_thread(check, district, roster, now)
        ordered = sorted(walk.findings, key=lambda one: not one.fails)
        facts = {
            "walk": walk,
            "findings": ordered[:FINDINGS],
            "more": max(0, len(ordered) - FINDINGS),
            "failed": sum(one.fails for one in walk.findings),
            "standing": standing,
            "against": said(standing.objections, visitor.language) if standing and standing.refused else (),
            "counts": {"issues": len(district.issues), "forms": len(district.forms)}
            | {"institutions": len(district.institutions), "places": len(district.places)},
            "read_at": now,
        }
        return self._counter.show(request, "settings_proof.html", visitor, facts)


def _names(found: Sequence[Gap], district: District) -> list[str]:
    posts = dict.fromkeys(gap.post for gap in found if gap.kind == "nobody")
    named = (
        f"{district.called(post.institution, post.unit)}{f' ({post.issue})' if post.issue else ''}" for post in posts
    )
    return list(dict.fromkeys(named))
