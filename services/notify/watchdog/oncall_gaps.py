"""Warn the coordinator of holes in the rota before the night on which they would be found."""

import hashlib
import logging

from schemas.rows.alerts import DeliveryRow
from services.notify.context import NotifyContext
from services.notify.delivery.coordinator_notices import owe_notice
from services.notify.messages.notices import Notice
from services.oncall import schedule as book
from services.oncall.shifts import Gap
from services.policy.proof import demands_of, leading
from services.store.database import Store, StoreUnavailable
from services.store.transaction import Session, Transaction

log = logging.getLogger("kentongan.rota")
NAMED = 20


class RotaWatch:
    """Look at the rota of one installation, once a day."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def look(self, context: NotifyContext) -> list[DeliveryRow]:
        """Find posts that lead and have nobody; gives the notices owed about them, leased to this process.

        The same posts are told once a week.
        """
        try:
            found = await self._store.read(lambda session: self._gaps(session, context))
            return await self._store.write(lambda tx: _tell(tx, context, found)) if found else []
        except StoreUnavailable:
            log.warning("rota: the store is away")
            return []

    def _gaps(self, session: Session, context: NotifyContext) -> list[Gap]:
        posts, channels = leading(demands_of(context.district)), frozenset(context.channels) or None
        found = book.holes(session, posts, self._store.clock(), channels=channels)
        return [gap for gap in found if gap.kind == "nobody"]


def _tell(tx: Transaction, context: NotifyContext, found: list[Gap]) -> list[DeliveryRow]:
    zone = context.zone
    names = sorted({context.district.called(gap.post.institution, gap.post.unit) for gap in found})
    digest = hashlib.sha256("|".join(names).encode()).hexdigest()[:12]
    week = tx.now.astimezone(zone).strftime("%G-%V")

    def gaps(language: str) -> str:
        until = "to" if language == "en" else "s.d."
        return "\n".join(
            f"{gap.start.astimezone(zone):%d-%m %H.%M} {until} {gap.end.astimezone(zone):%d-%m %H.%M}: "
            f"{context.district.called(gap.post.institution, gap.post.unit)}"
            for gap in found[:NAMED]
        )

    notice = Notice("rota_gaps", {"count": len(names), "gaps": gaps, "page": f"{context.base_url}/piket"})
    rows = owe_notice(tx, context, f"rota:{digest}:{week}", notice)
    if rows:
        tx.audit("rota.gaps", "notify", posts=names[:NAMED], count=len(names))
    return rows
