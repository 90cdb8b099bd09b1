"""Tell the coordinator of messages that nobody could process, within a minute of their being given up.

A dead letter may be an accepted report: it is stored, and no incident of it exists. Someone has to know at once.
"""

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime

from schemas.records.running import Outbox
from schemas.rows.alerts import DeliveryRow
from schemas.vocabulary import LetterWish
from services.bus import Bus, BusUnavailable, DeadLetter, LetterGone
from services.notify.context import NotifyContext
from services.notify.delivery.coordinator_notices import owe_notice
from services.notify.messages.notices import Notice
from services.notify.watchdog import queries
from services.runtime.logging import place_of
from services.store.database import Store, StoreUnavailable
from services.store.transaction import Transaction

log = logging.getLogger("kentongan.deadletters")
LETTERS_PAGE = "/pengaturan/pesan"  # where the desk lists them (services/console/settings/letters.py)
TOLD_AT_ONCE = 20  # letters named in one notice; more are counted


class DeadLetters:
    """Looks at the list of dead letters; each is told once, whichever process comes first."""

    def __init__(self, store: Store, bus: Bus, desk: Callable[[], NotifyContext]) -> None:
        self._store = store
        self._bus = bus
        self._desk = desk
        self._seen = 0  # number of the newest letter that was told
        self._of: datetime | None = None  # when the list was made in which it has that number

    async def look(self) -> list[DeliveryRow]:
        """Tell what has been given up since the last look; returns what is owed for it, leased to this process."""
        try:
            now = await self._bus.mark("DEADLETTERS")
            if now.created_at != self._of or now.last < self._seen:  # a bus that was made anew counts from one again
                self._seen, self._of = 0, now.created_at
            letters = await self._bus.dead_letters(after=self._seen)
            if not letters:
                return []
            owed = await self._store.write(lambda tx: self._tell(tx, letters))
        except (BusUnavailable, StoreUnavailable) as error:
            log.warning("dead letters: %s", type(error).__name__)
            return []
        self._seen = letters[-1].advisory
        return owed

    def _tell(self, tx: Transaction, letters: list[DeadLetter]) -> list[DeliveryRow]:
        key = f"deadletters:{letters[0].advisory}:{letters[-1].advisory}@{letters[-1].at}"

        def named(language: str) -> str:
            number = "number" if language == "en" else "nomor"
            shown = letters[:TOLD_AT_ONCE]
            return "\n".join(f"- {number} {one.advisory}: {one.stream} #{one.sequence}, {one.reason}" for one in shown)

        page = f"{self._desk().base_url}{LETTERS_PAGE}"
        notice = Notice("dead_letters", {"count": len(letters), "named": named, "page": page})
        return owe_notice(tx, self._desk(), key, notice)


class LetterWishes:
    """Carries out what people at the desk ask to be done with dead letters; the desk itself may tell the bus nothing.

    A wish lies in the outbox until it is carried out. Killed in between, it is carried out again: the bus knows a
    letter that was told again by its number, and one that is off the list is done with.
    """

    def __init__(self, store: Store, bus: Bus, again: Callable[[str, bytes], Awaitable[None]]) -> None:
        """Tell letters on `bus` again; what notify itself could not take is decided anew by `again` (subject, body)."""
        self._store = store
        self._bus = bus
        self._again = again

    async def look(self) -> int:
        """Carry out every wish; returns how many were done with, whatever came of them."""
        done = 0
        try:
            for wish in await self._store.read(queries.letter_wishes):
                outcome, why = await self._carry_out(wish)
                await self._store.write(lambda tx, w=wish, o=outcome, y=why: self._note(tx, w, o, y))  # type: ignore[misc]
                done += 1
        except (BusUnavailable, StoreUnavailable) as error:
            log.warning("wishes about dead letters: %s", type(error).__name__)
        return done

    async def _carry_out(self, wish: Outbox) -> tuple[str, str]:
        """Do it; gives the kind of the audit line and, where the letter stays on the list, why."""
        number = wish.body["number"]
        listed = await self._bus.dead_letters(after=number - 1, most=1)
        if [(one.advisory, one.at) for one in listed] != [(number, wish.body["at"])]:
            return "deadletter.gone", ""  # done with already, or the bus is another one by now
        try:
            if wish.kind == LetterWish.DROP:
                await self._bus.drop(listed[0])
                return "deadletter.dropped", ""
            await self._replay(listed[0])
        except LetterGone:
            return "deadletter.kept", "LetterGone"
        except (BusUnavailable, StoreUnavailable):
            raise
        except Exception as error:  # noqa: BLE001 - it cannot be processed still: it stays on the list
            log.error("dead letter %d cannot be processed still: %s", number, place_of(error))  # noqa: TRY400 - no words
            return "deadletter.kept", place_of(error)
        return "deadletter.replayed", ""

    async def _replay(self, letter: DeadLetter) -> None:
        """Tell it again. An incident's change is taken here at once: some of their subjects are triage's alone."""
        if letter.stream != "INCIDENTS":
            await self._bus.replay(letter)
            return
        subject, body = await self._bus.dead_body(letter)
        await self._again(subject, body)
        await self._bus.drop(letter)

    def _note(self, tx: Transaction, wish: Outbox, outcome: str, why: str) -> None:
        if queries.take_wish(tx, wish.id):
            facts = {"stream": wish.body["stream"], "sequence": wish.body["sequence"], "asked_by": wish.body["by"]}
            tx.audit(outcome, "notify", subject=str(wish.body["number"]), **facts, **({"why": why} if why else {}))
