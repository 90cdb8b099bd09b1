"""Read what providers tell later: times, places in JSON, and which receipt is news. Pure."""

from datetime import UTC, datetime
from typing import Any

from schemas.vocabulary import DeliveryState

ORDER = (
    DeliveryState.PENDING,
    DeliveryState.SENDING,
    DeliveryState.FAILED,
    DeliveryState.SENT,
    DeliveryState.DELIVERED,
    DeliveryState.READ,
)
MILLISECONDS = 100_000_000_000  # a Unix time above this is not in seconds: they reach it in the year 5138


def is_news(known: DeliveryState, told: DeliveryState) -> bool:
    """Say whether a receipt moves a delivery on; providers call in any order and more than once.

    A message that was delivered cannot become undelivered, and one given up, or withdrawn while it was under way, stays
    so unless it was delivered after all.

    >>> is_news(DeliveryState.READ, DeliveryState.DELIVERED), is_news(DeliveryState.SENT, DeliveryState.DELIVERED)
    (False, True)
    """
    if told is DeliveryState.DEAD:
        return known in (DeliveryState.PENDING, DeliveryState.SENDING, DeliveryState.FAILED, DeliveryState.SENT)
    if known in (DeliveryState.DEAD, DeliveryState.WITHDRAWN):
        return told in (DeliveryState.DELIVERED, DeliveryState.READ)
    if told is DeliveryState.FAILED:
        return known in (DeliveryState.SENDING, DeliveryState.SENT)
    return ORDER.index(told) > ORDER.index(known)


def moment(value: Any) -> datetime | None:
    """Read a Unix time (seconds or milliseconds) or an ISO 8601 time with an offset as UTC; else None."""
    try:
        if isinstance(value, bool):
            return None
        if isinstance(value, int | float) or (isinstance(value, str) and value.strip().isdecimal()):
            seconds = float(value)
            return datetime.fromtimestamp(seconds / 1000 if seconds > MILLISECONDS else seconds, UTC)
        found = datetime.fromisoformat(str(value).strip())
        return found.astimezone(UTC) if found.tzinfo else None
    except (ValueError, OverflowError, OSError):
        return None


def look(payload: Any, *path: str | int) -> Any:
    """Follow keys and indexes into what a stranger sent; None where it leads nowhere.

    >>> look({"entry": [{"id": 7}]}, "entry", 0, "id"), look({"entry": {}}, "entry", 0, "id")
    (7, None)
    """
    for part in path:
        if isinstance(payload, dict) and isinstance(part, str):
            payload = payload.get(part)
        elif isinstance(payload, list) and isinstance(part, int) and -len(payload) <= part < len(payload):
            payload = payload[part]
        else:
            return None
    return payload


def objects(value: Any) -> list[dict[str, Any]]:
    """Give the JSON objects of a list; nothing for what is no list."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def position(lat: Any, lon: Any) -> tuple[float, float] | None:
    """Give a position that a phone shared, None for what is none.

    >>> position(-6.9, 112), position("-6.9", 112), position(91, 0)
    ((-6.9, 112.0), None, None)
    """
    if any(isinstance(part, bool) or not isinstance(part, int | float) for part in (lat, lon)):
        return None
    return (float(lat), float(lon)) if -90 <= lat <= 90 and -180 <= lon <= 180 else None  # noqa: PLR2004


def shared_place(*named: Any) -> str:
    """Give the name and the address of a place that somebody shared, as words; "" where it has none.

    >>> shared_place("Balai Desa Jadi", None), shared_place(None, 5)
    ('Lokasi dibagikan: Balai Desa Jadi', '')
    """
    told = [" ".join(each.split())[:300] for each in named if isinstance(each, str) and each.strip()]
    return f"Lokasi dibagikan: {', '.join(told)}" if told else ""


def words(value: Any) -> str:
    """Give a JSON string or number as text; nothing for what is neither."""
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
