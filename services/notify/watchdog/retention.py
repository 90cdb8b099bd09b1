"""Run the district's retention rules once a day, and tell the coordinator what was removed."""

import logging
from collections.abc import Callable
from pathlib import Path

from schemas.rows.alerts import DeliveryRow
from schemas.words.languages import LANGUAGES
from services.bus import Bus, BusUnavailable
from services.notify.context import NotifyContext
from services.notify.delivery.coordinator_notices import owe_notice
from services.notify.messages.notices import Notice
from services.sources import retention, tombstones
from services.sources.retention import Removed
from services.store.database import Store, StoreUnavailable
from services.store.transaction import Transaction

log = logging.getLogger("kentongan.retention")
WORDS = {
    "sources": ("identitas pelapor laporan", "identities of reporters"),
    "messages": ("alamat pelapor pada pesan", "addresses of reporters on messages"),
    "senders": ("tanda pengirim pesan masuk", "marks of who sent a message"),
    "sessions": ("sesi dan tombol yang sudah berakhir", "sessions and buttons that had ended"),
    "photographs": ("foto laporan", "photographs of reports"),
    "unnamed": ("foto yang tidak disebut laporan mana pun", "photographs that no report names"),
}


class DailyRetention:
    """Removes what is kept no longer; several notifiers may run it, what one has removed the next finds gone."""

    def __init__(self, store: Store, bus: Bus, desk: Callable[[], NotifyContext], data: Path) -> None:
        self._store = store
        self._bus = bus
        self._desk = desk
        self._data = data
        self._agreed = False

    async def agree(self) -> None:
        """See once after the start, as soon as store and bus are there, that what was erased has not come back."""
        desk = self._desk()
        if self._agreed or desk.vault is None:
            return
        try:
            again = await tombstones.agree(self._store, self._bus, desk.vault, self._data)
            if again:
                await retention.settle(self._store, desk.vault, self._data, reports=again)
        except (BusUnavailable, StoreUnavailable) as error:
            log.warning("tombstones: %s, again soon", type(error).__name__)
            return
        self._agreed = True
        if again:
            log.warning("%d reports that were erased had come back, and are erased again", again)

    async def run(self) -> list[DeliveryRow]:
        """Remove what is due; gives the notice that is owed for it, leased to this process."""
        desk = self._desk()
        if desk.vault is None:
            return []
        try:
            removed = await retention.run(self._store, self._bus, desk.vault, desk.district.retention, self._data)
            if not removed:
                return []
            return await self._store.write(lambda tx: _tell(tx, desk, removed))
        except (BusUnavailable, StoreUnavailable) as error:
            log.warning("retention: %s, again tomorrow", type(error).__name__)
            return []


def _tell(tx: Transaction, desk: NotifyContext, removed: Removed) -> list[DeliveryRow]:
    def counted(language: str) -> str:
        at = LANGUAGES.index(language)
        return "\n".join(f"- {count} {WORDS[kind][at]}" for kind, count in vars(removed).items() if count)

    today = f"{tx.now.astimezone(desk.zone):%Y-%m-%d}"
    return owe_notice(tx, desk, f"retention:{today}", Notice("retention", {"counted": counted}))
