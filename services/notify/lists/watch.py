"""Look from time to time whether lists show what they may: people, addresses, rules and hours change without an act.

Of an incident that is merged into another, and of a warning that has ended, notify hears nothing: they are found here.
What is closed is looked at after a start and a change of rules or people alone: of it there may be very much.
"""

import logging
from collections.abc import Callable, Sequence
from datetime import timedelta

from schemas.province import KEPT_DAYS, WITHDRAWN
from schemas.rows.alerts import DeliveryRow
from schemas.vocabulary import OPEN_VALUES, AlertReason
from services.notify.context import NotifyContext
from services.notify.lists import queries
from services.notify.lists.keeping import keep_lists
from services.oncall.schedule import roster_of
from services.runtime.logging import place_of
from services.store.database import Store, StoreUnavailable
from services.store.transaction import Session, Transaction

log = logging.getLogger("kentongan.lists")
LISTS_SECONDS = 30.0  # between looks
AT_ONCE = 100  # incidents in one transaction: others wait for it


class ListWatch:
    """Looks at what lists were told."""

    def __init__(
        self, store: Store, desk: Callable[[], NotifyContext], send: Callable[[Sequence[DeliveryRow]], None]
    ) -> None:
        self._store = store
        self._desk = desk
        self._send = send
        self._by: object = None  # rules and people by which what is closed was last looked at

    async def look(self) -> None:
        """Owe what lists lack, and begin to send it."""
        desk = self._desk()
        if not desk.lists:
            return
        try:
            by, asked = await self._store.read(lambda session: self._asked(session, desk))
            if by != self._by:
                desk.contacts.forget()  # it may have read who is reached just before they changed
            for start in range(0, len(asked), AT_ONCE):
                self._send(await self._keep(desk, asked[start : start + AT_ONCE]))
        except StoreUnavailable:
            return  # looked at again the next time
        self._by = by

    async def _keep(self, desk: NotifyContext, some: list[str]) -> list[DeliveryRow]:
        """Look at these together; when that fails, at each alone: one must not keep the others from being looked at."""

        def keep(tx: Transaction) -> list[DeliveryRow]:
            return keep_lists(tx, desk, some)

        try:
            return await self._store.write_beside(keep, some)
        except StoreUnavailable:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, the others are looked at
            log.error("a look at %d lines of lists failed: %s", len(some), place_of(error))  # noqa: TRY400 - no words
            return [row for one in some if len(some) > 1 for row in await self._keep(desk, [one])]

    def _asked(self, session: Session, desk: NotifyContext) -> tuple[object, list[str]]:
        """Give by which rules and people is looked, and which incidents are to be looked at."""
        now = self._store.clock()
        people = roster_of(session, desk.lists, now).people
        by = (desk.district, [one for one in people if one.has_address])
        said = queries.said_since(session, desk.lists, now - timedelta(days=KEPT_DAYS))
        last = {(one.incident, one.channel, one.address): one for one in said}
        known = by == self._by
        return by, sorted({one.incident for one in last.values() if not known or not _is_at_rest(one)})


def _is_at_rest(said: queries.Said) -> bool:
    """Say whether nothing is to be expected of it: closed, or out of the list and not open."""
    return said.reason == AlertReason.CLOSED or (said.reason == WITHDRAWN and said.state not in OPEN_VALUES)
