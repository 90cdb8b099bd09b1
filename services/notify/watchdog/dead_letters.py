"""Tell the coordinator of messages that nobody could process, within a minute of their being given up.

A dead letter may be an accepted report: it is stored, and no incident of it exists. Someone has to know at once.
"""

import logging
from collections.abc import Callable

from schemas.rows import DeliveryRow
from services.bus import Bus, BusUnavailable, DeadLetter
from services.notify.context import NotifyContext
from services.notify.delivery.coordinator_notices import owe_notice
from services.store.database import Store, StoreUnavailable
from services.store.transaction import Transaction

log = logging.getLogger("kentongan.deadletters")
TOLD_AT_ONCE = 20  # letters named in one notice; more are counted


class DeadLetters:
    """Looks at the list of dead letters; each is told once, whichever process comes first."""

    def __init__(self, store: Store, bus: Bus, desk: Callable[[], NotifyContext]) -> None:
        self._store = store
        self._bus = bus
        self._desk = desk
        self._seen = 0  # number of the newest letter that was told

    async def look(self) -> list[DeliveryRow]:
        """Tell what has been given up since the last look; returns what is owed for it, leased to this process."""
        try:
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
        key = f"deadletters:{letters[0].advisory}:{letters[-1].advisory}"
        named = "\n".join(
            f"- nomor {one.advisory}: {one.stream} #{one.sequence}, {one.reason}" for one in letters[:TOLD_AT_ONCE]
        )
        body = f"{len(letters)} pesan tidak dapat diproses layanan. Bisa jadi laporan yang sudah diterima:\n{named}\n"
        body += "Lihat: kentongan deadletters list, lalu show dan replay."
        return owe_notice(tx, self._desk(), key, subject="Ada pesan yang tidak terproses", body=body)
