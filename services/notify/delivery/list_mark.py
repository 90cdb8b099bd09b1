"""Know a delivery that takes an incident out of a list, or puts it back, by its mark.

Such a delivery is no telling of an alert: it has no round (0), asks for nothing and changes no alert. The alert it
carries is an id that no alert has; the one by which the list knows of the incident stands in its mark.
"""

from typing import Any, TypedDict, cast

from schemas.deliveries import LISTED
from schemas.rows.alerts import DeliveryRow


class ListMark(TypedDict):
    """By which alert a list knows of an incident."""

    alert: str


def list_mark_of(row: DeliveryRow) -> ListMark | None:
    """Return the mark of a delivery that takes an incident out of a list or puts it back; None of all others."""
    found: dict[str, Any] | None = row["payload"].get(LISTED)
    return cast("ListMark", found) if found else None
