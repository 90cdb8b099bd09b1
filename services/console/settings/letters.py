"""Serve the page of what the services could not process: look, tell it again, take it off the list.

The list has no words. Whoever looks after the machines has no case data; a coordinator reads one letter at a time, and
each reading is written down first. What is asked here lies in the outbox, and notify carries it out.
"""

import asyncio
import json
import logging
from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Any

from fastapi import Request, Response
from fastapi.responses import RedirectResponse
from pydantic import ValidationError

from schemas.messages import InboundMessage, ReportFiled, ReportIn
from schemas.records.running import Outbox
from schemas.rows.running import OutboxRow
from schemas.vocabulary import LetterWish
from services.bus import BusUnavailable, DeadLetter, LetterGone
from services.console.dependencies import Deps
from services.console.settings import queries
from services.console.web.errors import Kind, Sorry
from services.console.web.page_base import SignedInPages
from services.console.web.sessions import Visitor
from services.console.web.source_access import may_open_source
from services.oncall.shifts import YEARS
from services.runtime.logging import place_of
from services.security.permissions import Act, may
from services.security.redaction import with_placeholders
from services.store.transaction import Transaction

log = logging.getLogger("kentongan.console")
PAGE = "/pengaturan/pesan"
AT_ONCE = 50  # letters on one page
WORDED = ("REPORTS", "INBOUND")  # streams whose messages hold somebody's words
SHORTEST, LONGEST = 5, 300  # characters of a reason


class LetterPages:
    """Dead letters, for admins and coordinators."""

    def __init__(self, deps: Deps, counter: SignedInPages) -> None:
        self._deps = deps
        self._counter = counter

    async def show(self, request: Request) -> Response:
        """List them, oldest first."""
        visitor = await self._counter.visitor(request)
        given = request.query_params
        said: str | None = f"letters.done.{given.get('pesan')}"
        said = said if said in ("letters.done.ulang", "letters.done.buang") else None
        return await self._page(request, visitor, {"said": said}, after=_number(given.get("sesudah", "0")))

    async def _page(
        self,
        request: Request,
        visitor: Visitor,
        facts: Mapping[str, Any],
        *,
        after: int,
        status: int = HTTPStatus.OK,
    ) -> Response:
        letters: list[DeadLetter] | None = None  # None: the bus does not answer
        if self._deps.letters is not None:
            try:
                letters = await self._deps.letters.dead_letters(after, AT_ONCE + 1)
            except BusUnavailable:
                status = HTTPStatus.SERVICE_UNAVAILABLE
        wishes = await self._deps.store.read(queries.letter_wishes)
        shown = (letters or [])[:AT_ONCE]
        known = {
            "letters": [(one, _instant(one.at), wishes.get(_wish_id(one))) for one in shown],
            "away": letters is None,
            "then": shown[-1].advisory if letters and len(letters) > AT_ONCE else None,
            "reads": may(visitor.identity.role, Act.READ_LETTER),
            "worded": WORDED,
            "opened": None,  # number of the one that is read in this answer, and the one that lacks a reason
            "wrong": None,
            "shortest": SHORTEST,
            "longest": LONGEST,
        }
        return self._counter.show(request, "settings_letters.html", visitor, known | dict(facts), status)

    async def replay(self, request: Request) -> Response:
        """Ask for one to be told again."""
        visitor = await self._counter.visitor(request)
        await self._counter.form(request, visitor)
        return await self._ask(visitor, await self._letter(request), LetterWish.REPLAY)

    async def drop(self, request: Request) -> Response:
        """Ask for one to be taken off the list, with a reason."""
        visitor = await self._counter.visitor(request)
        form = await self._counter.form(request, visitor)
        letter = await self._letter(request)
        reason = " ".join(form.get("reason", "").split())[:LONGEST]
        if len(reason) < SHORTEST:
            wrong, status = {"wrong": letter.advisory}, HTTPStatus.UNPROCESSABLE_ENTITY
            return await self._page(request, visitor, wrong, after=letter.advisory - 1, status=status)
        return await self._ask(visitor, letter, LetterWish.DROP, reason)

    async def _ask(self, visitor: Visitor, letter: DeadLetter, wish: LetterWish, reason: str = "") -> Response:
        who = visitor.identity.id
        where: dict[str, Any] = {"stream": letter.stream, "sequence": letter.sequence}
        body = {"number": letter.advisory, "at": letter.at, "by": who, **where}
        report = await self._report(letter) if wish is LetterWish.DROP else None

        def act(tx: Transaction) -> None:
            row: OutboxRow = {"id": _wish_id(letter), "subject": "", "kind": wish.value, "body": body}
            row["made_at"] = tx.now
            if tx.add_new(Outbox, [row]):  # what was asked first stands until it is done
                why: dict[str, Any] = {"reason": reason} if reason else {}
                why |= {"report": report} if report else {}  # by this `reconcile` knows who has put it aside
                tx.audit(f"{wish.value}_asked", who, subject=str(letter.advisory), **where, **why)

        await self._deps.store.write(act)
        said = "ulang" if wish is LetterWish.REPLAY else "buang"
        return RedirectResponse(f"{PAGE}?pesan={said}", HTTPStatus.SEE_OTHER)

    async def _report(self, letter: DeadLetter) -> str | None:
        try:
            return await self._deps.letters.dead_report(letter) if self._deps.letters else None
        except BusUnavailable as error:
            raise Sorry(Kind.AWAY, HTTPStatus.SERVICE_UNAVAILABLE) from error

    async def read(self, request: Request) -> Response:
        """Write down that somebody reads one, then show its words in this one answer."""
        visitor = await self._counter.visitor(request)
        await self._counter.form(request, visitor)
        letter = await self._letter(request)
        if letter.stream not in WORDED or self._deps.letters is None:
            raise Sorry(Kind.NOT_FOUND, HTTPStatus.NOT_FOUND)
        where: dict[str, Any] = {"stream": letter.stream, "sequence": letter.sequence}
        await self._deps.store.write(
            lambda tx: tx.audit("deadletter.read", visitor.identity.id, subject=str(letter.advisory), **where)
        )
        words, why = None, "letters.unreadable"
        try:
            _, body = await self._deps.letters.dead_body(letter)
        except LetterGone:
            why = "letters.gone"
        except BusUnavailable as error:
            raise Sorry(Kind.AWAY, HTTPStatus.SERVICE_UNAVAILABLE) from error
        else:
            words = _words(letter.stream, body)
            if words is not None and not await asyncio.to_thread(self._may_read, visitor, words):
                words, why = None, "letters.barred"
        facts = {"opened": letter.advisory, "words": words and with_placeholders(words), "why": why}
        return await self._page(request, visitor, facts, after=letter.advisory - 1)

    def _may_read(self, visitor: Visitor, words: str) -> bool:
        """Say whether the reader may see a report of these words: no accused agency's, nobody without the clearance.

        What no rule can read may be just why it lies here: a coordinator reads it, as any "periksa manual".
        """
        who, district = visitor.identity, self._deps.district
        if self._deps.reader is None:
            return True
        try:
            found = self._deps.reader().assess(ReportIn(text=words), filed_at=self._deps.clock())
        except Exception as error:  # noqa: BLE001 - whatever it is, it is told nowhere: values may hold the words
            log.error("a dead letter cannot be judged: %s", place_of(error))  # noqa: TRY400 - no words
            return True
        return may_open_source(who, district, found.issue, found.issue_secondary, found.facts.accused_agencies)

    async def _letter(self, request: Request) -> DeadLetter:
        """Give the letter of an address; raises Sorry."""
        number = _number(request.path_params["id"])
        if self._deps.letters is None or number < 1:
            raise Sorry(Kind.NOT_FOUND, HTTPStatus.NOT_FOUND)
        try:
            found = await self._deps.letters.dead_letters(number - 1, 1)
        except BusUnavailable as error:
            raise Sorry(Kind.AWAY, HTTPStatus.SERVICE_UNAVAILABLE) from error
        if not found or found[0].advisory != number:
            raise Sorry(Kind.NOT_FOUND, HTTPStatus.NOT_FOUND)
        return found[0]


def _words(stream: str, body: bytes) -> str | None:
    """Give what somebody wrote, without who he is; None where it is sealed still or no message of ours."""
    try:
        told = json.loads(body)
        if stream == "REPORTS":
            return ReportFiled.model_validate(told).report.text
        return InboundMessage.model_validate(told).text
    except (ValueError, ValidationError, RecursionError):
        return None


def _wish_id(letter: DeadLetter) -> str:
    """Give the id of a wish: with the time, since a bus that was made anew counts from one again."""
    return f"deadletter:{letter.advisory}@{letter.at}"


def _number(given: str) -> int:
    return int(given) if given.isdecimal() and given.isascii() and len(given) < 16 else 0  # noqa: PLR2004 - of digits


def _instant(told: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(told)
    except ValueError:
        return None
    return found if found.tzinfo and found.year in YEARS else None
