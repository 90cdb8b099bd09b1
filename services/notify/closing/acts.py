"""Name what is told of an act besides what the incident's alerts ask for, by the kind of act."""

from collections.abc import Callable, Mapping

from schemas.rows.alerts import DeliveryRow
from schemas.vocabulary import EventKind
from services.notify.closing.notices import tell_closed
from services.notify.closing.queries import CLOSINGS
from services.notify.closing.taken_back import tell_taken_back
from services.notify.context import NotifyContext
from services.store.transaction import Transaction

BESIDES: Mapping[str, Callable[[Transaction, NotifyContext, str], list[DeliveryRow]]] = {
    **dict.fromkeys(CLOSINGS, tell_closed),
    EventKind.INCIDENT_HAND_OVER_WITHDRAWN: tell_taken_back,
}
